package dev.stargz.format.chunk;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * The chunks of a file, by way of a cache. Safe for many threads.
 *
 * <p>Memory: besides the cache's, 8 MiB for each thread that reads several chunks at once.
 */
public final class FileChunks {
  /** The most of a blob that is read at once. */
  private static final int MOST_MERGED = 8 << 20;

  /** The largest member that is kept for the chunks in it. */
  private static final int MOST_MEMBER = 8 << 20;

  private static final int MEMBER_HEAP_SHARE = 32;

  /** Stands for a whole member among the chunks in it. */
  private static final long WHOLE = -1;

  private final LayerChunks layer;
  private final int layerNumber;
  private final TocEntry file;
  private final ChunkCache cache;
  private final List<Chunk> chunks;

  /**
   * The chunks of a file.
   *
   * @param layerNumber by which the cache tells layers apart
   */
  public FileChunks(LayerChunks layer, int layerNumber, TocEntry file, ChunkCache cache) {
    this.layer = layer;
    this.layerNumber = layerNumber;
    this.file = file;
    this.cache = cache;
    this.chunks = layer.table().chunksOf(file);
  }

  /** The number of the chunk that a position of the file lies in. */
  public int indexOf(long position) {
    int low = 0;
    int high = chunks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chunks.get(middle).fileOffset() <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Where a chunk starts in the file. */
  public long start(int index) {
    return chunks.get(index).fileOffset();
  }

  /**
   * A chunk's bytes, checked. If it isn't in the cache, those behind it up to {@code wantedEnd} are
   * read with it.
   *
   * @param wantedEnd how far the file is about to be read
   * @return an array that is shared: not to be changed
   */
  public byte[] get(int index, long wantedEnd) throws IOException {
    Chunk chunk = chunks.get(index);
    if (index + 1 < chunks.size()
        && chunks.get(index + 1).fileOffset() < wantedEnd
        && !cache.holds(key(chunk))) {
      readTogether(neighbours(index, wantedEnd));
    }
    return cache.get(key(chunk), () -> read(chunk, new byte[0]));
  }

  private ChunkCache.Key key(Chunk chunk) {
    return new ChunkCache.Key(layerNumber, chunk.offset(), chunk.innerOffset());
  }

  /** A chunk and those behind it, as many as may be read at once. */
  private List<Chunk> neighbours(int index, long wantedEnd) {
    List<Chunk> batch = new ArrayList<>();
    long packed = 0;
    long unpacked = 0;
    for (int i = index; i < chunks.size() && chunks.get(i).fileOffset() < wantedEnd; i++) {
      Chunk chunk = chunks.get(i);
      packed += ChunkReader.range(chunk).length();
      unpacked += chunk.size();
      boolean fits = packed <= MOST_MERGED && unpacked <= cache.maxBytes() / 2;
      if (!fits || layer.table().sharedSize(chunk.offset()).isPresent()) {
        break;
      }
      batch.add(chunk);
    }
    return batch;
  }

  private void readTogether(List<Chunk> batch) throws IOException {
    if (batch.size() > 1) {
      List<ChunkCache.Key> keys = batch.stream().map(this::key).toList();
      cache.loadAll(keys, (places, loaded) -> read(batch, places, loaded));
    }
  }

  private void read(List<Chunk> batch, List<Integer> places, ChunkCache.Loaded loaded)
      throws IOException {
    List<RandomAccessSource.Range> ranges =
        places.stream().map(place -> ChunkReader.range(batch.get(place))).toList();
    List<byte[]> packed = new ArrayList<>(layer.source().read(ranges));
    for (int i = 0; i < places.size(); i++) {
      int place = places.get(i);
      try {
        loaded.put(place, read(batch.get(place), packed.set(i, new byte[0])));
      } catch (StargzException e) {
        return; // whoever comes to this chunk will be told, but not before
      }
    }
  }

  private byte[] read(Chunk chunk, byte[] first) throws IOException {
    OptionalLong shared = layer.table().sharedSize(chunk.offset());
    long most = Math.min(MOST_MEMBER, Runtime.getRuntime().maxMemory() / MEMBER_HEAP_SHARE);
    Digest digest = chunk.digest();
    if (shared.isPresent() && shared.getAsLong() <= most && digest != null) {
      byte[] member = member(chunk, (int) shared.getAsLong());
      byte[] part = slice(member, chunk);
      if (part.length == chunk.size() && Digest.of(part).equals(digest)) {
        return part;
      }
    }
    return new ChunkReader(layer.source(), file.name()).read(chunk, first);
  }

  /** The member that a chunk shares with others, unchecked; empty if it is damaged somewhere. */
  private byte[] member(Chunk chunk, int size) throws IOException {
    ChunkCache.Key key = new ChunkCache.Key(layerNumber, chunk.offset(), WHOLE);
    try {
      return cache.get(
          key,
          () ->
              new ChunkReader(layer.source(), file.name())
                  .readMember(chunk.offset(), chunk.end(), size));
    } catch (StargzException e) {
      return new byte[0];
    }
  }

  private static byte[] slice(byte[] member, Chunk chunk) {
    int from = (int) Math.min(member.length, chunk.innerOffset());
    return Arrays.copyOfRange(
        member, from, (int) Math.min(member.length, chunk.innerOffset() + chunk.size()));
  }
}
