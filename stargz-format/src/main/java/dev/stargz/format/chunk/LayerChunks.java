package dev.stargz.format.chunk;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.toc.Toc;

/**
 * A layer: what its TOC lists, and where that lies.
 *
 * @param toc of the blob
 * @param table of the TOC's chunks
 * @param source the blob itself; whoever opened it closes it
 */
public record LayerChunks(Toc toc, ChunkTable table, RandomAccessSource source) {}
