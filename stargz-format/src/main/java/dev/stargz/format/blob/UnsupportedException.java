package dev.stargz.format.blob;

import org.jspecify.annotations.Nullable;

/**
 * Well-formed input that this library can't or won't handle; the message says which option or
 * change helps.
 */
public final class UnsupportedException extends StargzException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param what what is wrong; expected and found values where there are any
   * @param location where it was found
   */
  public UnsupportedException(String what, Location location) {
    this(what, location, null);
  }

  /**
   * Creates the exception for a failure that a library underneath reported.
   *
   * @param what what is wrong; expected and found values where there are any
   * @param location where it was found
   * @param cause the library's own exception
   */
  public UnsupportedException(String what, Location location, @Nullable Throwable cause) {
    super(what, location, cause);
  }

  @Override
  public UnsupportedException inLayer(String layer) {
    return new UnsupportedException(what(), location().inLayer(layer), this);
  }
}
