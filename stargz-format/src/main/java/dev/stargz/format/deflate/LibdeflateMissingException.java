package dev.stargz.format.deflate;

import org.jspecify.annotations.Nullable;

/** Says that libdeflate can't be called on this machine, why, and what to install. */
public final class LibdeflateMissingException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  LibdeflateMissingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
