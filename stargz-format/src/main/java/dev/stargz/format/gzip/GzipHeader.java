package dev.stargz.format.gzip;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Location;
import java.io.IOException;
import java.util.function.LongFunction;
import java.util.zip.CRC32;

/**
 * The header of a gzip member (RFC 1952, 2.3): magic {@code 1f 8b}, CM, FLG, MTIME 4, XFL, OS, and
 * what FLG announces: extra field, name, comment, CRC-16.
 */
final class GzipHeader {
  private static final int DEFLATE = 8;
  private static final int FHCRC = 2;
  private static final int FEXTRA = 4;
  private static final int FNAME = 8;
  private static final int FCOMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final CompressedInput in;
  private final LongFunction<Location> where;
  private final CRC32 crc = new CRC32();

  private GzipHeader(CompressedInput in, LongFunction<Location> where) {
    this.in = in;
    this.where = where;
  }

  /** Reads over a header; false if the next bytes are no gzip header at all. */
  static boolean skip(CompressedInput in, LongFunction<Location> where) throws IOException {
    return new GzipHeader(in, where).skip();
  }

  private boolean skip() throws IOException {
    if (next() != 0x1f || next() != 0x8b) {
      return false;
    }
    int method = next();
    int flags = next();
    if (method != DEFLATE || (flags & RESERVED) != 0) {
      throw new CorruptException(
          "gzip header: expected method 8 and known flags, found " + method + " and " + flags,
          where.apply(in.position()));
    }
    skip(6);
    if ((flags & FEXTRA) != 0) {
      skip(next() | next() << 8);
    }
    if ((flags & FNAME) != 0) {
      skipText();
    }
    if ((flags & FCOMMENT) != 0) {
      skipText();
    }
    if ((flags & FHCRC) != 0) {
      checkCrc();
    }
    return true;
  }

  private int next() throws IOException {
    int b = in.readOrFail(where);
    crc.update(b);
    return b;
  }

  private void skip(int n) throws IOException {
    for (int i = 0; i < n; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    int b;
    do {
      b = next();
    } while (b != 0);
  }

  private void checkCrc() throws IOException {
    int expected = (int) crc.getValue() & 0xffff;
    int found = next() | next() << 8;
    if (found != expected) {
      throw new CorruptException(
          String.format("CRC-16 of a gzip header: expected %04x, found %04x", expected, found),
          where.apply(in.position() - 2));
    }
  }
}
