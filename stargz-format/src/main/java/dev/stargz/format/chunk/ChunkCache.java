package dev.stargz.format.chunk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the chunks that were used last. A chunk that several threads want at once is read by one of
 * them; if that fails, each of the others tries by itself.
 *
 * <p>A chunk larger than the whole cache isn't kept: each thread that wants it reads it.
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
  public record Key(int layer, long offset, long innerOffset) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparingInt(Key::layer)
            .thenComparingLong(Key::offset)
            .thenComparingLong(Key::innerOffset);

    /** By layer and place: so that many of one hash can be told apart fast. */
    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** Reads a chunk that is not in the cache. */
  @FunctionalInterface
  public interface Loader {
    /** The chunk's bytes, in an array of its own. */
    byte[] load() throws IOException;
  }

  /** Reads several chunks that are not in the cache. */
  @FunctionalInterface
  public interface BatchLoader {
    /**
     * Reads chunks, and hands each over when it has it.
     *
     * @param places which of the chunks that were asked for are wanted, in their order
     */
    void load(List<Integer> places, Loaded loaded) throws IOException;
  }

  /** Takes what a {@link BatchLoader} has read. */
  @FunctionalInterface
  public interface Loaded {
    /** A chunk's bytes, in an array of its own. */
    void put(int place, byte[] chunk);
  }

  /** What an entry takes besides the chunk's bytes. */
  private static final int ENTRY_COST = 128;

  private final long maxBytes;
  private final int entryCost;
  private final Map<Key, byte[]> chunks = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
  private final Map<Key, CountDownLatch> loading = new HashMap<>();
  private long bytes;

  /** Creates a cache of at most {@code maxBytes} bytes, its entries included; 0 for none. */
  public ChunkCache(long maxBytes) {
    this(maxBytes, ENTRY_COST);
  }

  /** One that counts {@code entryCost} bytes for a chunk besides its own. */
  ChunkCache(long maxBytes, int entryCost) {
    this.maxBytes = maxBytes;
    this.entryCost = entryCost;
  }

  /**
   * The bytes of a chunk, read if they are not here.
   *
   * @return an array that is shared: not to be changed
   * @throws InterruptedIOException if the thread is interrupted while another one reads the chunk
   * @throws IOException what {@code loader} throws
   */
  public byte[] get(Key key, Loader loader) throws IOException {
    CountDownLatch mine = new CountDownLatch(1);
    while (true) {
      CountDownLatch other;
      synchronized (this) {
        byte[] chunk = chunks.get(key);
        if (chunk != null) {
          return chunk;
        }
        other = loading.putIfAbsent(key, mine);
      }
      if (other == null) {
        return load(key, loader, mine);
      }
      await(other);
    }
  }

  private byte[] load(Key key, Loader loader, CountDownLatch mine) throws IOException {
    byte[] chunk = null;
    try {
      chunk = loader.load();
      return chunk;
    } finally {
      end(key, mine, chunk);
    }
  }

  /**
   * Reads chunks that will be asked for next, all in one go: those that are neither here nor being
   * read by another thread.
   *
   * @throws IOException what {@code loader} throws; what it has handed over before is here
   */
  public void loadAll(List<Key> keys, BatchLoader loader) throws IOException {
    SortedMap<Integer, CountDownLatch> claims = claim(keys);
    if (claims.isEmpty()) {
      return;
    }
    try {
      loader.load(
          List.copyOf(claims.keySet()),
          (place, chunk) -> end(keys.get(place), claims.get(place), chunk));
    } finally {
      claims.forEach((place, mine) -> end(keys.get(place), mine, null));
    }
  }

  private synchronized SortedMap<Integer, CountDownLatch> claim(List<Key> keys) {
    SortedMap<Integer, CountDownLatch> claims = new TreeMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!chunks.containsKey(keys.get(i)) && !loading.containsKey(keys.get(i))) {
        CountDownLatch mine = new CountDownLatch(1);
        loading.put(keys.get(i), mine);
        claims.put(i, mine);
      }
    }
    return claims;
  }

  /** Ends the loading of a chunk, unless it has ended before. */
  private synchronized void end(Key key, @Nullable CountDownLatch mine, byte @Nullable [] chunk) {
    if (mine != null && loading.remove(key, mine)) {
      if (chunk != null) {
        keep(key, chunk);
      }
      mine.countDown();
    }
  }

  /** Whether a chunk is here. */
  public synchronized boolean holds(Key key) {
    return chunks.containsKey(key);
  }

  /** How many bytes are kept at most. */
  public long maxBytes() {
    return maxBytes;
  }

  private void keep(Key key, byte[] chunk) {
    if (cost(chunk) > maxBytes) {
      return;
    }
    chunks.put(key, chunk);
    bytes += cost(chunk);
    Iterator<byte[]> eldest = chunks.values().iterator();
    while (bytes > maxBytes) {
      bytes -= cost(eldest.next());
      eldest.remove();
    }
  }

  private long cost(byte[] chunk) {
    return (long) chunk.length + entryCost;
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

  /** How many bytes what is kept takes. */
  synchronized long bytes() {
    return bytes;
  }
}
