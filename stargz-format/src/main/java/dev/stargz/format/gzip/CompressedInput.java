package dev.stargz.format.gzip;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;
import java.util.zip.Inflater;

/** The compressed bytes: buffered, counted, and what a decoder took too much of given back. */
final class CompressedInput {
  private final InputStream in;
  private final long start;
  private final byte[] buffer;
  private int next;
  private int limit;
  private long position;

  CompressedInput(InputStream in, long start, int bufferSize) {
    this.in = in;
    this.start = start;
    this.position = start;
    this.buffer = new byte[bufferSize];
  }

  long start() {
    return start;
  }

  long position() {
    return position;
  }

  boolean atEnd() throws IOException {
    if (next == limit) {
      next = 0;
      limit = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return next == limit;
  }

  /** The next byte, or -1 at the end. */
  int read() throws IOException {
    if (atEnd()) {
      return -1;
    }
    position++;
    return buffer[next++] & 0xff;
  }

  /** Skips zeros and says how many there were. */
  long skipZeros() throws IOException {
    long from = position;
    while (!atEnd() && buffer[next] == 0) {
      next++;
      position++;
    }
    return position - from;
  }

  /** Gives all that is buffered to the decoder. */
  void feed(Inflater inflater) {
    inflater.setInput(buffer, next, limit - next);
    position += limit - next;
    next = limit;
  }

  /** Takes back the last {@code n} bytes that were fed. */
  void unread(int n) {
    next -= n;
    position -= n;
  }

  long readIntLe(LongFunction<Location> where) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      value |= (long) readOrFail(where) << shift;
    }
    return value;
  }

  int readOrFail(LongFunction<Location> where) throws IOException {
    int b = read();
    if (b < 0) {
      throw new CorruptException("the data ends inside a gzip member", where.apply(position));
    }
    return b;
  }
}
