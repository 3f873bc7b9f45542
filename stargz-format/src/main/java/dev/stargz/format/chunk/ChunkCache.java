package dev.stargz.format.chunk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Keeps the chunks that were used last. A chunk that several threads want at once is read by one of
 * them; if that fails, each of the others tries by itself.
 *
 * <p>Memory: the bytes that the constructor is given, and beyond them the chunks that are being
 * read or that callers hold. Safe for many threads.
 */
public final class ChunkCache {
  /**
   * A chunk's name: no two of one tree have the same.
   *
   * @param layer the number of its layer
   * @param offset of its member in the layer's blob
   * @param innerOffset where in the member it starts
   */
  public record Key(int layer, long offset, long innerOffset) {}

  /** Reads a chunk that is not in the cache. */
  @FunctionalInterface
  public interface Loader {
    /** The chunk's bytes, in an array of its own. */
    byte[] load() throws IOException;
  }

  private final long maxBytes;
  private final Map<Key, byte[]> chunks = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
  private final Map<Key, CountDownLatch> loading = new HashMap<>();
  private long bytes;

  /** Creates a cache of at most {@code maxBytes} bytes; 0 for one that keeps nothing. */
  public ChunkCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The bytes of a chunk, read if they are not here.
   *
   * @return an array that is shared: not to be changed
   * @throws InterruptedIOException if the thread is interrupted while another one reads the chunk
   * @throws IOException what {@code loader} throws
   */
  public byte[] get(Key key, Loader loader) throws IOException {
    while (true) {
      CountDownLatch other;
      synchronized (this) {
        byte[] chunk = chunks.get(key);
        if (chunk != null) {
          return chunk;
        }
        other = loading.get(key);
        if (other == null) {
          loading.put(key, new CountDownLatch(1));
        }
      }
      if (other == null) {
        return load(key, loader);
      }
      await(other);
    }
  }

  private byte[] load(Key key, Loader loader) throws IOException {
    byte[] chunk = null;
    try {
      chunk = loader.load();
      return chunk;
    } finally {
      synchronized (this) {
        if (chunk != null) {
          keep(key, chunk);
        }
        CountDownLatch done = loading.remove(key);
        if (done != null) {
          done.countDown();
        }
      }
    }
  }

  private void keep(Key key, byte[] chunk) {
    if (chunk.length > maxBytes) {
      return;
    }
    chunks.put(key, chunk);
    bytes += chunk.length;
    Iterator<byte[]> eldest = chunks.values().iterator();
    while (bytes > maxBytes) {
      bytes -= eldest.next().length;
      eldest.remove();
    }
  }

  private static void await(CountDownLatch other) throws InterruptedIOException {
    try {
      other.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while another thread read the chunk");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** How many bytes are kept. */
  synchronized long bytes() {
    return bytes;
  }
}
