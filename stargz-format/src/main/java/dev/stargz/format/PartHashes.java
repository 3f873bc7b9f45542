package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.gzip.ParallelGzipInput;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Digests of chunks that other threads have hashed, until they are asked for. */
final class PartHashes implements ParallelGzipInput.PartHashed {
  private record Part(long size, Digest digest) {}

  private final Map<Long, Part> parts = new HashMap<>();

  @Override
  public void partHashed(long start, long size, Digest digest) {
    parts.put(start, new Part(size, digest));
  }

  /** The digest of the {@code size} bytes at {@code start} of the tar, if it is known; once. */
  @Nullable Digest take(long start, long size) {
    Part part = parts.remove(start);
    return part == null || part.size() != size ? null : part.digest();
  }
}
