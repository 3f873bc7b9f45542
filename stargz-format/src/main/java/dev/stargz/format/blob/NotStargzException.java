package dev.stargz.format.blob;

import org.jspecify.annotations.Nullable;

/**
 * The source has no footer that belongs to a seekable tar.gz. It may be a fine archive of another
 * kind.
 */
public final class NotStargzException extends StargzException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param what what is wrong; expected and found values where there are any
   * @param location where it was found
   */
  public NotStargzException(String what, Location location) {
    this(what, location, null);
  }

  /**
   * Creates the exception for a failure that a library underneath reported.
   *
   * @param what what is wrong; expected and found values where there are any
   * @param location where it was found
   * @param cause the library's own exception
   */
  public NotStargzException(String what, Location location, @Nullable Throwable cause) {
    super(what, location, cause);
  }
}
