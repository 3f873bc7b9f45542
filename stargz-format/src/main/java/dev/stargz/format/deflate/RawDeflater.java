package dev.stargz.format.deflate;

/** Encodes whole buffers, each into a raw DEFLATE stream of its own. For one thread at a time. */
public interface RawDeflater extends AutoCloseable {
  /**
   * Appends one complete raw DEFLATE stream (RFC 1951, final block included) to {@code output}. The
   * bytes depend on those of the input alone, not on what was encoded before.
   *
   * @param length of the input in bytes, 0 or more
   */
  void deflate(byte[] input, int offset, int length, DeflateBuffer output);

  /** Frees what the encoder holds outside the heap. */
  @Override
  void close();
}
