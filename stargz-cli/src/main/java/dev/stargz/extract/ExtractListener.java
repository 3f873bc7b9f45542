package dev.stargz.extract;

/** Hears how far an extraction is. Called by several threads, but one at a time. */
@FunctionalInterface
public interface ExtractListener {
  /** Hears nothing. */
  ExtractListener NONE = progress -> {};

  /** Something was written. */
  void progress(Progress progress);

  /**
   * How far it is.
   *
   * @param files regular files that are complete
   * @param allFiles how many there will be
   * @param bytes of their contents that are written
   * @param allBytes how many there will be
   */
  record Progress(long files, long allFiles, long bytes, long allBytes) {}
}
