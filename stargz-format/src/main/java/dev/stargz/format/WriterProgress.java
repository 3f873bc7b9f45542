package dev.stargz.format;

/** Learns how far a conversion is. Called by the thread that reads the source. */
@FunctionalInterface
public interface WriterProgress {
  /** Wants to know nothing. */
  WriterProgress NONE = (sourceBytes, tarBytes, blobBytes) -> {};

  /**
   * One more entry, or chunk of a large one, was read.
   *
   * @param sourceBytes read from the source, as it was given
   * @param tarBytes of uncompressed tar read
   * @param blobBytes written to the target
   */
  void progress(long sourceBytes, long tarBytes, long blobBytes);
}
