package dev.stargz.format.blob;

/** Bytes whose digest isn't the one that was promised for them. */
public final class DigestMismatchException extends StargzException {
  private static final long serialVersionUID = 1L;

  private final transient Digest expected;
  private final transient Digest found;

  /**
   * Creates the exception.
   *
   * @param what what was hashed, such as "the chunk" or "the TOC"
   * @param location where it lies
   * @param expected the digest that was promised
   * @param found the digest of the bytes that are there
   */
  public DigestMismatchException(String what, Location location, Digest expected, Digest found) {
    super("digest of " + what + ": expected " + expected + ", found " + found, location, null);
    this.expected = expected;
    this.found = found;
  }

  /** The digest that was promised. */
  public Digest expected() {
    return expected;
  }

  /** The digest of the bytes that are there. */
  public Digest found() {
    return found;
  }
}
