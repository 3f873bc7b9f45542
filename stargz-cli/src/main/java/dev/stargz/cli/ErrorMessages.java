package dev.stargz.cli;

import dev.stargz.format.blob.StargzException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Turns exceptions into one line each: what, where, expected, found, what to do. */
final class ErrorMessages {
  private ErrorMessages() {}

  /** The line for a failure. */
  static String of(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof StargzException || failure instanceof UsageException) {
      return message;
    }
    if (failure instanceof NoSuchFileException e) {
      return "no such file: " + e.getFile();
    }
    if (failure instanceof AccessDeniedException e) {
      return "permission denied: " + e.getFile();
    }
    if (failure instanceof FileSystemException e && e.getReason() != null) {
      return e.getFile() + ": " + e.getReason();
    }
    if (failure instanceof InterruptedIOException) {
      return "interrupted";
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory (" + message + "): give the JVM more with STARGZIFY_JAVA_OPTS=-Xmx...";
    }
    boolean speaks = failure instanceof java.io.IOException && failure.getMessage() != null;
    return speaks ? message : failure.toString();
  }
}
