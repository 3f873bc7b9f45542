package dev.stargz.format.blob;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Bytes of a blob, read at any position: a file, an array, or ranges of an HTTP resource.
 *
 * <p>Calls block, carry their own position, and may come from several threads at once. Whoever
 * opened a source closes it.
 */
public interface RandomAccessSource extends Closeable {
  /**
   * A part of the source.
   *
   * @param offset its first byte
   * @param length its number of bytes
   */
  record Range(long offset, int length) {
    /** Checks that neither is negative. */
    public Range {
      if (offset < 0 || length < 0) {
        throw new IllegalArgumentException("negative range: " + offset + "+" + length);
      }
    }
  }

  /**
   * The end of the source.
   *
   * @param bytes the last bytes; fewer than asked for if the source is shorter
   * @param size the source's whole size in bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // a hand-over, never compared
  record Tail(byte[] bytes, long size) {}

  /**
   * Reads the last {@code length} bytes. This is the first call on a source: the size of a remote
   * one may be known from its answer alone.
   */
  Tail readTail(int length) throws IOException;

  /**
   * Reads several ranges; an implementation may fetch neighbours in one go.
   *
   * @return the bytes of each range, in the order of {@code ranges}
   * @throws EOFException if a range doesn't lie wholly inside the source
   */
  List<byte[]> read(List<Range> ranges) throws IOException;

  /**
   * Reads one range.
   *
   * @throws EOFException if the range doesn't lie wholly inside the source
   */
  default byte[] read(long offset, int length) throws IOException {
    return read(List.of(new Range(offset, length))).get(0);
  }

  /**
   * Whether each call takes a network's time, so that it is worth asking for more at once than is
   * needed at the moment. A file or an array is not remote.
   */
  default boolean isRemote() {
    return false;
  }

  /** The whole size in bytes, if it is known before anything was read. */
  default OptionalLong knownSize() {
    return OptionalLong.empty();
  }

  /** A file. An interrupt of a reading thread closes the source, as with any NIO channel. */
  static RandomAccessSource of(Path file) throws IOException {
    return FileSource.open(file);
  }

  /** An array, which must not change while the source is in use. */
  static RandomAccessSource of(byte[] bytes) {
    return new ByteArraySource(bytes);
  }
}
