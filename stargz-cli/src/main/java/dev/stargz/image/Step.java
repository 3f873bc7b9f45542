package dev.stargz.image;

/** One thing to be sent to the target, behind all that it names. */
sealed interface Step {
  /** A blob that is the same in the source. */
  record Copy(Descriptor blob) implements Step {}

  /**
   * A small blob that is in memory.
   *
   * @param blob its digest and size
   * @param content its bytes
   */
  record Write(Descriptor blob, BlobContent content) implements Step {}

  /**
   * A manifest or index.
   *
   * @param raw its bytes
   * @param report what it was and is
   */
  record Push(RawManifest raw, ConversionReport.Manifest report) implements Step {}
}
