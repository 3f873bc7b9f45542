package dev.stargz.format.chunk;

import dev.stargz.format.blob.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file and where it lies.
 *
 * @param fileOffset where in the file it starts
 * @param size of the chunk uncompressed
 * @param offset of its member in the blob
 * @param end of the part of the blob that can hold it, exclusive
 * @param innerOffset where in the member it starts, uncompressed
 * @param digest of the chunk, or null if the writer gave none
 */
public record Chunk(
    long fileOffset, long size, long offset, long end, long innerOffset, @Nullable Digest digest) {}
