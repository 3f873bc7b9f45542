package dev.stargz.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.NoHttpResponseException;
import org.apache.http.conn.ConnectTimeoutException;

/** What broke a connection, in words for people. */
final class Failures {
  private static final int MAX_CAUSES = 20;

  private Failures() {}

  /** One line, without secrets. */
  static String reason(IOException e) {
    String message = Redaction.of(e.getMessage() == null ? e.toString() : e.getMessage());
    if (e instanceof UnknownHostException) {
      return "no such host: " + message;
    }
    if (e instanceof ConnectTimeoutException) {
      return "the connection took too long";
    }
    if (e instanceof ConnectException) {
      boolean refused = message.isEmpty() || message.contains("refused");
      return refused ? "connection refused" : message.replaceFirst(".* failed: ", "");
    }
    if (e instanceof SocketTimeoutException) {
      return "no byte came in time";
    }
    if (e instanceof NoHttpResponseException) {
      return "the connection was closed without an answer";
    }
    if (isOfTrust(e)) {
      return "TLS: the certificate isn't trusted ("
          + message
          + "); --ca-file FILE trusts the certificates in it, --insecure any certificate";
    }
    return e instanceof SSLException ? "TLS: " + message : message;
  }

  /** Whether another try would end alike: TLS isn't spoken, or not as it has to be. */
  static boolean isForGood(IOException e) {
    boolean handshake = e instanceof SSLHandshakeException && !causedBy(e, IOException.class);
    boolean plain =
        e instanceof SSLException
            && String.valueOf(e.getMessage()).startsWith("Unsupported or unrecognized SSL");
    return handshake || plain || isOfTrust(e);
  }

  private static boolean isOfTrust(IOException e) {
    return e instanceof SSLPeerUnverifiedException
        || (e instanceof SSLException && causedBy(e, CertificateException.class));
  }

  private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
    Throwable cause = e.getCause();
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
