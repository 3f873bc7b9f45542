package dev.stargz.format.chunk;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.toc.Toc;

/**
 * A layer: what its TOC lists, and where that lies.
 *
 * @param toc of the blob
 * @param table of the TOC's chunks
 * @param source the blob itself; whoever opened it closes it
 * @param end of the contents in the blob, where its TOC starts
 */
public record LayerChunks(Toc toc, ChunkTable table, RandomAccessSource source, long end) {
  /** The same, read by way of {@code ahead} if its source is remote. */
  public LayerChunks readAhead(ReadAhead ahead) {
    return source.isRemote() ? new LayerChunks(toc, table, ahead.of(source, end), end) : this;
  }
}
