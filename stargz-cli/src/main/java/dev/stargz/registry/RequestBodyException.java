package dev.stargz.registry;

import java.io.IOException;

/** What a request was to send couldn't be read. Its cause is what reading it threw. */
final class RequestBodyException extends IOException {
  private static final long serialVersionUID = 1L;

  RequestBodyException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
