package dev.stargz.cli;

import dev.stargz.format.blob.StargzException;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Turns exceptions into one line each: what, where, expected, found, what to do. */
final class ErrorMessages {
  private static final int MAX_CAUSES = 20;

  /** What Java says of an answer in plain text. */
  private static final String NO_TLS = "Unsupported or unrecognized SSL message";

  private static final String DISK_FULL = "No space left on device";

  private ErrorMessages() {}

  /** The line for a failure. */
  static String of(Throwable failure) {
    String message = plain(failure);
    if (hasCause(failure, ErrorMessages::isOfCertificate) && !message.contains("--ca-file")) {
      message += "; --ca-file FILE trusts the certificates in it, --insecure any certificate";
    } else if (message.contains(NO_TLS) && hasCause(failure, SSLException.class::isInstance)) {
      message += "; if it speaks plain HTTP, put http:// in front";
    } else if (message.contains(DISK_FULL) && !message.startsWith("stdout:")) {
      message += "; --temp-dir DIR names another place for temporary files";
    }
    return message;
  }

  private static String plain(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof StargzException
        || failure instanceof UsageException
        || failure instanceof ImageException) {
      return message;
    }
    if (failure instanceof FileSystemException e) {
      return ofFile(e);
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory (" + message + "): give the JVM more with STARGZIFY_JAVA_OPTS=-Xmx...";
    }
    if (failure instanceof UnknownHostException) {
      return "no such host: " + message;
    }
    if (failure instanceof ConnectException) {
      return "connection refused (" + message + ")";
    }
    if (failure instanceof SocketTimeoutException) {
      return "nothing came for too long (" + message + "): --timeout allows more";
    }
    if (failure instanceof InterruptedIOException) {
      return "interrupted";
    }
    boolean speaks = failure instanceof IOException && failure.getMessage() != null;
    return speaks ? message : failure.toString();
  }

  private static String ofFile(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file: " + failure.getFile();
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied: " + failure.getFile();
    }
    return failure.getReason() == null
        ? failure.toString()
        : failure.getFile() + ": " + failure.getReason();
  }

  private static boolean isOfCertificate(Throwable failure) {
    return failure instanceof CertificateException
        || failure instanceof CertPathBuilderException
        || failure instanceof CertPathValidatorException
        || failure instanceof SSLPeerUnverifiedException;
  }

  private static boolean hasCause(Throwable failure, Predicate<Throwable> which) {
    Throwable cause = failure;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (which.test(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
