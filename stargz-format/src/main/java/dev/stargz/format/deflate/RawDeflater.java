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

  /**
   * Appends a part of a stream that is too large to be encoded whole: blocks, none of them final,
   * up to a byte boundary. Parts one behind the other, and at last one of {@link #deflate}, are one
   * stream. None refers to bytes of another, and what one becomes depends on its bytes alone.
   *
   * @throws UnsupportedOperationException unless {@link DeflateEngine#encodesParts()}
   */
  default void deflatePart(byte[] input, int offset, int length, DeflateBuffer output) {
    throw new UnsupportedOperationException("this encoder has no parts");
  }

  /** Frees what the encoder holds outside the heap. */
  @Override
  void close();
}
