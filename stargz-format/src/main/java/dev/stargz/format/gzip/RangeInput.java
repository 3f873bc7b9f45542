package dev.stargz.format.gzip;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;

/** A part of a random access source as a stream, fetched in windows. Leaves the source open. */
public final class RangeInput extends ArrayInput {
  private static final int WINDOW = 1 << 18;
  private static final int MOST_WINDOW = 1 << 24;
  private static final int HEAP_SHARE = 16;

  private final RandomAccessSource source;
  private final long end;
  private final int windowSize;
  private long fetched;
  private byte[] window = {};
  private int next;

  /** The bytes of {@code source} from {@code start} up to {@code end}. */
  public RangeInput(RandomAccessSource source, long start, long end) {
    this(source, start, end, WINDOW);
  }

  /**
   * The same, fetched in one go if no more than {@code wanted} bytes are read: a remote source has
   * an answer's delay for each.
   *
   * @param wanted is taken down to 16 MiB or a 16th of the heap, if that is less; so much is held
   */
  public RangeInput(RandomAccessSource source, long start, long end, long wanted) {
    this.source = source;
    this.fetched = start;
    this.end = end;
    long most = Math.min(MOST_WINDOW, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    this.windowSize = (int) Math.max(1, Math.min(wanted, most));
  }

  /**
   * The same, whose first bytes are at hand.
   *
   * @param first the bytes from {@code start} on
   */
  public RangeInput(RandomAccessSource source, long start, long end, long wanted, byte[] first) {
    this(source, start + first.length, end, wanted);
    this.window = first;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (next == window.length) {
      if (fetched == end) {
        return -1;
      }
      window = source.read(fetched, (int) Math.min(windowSize, end - fetched));
      fetched += window.length;
      next = 0;
    }
    int n = Math.min(length, window.length - next);
    System.arraycopy(window, next, buffer, offset, n);
    next += n;
    return n;
  }
}
