package dev.stargz.registry;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much a registry takes in one request, as far as its refusals tell: they are remembered for
 * the blobs that follow. Chunks are tried at 4 MiB, which is the most that GitHub's registry takes,
 * and at smaller lengths where a proxy takes less.
 */
final class UploadSize {
  private static final long FIRST_CHUNK = 4 << 20;
  private static final long LEAST_CHUNK = 256 << 10;
  // It is held in memory.
  private static final long MOST_CHUNK = 64 << 20;

  private final AtomicLong refused = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong chunk = new AtomicLong(FIRST_CHUNK);

  /** The length of a blob's chunks; 0 if it may go in one request. */
  long chunkFor(long size) {
    return size < refused.get() ? 0 : chunk.get();
  }

  /**
   * Learns that a request was too large.
   *
   * @param size of the whole blob
   * @param sent the length of a chunk; 0 if the whole blob was sent
   * @param leastChunk what the registry wants in a chunk; 0 if it doesn't say
   * @return the length of a chunk to be tried; nothing if there is none
   */
  OptionalLong refused(long size, long sent, long leastChunk) {
    long tooLong = size;
    if (sent == 0) {
      refused.accumulateAndGet(size, Math::min);
    } else {
      tooLong = Math.min(size, Math.max(sent, leastChunk));
    }
    long next = chunk.get();
    while (next > 0 && next >= tooLong) {
      next /= 4;
    }
    if (sent == 0 && next < leastChunk) {
      next = leastChunk; // the last chunk may be shorter, so all of it may be one
    }
    if (next < Math.max(LEAST_CHUNK, leastChunk) || next > MOST_CHUNK) {
      return OptionalLong.empty();
    }
    long found = next;
    chunk.updateAndGet(known -> Math.min(known, found));
    return OptionalLong.of(next);
  }

  /** The length that a chunk really has, for a registry that wants so many bytes at least. */
  static OptionalLong length(long chunk, long leastChunk) {
    long length = Math.max(chunk, leastChunk);
    return length > MOST_CHUNK ? OptionalLong.empty() : OptionalLong.of(length);
  }
}
