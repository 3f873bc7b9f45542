package dev.stargz.local;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Bytes that lie in a file: all of it, or a member of a tar.
 *
 * @param file where they are
 * @param offset where they begin
 * @param size how many they are
 */
record FilePart(Path file, long offset, long size) {
  private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  /** Opens them from the start; the caller closes the stream. */
  InputStream open() throws IOException {
    // Not through a channel, which an interrupt would close under the reader's hands.
    FileInputStream in = new FileInputStream(file.toFile());
    try {
      in.skipNBytes(offset);
      return new PartStream(in, this);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** Opens them for reads at any position; the caller closes the source. */
  RandomAccessSource openRanges() throws IOException {
    RandomAccessSource whole = RandomAccessSource.of(file);
    return offset == 0 ? whole : new PartSource(whole, offset, size);
  }

  /**
   * Reads them all.
   *
   * @param max the most bytes that it may be
   * @param what they are, with whose they are, for the error
   */
  byte[] readAll(int max, String what) throws IOException {
    if (size > max) {
      throw new ImageException(
          String.format(Locale.ROOT, "%s has %d bytes: expected no more than %d", what, size, max));
    }
    try (InputStream in = open()) {
      byte[] bytes = in.readNBytes((int) size);
      if (bytes.length < size) {
        throw new EOFException(what + " ends after " + bytes.length + " of " + size + " bytes");
      }
      return bytes;
    }
  }

  /** Whether they begin as gzip does: RFC 1952, 2.3.1. */
  boolean isGzip() throws IOException {
    return startsWith(GZIP);
  }

  /** Whether they begin as a Zstandard frame does: RFC 8878, 3.1.1. */
  boolean isZstd() throws IOException {
    return startsWith(ZSTD);
  }

  private boolean startsWith(byte[] magic) throws IOException {
    try (InputStream in = open()) {
      return java.util.Arrays.equals(in.readNBytes(magic.length), magic);
    }
  }
}
