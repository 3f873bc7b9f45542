package dev.stargz.extract;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Files that can't be extracted: the message says which, what was tried, and why it failed. */
public final class ExtractException extends IOException {
  private static final long serialVersionUID = 1L;

  ExtractException(String message) {
    this(message, null);
  }

  ExtractException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
