package dev.stargz.format.gzip;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A whole source as a stream, once, in its order: while one large window is read from, another
 * thread fetches the next. Holds two windows. Leaves the source open.
 */
public final class ReadAheadInput extends ArrayInput {
  private final RandomAccessSource source;
  private final long size;
  private final int windowSize;
  private final Executor executor;
  private @Nullable SharedTask<byte[]> following;
  private long asked;
  private byte[] window = {};
  private int next;

  /**
   * Creates a stream, for one thread.
   *
   * @param size of the source in bytes
   * @param windowSize the most bytes to fetch in one go
   * @param executor fetches; what throws there is thrown by {@link #read}
   */
  public ReadAheadInput(RandomAccessSource source, long size, int windowSize, Executor executor) {
    this.source = source;
    this.size = size;
    this.windowSize = windowSize;
    this.executor = executor;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (next == window.length && !advance()) {
      return -1;
    }
    int n = Math.min(length, window.length - next);
    System.arraycopy(window, next, buffer, offset, n);
    next += n;
    return n;
  }

  private boolean advance() throws IOException {
    SharedTask<byte[]> task = following == null ? ask() : following;
    if (task == null) {
      return false;
    }
    window = task.await();
    next = 0;
    following = ask();
    return true;
  }

  private @Nullable SharedTask<byte[]> ask() {
    if (asked == size) {
      return null;
    }
    long from = asked;
    int length = (int) Math.min(windowSize, size - from);
    asked += length;
    return SharedTask.start(executor, () -> source.read(from, length));
  }

  /** Gives up what isn't read yet. */
  @Override
  public void close() {
    if (following != null) {
      following.cancel();
    }
  }
}
