package dev.stargz.format.tree;

import dev.stargz.format.chunk.Chunk;
import dev.stargz.format.chunk.ChunkCache;
import dev.stargz.format.chunk.ChunkReader;
import dev.stargz.format.chunk.LayerChunks;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The bytes of a file, read at any position. Safe for many threads. */
final class FileContent {
  private final LayerChunks layer;
  private final int layerNumber;
  private final TocEntry file;
  private final ChunkCache cache;
  private final List<Chunk> chunks;

  /** The chunk used last: most reads are of the same one again, and need not ask the cache. */
  private volatile Loaded last = new Loaded(0, new byte[0]);

  @SuppressWarnings("ArrayRecordComponent")
  private record Loaded(long start, byte[] bytes) {
    boolean holds(long position) {
      return position >= start && position - start < bytes.length;
    }
  }

  FileContent(LayerChunks layer, int layerNumber, TocEntry file, ChunkCache cache) {
    this.layer = layer;
    this.layerNumber = layerNumber;
    this.file = file;
    this.cache = cache;
    this.chunks = layer.table().chunksOf(file);
  }

  /** The file's size in bytes. */
  long size() {
    return file.size();
  }

  /**
   * Reads from {@code position} on, to the end of the buffer or the file.
   *
   * @return the number of bytes, -1 at or behind the file's end unless the buffer is full
   */
  int read(ByteBuffer target, long position) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    }
    int read = 0;
    for (long at = position; target.hasRemaining() && at < size(); at = position + read) {
      Loaded loaded = last;
      if (!loaded.holds(at)) {
        loaded = load(at);
        last = loaded;
      }
      int from = (int) (at - loaded.start());
      int n = Math.min(target.remaining(), loaded.bytes().length - from);
      target.put(loaded.bytes(), from, n);
      read += n;
    }
    return read == 0 ? -1 : read;
  }

  private Loaded load(long position) throws IOException {
    Chunk chunk = chunks.get(indexOf(position));
    ChunkCache.Key key = new ChunkCache.Key(layerNumber, chunk.offset(), chunk.innerOffset());
    return new Loaded(chunk.fileOffset(), cache.get(key, () -> read(chunk)));
  }

  private byte[] read(Chunk chunk) throws IOException {
    return new ChunkReader(layer.source(), file.name()).read(chunk);
  }

  private int indexOf(long position) {
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
}
