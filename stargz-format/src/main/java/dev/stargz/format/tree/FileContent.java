package dev.stargz.format.tree;

import dev.stargz.format.chunk.ChunkCache;
import dev.stargz.format.chunk.FileChunks;
import dev.stargz.format.chunk.LayerChunks;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a file, read at any position. Safe for many threads. */
final class FileContent {
  private final long size;
  private final FileChunks chunks;

  /** The chunk used last: most reads are of the same one again, and need not ask the cache. */
  private volatile Loaded last = new Loaded(0, new byte[0]);

  @SuppressWarnings("ArrayRecordComponent")
  private record Loaded(long start, byte[] bytes) {
    boolean holds(long position) {
      return position >= start && position - start < bytes.length;
    }
  }

  FileContent(LayerChunks layer, int layerNumber, TocEntry file, ChunkCache cache) {
    this.size = file.size();
    this.chunks = new FileChunks(layer, layerNumber, file, cache);
  }

  /** The file's size in bytes. */
  long size() {
    return size;
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
    for (long at = position; target.hasRemaining() && at < size; at = position + read) {
      Loaded loaded = last;
      if (!loaded.holds(at)) {
        loaded = load(at, target.remaining());
        if (!loaded.holds(at)) {
          throw new IOException("a chunk has fewer bytes than its size: no more at " + at);
        }
        last = loaded;
      }
      int from = (int) (at - loaded.start());
      int n = Math.min(target.remaining(), loaded.bytes().length - from);
      target.put(loaded.bytes(), from, n);
      read += n;
    }
    return read == 0 ? -1 : read;
  }

  private Loaded load(long position, int wanted) throws IOException {
    int index = chunks.indexOf(position);
    long wantedEnd = position + Math.min(wanted, size - position);
    return new Loaded(chunks.start(index), chunks.get(index, wantedEnd));
  }
}
