package dev.stargz.format.gzip;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;

/** A part of a random access source as a stream, fetched in windows. Leaves the source open. */
public final class RangeInput extends ArrayInput {
  private static final int WINDOW = 1 << 18;

  private final RandomAccessSource source;
  private final long end;
  private long fetched;
  private byte[] window = {};
  private int next;

  /** The bytes of {@code source} from {@code start} up to {@code end}. */
  public RangeInput(RandomAccessSource source, long start, long end) {
    this.source = source;
    this.fetched = start;
    this.end = end;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (next == window.length) {
      if (fetched == end) {
        return -1;
      }
      window = source.read(fetched, (int) Math.min(WINDOW, end - fetched));
      fetched += window.length;
      next = 0;
    }
    int n = Math.min(length, window.length - next);
    System.arraycopy(window, next, buffer, offset, n);
    next += n;
    return n;
  }
}
