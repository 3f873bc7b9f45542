package dev.stargz.format;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.chunk.Chunk;
import dev.stargz.format.chunk.ChunkReader;
import dev.stargz.format.gzip.ArrayInput;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.util.List;

/** A file's content, chunk by chunk; none is given out before all of it was checked. */
final class ChunkedInput extends ArrayInput {
  private final ChunkReader reader;
  private final List<Chunk> chunks;
  private int nextChunk;
  private byte[] buffer = {};
  private int limit;
  private int next;

  ChunkedInput(RandomAccessSource source, TocEntry file, List<Chunk> chunks) {
    this.reader = new ChunkReader(source, file.name());
    this.chunks = chunks;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (next == limit) {
      if (nextChunk == chunks.size()) {
        return -1;
      }
      fetch(chunks.get(nextChunk));
      nextChunk++; // what couldn't be read is read again, not left out
    }
    int n = Math.min(length, limit - next);
    System.arraycopy(buffer, next, bytes, offset, n);
    next += n;
    return n;
  }

  private void fetch(Chunk chunk) throws IOException {
    next = 0;
    limit = 0;
    buffer = reader.read(chunk);
    limit = (int) chunk.size();
  }
}
