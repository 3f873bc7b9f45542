package dev.stargz.cli;

import java.io.IOException;

/** Who reads what is written has gone, as {@code head} does when it has enough. */
final class BrokenPipeException extends IOException {
  private static final long serialVersionUID = 1L;

  BrokenPipeException(String message, IOException cause) {
    super(message, cause);
  }
}
