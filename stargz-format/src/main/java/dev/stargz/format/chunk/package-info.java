/**
 * The pieces that a file's content is kept in: which ones there are, and reading them.
 *
 * <pre>
 *   {@link dev.stargz.format.chunk.ChunkTable}  TOC -> chunks of each file, claims checked
 *   {@link dev.stargz.format.chunk.ChunkReader} chunk -> member -> bytes, digest checked
 *   {@link dev.stargz.format.chunk.ChunkCache}  chunks read last, each read once
 *   {@link dev.stargz.format.chunk.FileChunks}  a file's chunks by way of the cache, neighbours at once
 *   {@link dev.stargz.format.chunk.ReadAhead}   remote blobs read in their order: fewer, larger requests
 * </pre>
 */
@NullMarked
package dev.stargz.format.chunk;

import org.jspecify.annotations.NullMarked;
