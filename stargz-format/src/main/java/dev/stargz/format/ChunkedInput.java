package dev.stargz.format;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.DigestMismatchException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.gzip.ArrayInput;
import dev.stargz.format.gzip.GzipInput;
import dev.stargz.format.gzip.RangeInput;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** A file's content, chunk by chunk; none is given out before all of it was checked. */
final class ChunkedInput extends ArrayInput {
  private static final int FIRST_BUFFER = 1 << 20;
  private static final int HEAP_SHARE = 8;

  private final RandomAccessSource source;
  private final EntryName name;
  private final Iterator<Chunk> chunks;
  private byte[] buffer = {};
  private int limit;
  private int next;

  ChunkedInput(RandomAccessSource source, TocEntry file, List<Chunk> chunks) {
    this.source = source;
    this.name = file.name();
    this.chunks = chunks.iterator();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (next == limit) {
      if (!chunks.hasNext()) {
        return -1;
      }
      fetch(chunks.next());
    }
    int n = Math.min(length, limit - next);
    System.arraycopy(buffer, next, bytes, offset, n);
    next += n;
    return n;
  }

  private void fetch(Chunk chunk) throws IOException {
    long most =
        Math.min(WriterOptions.MAX_CHUNK_SIZE, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    if (chunk.size() > most) {
      throw new UnsupportedException(
          "a chunk of "
              + chunk.size()
              + " bytes: at most "
              + most
              + " fit; give the JVM more (-Xmx)",
          location(chunk));
    }
    next = 0;
    limit = 0;
    RangeInput range = new RangeInput(source, chunk.offset(), chunk.end());
    try (GzipInput member = GzipInput.ofOneMember(range, chunk.offset(), Location::inBlob)) {
      skip(member, chunk);
      fill(member, chunk);
      check(member, chunk);
    }
    limit = (int) chunk.size();
  }

  private void skip(InputStream member, Chunk chunk) throws IOException {
    byte[] skipped = new byte[8192];
    for (long left = chunk.innerOffset(); left > 0; ) {
      int n = member.read(skipped, 0, (int) Math.min(skipped.length, left));
      if (n < 0) {
        throw new CorruptException(
            "innerOffset " + chunk.innerOffset() + " is behind its member's end", location(chunk));
      }
      left -= n;
    }
  }

  /** Decompresses the chunk; the buffer grows with what is there, not with what is claimed. */
  private void fill(InputStream member, Chunk chunk) throws IOException {
    int size = (int) chunk.size();
    int at = 0;
    while (at < size) {
      if (at == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.min(size, Math.max(FIRST_BUFFER, 2 * at)));
      }
      int n = member.read(buffer, at, Math.min(size, buffer.length) - at);
      if (n < 0) {
        throw new CorruptException(
            "a chunk is cut: expected " + size + " bytes, found " + at, location(chunk));
      }
      at += n;
    }
  }

  private void check(InputStream member, Chunk chunk) throws IOException {
    Digest expected = chunk.digest();
    if (expected == null) {
      member.transferTo(OutputStream.nullOutputStream()); // at least the member's CRC is checked
      return;
    }
    MessageDigest sha256 = Digest.sha256();
    sha256.update(buffer, 0, (int) chunk.size());
    Digest found = Digest.of(sha256);
    if (!found.equals(expected)) {
      throw new DigestMismatchException("a chunk", location(chunk), expected, found);
    }
  }

  private Location location(Chunk chunk) {
    return Location.inBlob(name, chunk.offset());
  }
}
