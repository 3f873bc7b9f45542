package dev.stargz.format.chunk;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.DigestMismatchException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.gzip.GzipInput;
import dev.stargz.format.gzip.RangeInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * Reads chunks of one file, one at a time, and checks each before it gives it out. Keeps a buffer
 * of the largest one and, while it reads, as much of the blob. For one thread.
 */
public final class ChunkReader {
  /** The largest chunk that is read, in bytes: no writer of ours makes a larger one. */
  public static final int MAX_SIZE = 1 << 28;

  /**
   * The most bytes that one byte of a deflate stream can stand for. RFC 1951, 3.2.5: 258 in two
   * bits.
   */
  private static final long MOST_EXPANSION = 1032;

  /** Bytes of headers and padding around what is wanted of a member, and some to spare. */
  private static final int FRAME = 1 << 12;

  /** Bytes that can't be compressed grow by 5 in 65535, less than one in 2 to the power of this. */
  private static final int STORED_SHIFT = 10;

  /** Bytes that are decompressed, then hashed, while they are in the processor's cache. */
  private static final int PIECE = 1 << 16;

  /** What is fetched at once of a chunk that is larger than it can be. */
  private static final int FURTHER = 1 << 18;

  private static final int HEAP_SHARE = 8;

  private final RandomAccessSource source;
  private final EntryName name;
  private byte[] buffer = {};

  /**
   * Creates a reader.
   *
   * @param source the blob; stays open
   * @param file whose chunks they are, for messages
   */
  public ChunkReader(RandomAccessSource source, EntryName file) {
    this.source = source;
    this.name = file;
  }

  /**
   * Reads a chunk.
   *
   * @return an array whose first {@link Chunk#size()} bytes are the chunk's, and that has no more
   *     if it is the reader's first; the reader's own until the next call
   * @throws DigestMismatchException if they are not what the chunk's digest promises
   * @throws CorruptException if there is no such chunk in the blob
   * @throws UnsupportedException if it is too large for the heap
   */
  public byte[] read(Chunk chunk) throws IOException {
    return read(chunk, new byte[0]);
  }

  /**
   * Reads a chunk some of which is at hand.
   *
   * @param first bytes of the blob from the chunk's {@link Chunk#offset()} on; what lacks is
   *     fetched
   * @return as above
   * @throws IOException as above
   */
  public byte[] read(Chunk chunk, byte[] first) throws IOException {
    long most = Math.min(MAX_SIZE, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    if (chunk.size() > most) {
      throw new UnsupportedException(
          "a chunk of "
              + chunk.size()
              + " bytes: at most "
              + most
              + " fit; give the JVM more (-Xmx)",
          location(chunk));
    }
    long packed = compressedAtMost(chunk);
    long wanted = first.length == 0 ? packed : Math.max(FURTHER, packed - first.length);
    RangeInput range = new RangeInput(source, chunk.offset(), chunk.end(), wanted, first);
    try (GzipInput member = GzipInput.ofOneMember(range, chunk.offset(), Location::inBlob)) {
      skip(member, chunk);
      Digest found = fill(member, chunk);
      check(member, chunk, found);
    }
    return buffer;
  }

  /** The part of the blob that is fetched for a chunk, if it isn't packed in an unheard-of way. */
  static RandomAccessSource.Range range(Chunk chunk) {
    long length = Math.min(chunk.end() - chunk.offset(), compressedAtMost(chunk));
    return new RandomAccessSource.Range(chunk.offset(), (int) Math.min(2L * MAX_SIZE, length));
  }

  /** As much as the chunk can take compressed: what lies behind it isn't fetched. */
  private static long compressedAtMost(Chunk chunk) {
    return compressedAtMost(
        Math.min(MAX_SIZE, chunk.innerOffset()) + Math.min(MAX_SIZE, chunk.size()));
  }

  private static long compressedAtMost(long bytes) {
    return bytes + (bytes >> STORED_SHIFT) + FRAME;
  }

  /**
   * Reads the start of a member, unchecked.
   *
   * @param offset of the member in the blob
   * @param end of the part of the blob that can hold it
   * @param size how much is wanted, uncompressed
   * @return as much of it as there is
   * @throws CorruptException if it is no member, or damaged
   */
  byte[] readMember(long offset, long end, int size) throws IOException {
    RangeInput range = new RangeInput(source, offset, end, compressedAtMost(size));
    try (GzipInput member = GzipInput.ofOneMember(range, offset, Location::inBlob)) {
      return member.readNBytes(size);
    }
  }

  private void skip(InputStream member, Chunk chunk) throws IOException {
    byte[] skipped = new byte[(int) Math.min(PIECE, chunk.innerOffset())];
    for (long left = chunk.innerOffset(); left > 0; ) {
      int n = member.read(skipped, 0, (int) Math.min(skipped.length, left));
      if (n < 0) {
        throw new CorruptException(
            "innerOffset " + chunk.innerOffset() + " is behind its member's end", location(chunk));
      }
      left -= n;
    }
  }

  /**
   * Decompresses the chunk; the buffer is as large as what is there allows, whatever is claimed.
   */
  private Digest fill(InputStream member, Chunk chunk) throws IOException {
    int size = (int) chunk.size();
    long packed = chunk.end() - chunk.offset();
    int possible = packed >= size ? size : (int) Math.min(size, MOST_EXPANSION * packed);
    if (buffer.length < possible) {
      buffer = new byte[possible];
    }
    MessageDigest sha256 = Digest.sha256();
    int at = 0;
    for (int n = 0; at < possible && n >= 0; ) {
      n = member.read(buffer, at, Math.min(PIECE, possible - at));
      sha256.update(buffer, at, Math.max(0, n));
      at += Math.max(0, n);
    }
    if (at < size) {
      throw new CorruptException(
          "a chunk is cut: expected " + size + " bytes, found " + at, location(chunk));
    }
    return Digest.of(sha256);
  }

  private void check(InputStream member, Chunk chunk, Digest found) throws IOException {
    Digest expected = chunk.digest();
    if (expected == null) {
      member.transferTo(OutputStream.nullOutputStream()); // at least the member's CRC is checked
    } else if (!found.equals(expected)) {
      throw new DigestMismatchException("a chunk", location(chunk), expected, found);
    }
  }

  private Location location(Chunk chunk) {
    return Location.inBlob(name, chunk.offset());
  }
}
