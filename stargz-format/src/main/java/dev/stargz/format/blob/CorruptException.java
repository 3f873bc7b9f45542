package dev.stargz.format.blob;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bytes that contradict the format they claim to be in: cut, damaged, or built to mislead. */
public final class CorruptException extends StargzException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param what what is wrong; expected and found values where there are any
   * @param location where it was found
   */
  public CorruptException(String what, Location location) {
    this(what, location, null);
  }

  /**
   * Creates the exception for a failure that a library underneath reported.
   *
   * @param what what is wrong; expected and found values where there are any
   * @param location where it was found
   * @param cause the library's own exception
   */
  public CorruptException(String what, Location location, @Nullable Throwable cause) {
    super(what, location, cause);
  }

  /** This exception, and that it was found while {@code entry} was read, unless it says which. */
  public CorruptException in(EntryName entry) {
    Location at = location();
    return at.entry().isPresent()
        ? this
        : new CorruptException(
            what(), new Location(at.space(), Optional.of(entry), at.position()), this);
  }

  @Override
  public CorruptException inLayer(String layer) {
    return new CorruptException(what(), location().inLayer(layer), this);
  }
}
