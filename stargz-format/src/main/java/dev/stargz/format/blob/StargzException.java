package dev.stargz.format.blob;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Input that can't be read as what it should be. Its four kinds say what a caller may do about it:
 * {@link NotStargzException} (take it for something else), {@link CorruptException} (fetch it
 * again), {@link UnsupportedException} (change the input or an option), {@link
 * DigestMismatchException} (don't trust it).
 *
 * <p>Failures of the streams themselves arrive as the {@link IOException}s that they threw.
 */
public abstract sealed class StargzException extends IOException
    permits NotStargzException, CorruptException, UnsupportedException, DigestMismatchException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final transient Location location;

  StargzException(String what, Location location, @Nullable Throwable cause) {
    super(location + ": " + what, cause);
    this.what = what;
    this.location = location;
  }

  /**
   * This exception, and in which of several layers it was found; the original is its cause. Kinds
   * that reading a tar doesn't lead to are returned as they are.
   *
   * @param layer a name for messages
   */
  public StargzException inLayer(String layer) {
    return this;
  }

  /** What is wrong, without where. */
  final String what() {
    return what;
  }

  /** Where the problem was found. */
  public Location location() {
    return location;
  }
}
