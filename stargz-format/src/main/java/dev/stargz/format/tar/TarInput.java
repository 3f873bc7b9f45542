package dev.stargz.format.tar;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The uncompressed tar as a stream that knows its position. */
final class TarInput {
  private final InputStream in;
  private long position;

  TarInput(InputStream in, long position) {
    this.in = in;
    this.position = position;
  }

  /** Bytes from the start of the tar. */
  long position() {
    return position;
  }

  /** Reads up to {@code length} bytes; fewer only at the end of the stream. */
  int readUpTo(byte[] buffer, int offset, int length) throws IOException {
    int n = in.readNBytes(buffer, offset, length);
    position += n;
    return n;
  }

  /** Reads exactly {@code length} bytes of {@code part}; damage below is said of {@code entry}. */
  void readFully(byte[] buffer, int offset, int length, String part, @Nullable EntryName entry)
      throws IOException {
    int n;
    try {
      n = readUpTo(buffer, offset, length);
    } catch (CorruptException e) {
      throw entry == null ? e : e.in(entry);
    }
    if (n < length) {
      throw cut(part, entry, length - n);
    }
  }

  /** Reads at least one byte, at most {@code length}, of {@code part}. */
  int readSome(byte[] buffer, int offset, int length, String part, EntryName entry)
      throws IOException {
    int n;
    try {
      n = in.read(buffer, offset, length);
    } catch (CorruptException e) {
      throw e.in(entry);
    }
    if (n < 0) {
      throw cut(part, entry, length);
    }
    position += n;
    return n;
  }

  private CorruptException cut(String part, @Nullable EntryName entry, int missing) {
    return new CorruptException(
        "the archive ends inside " + part + ": expected at least " + missing + " more bytes",
        Location.inTar(entry, position));
  }
}
