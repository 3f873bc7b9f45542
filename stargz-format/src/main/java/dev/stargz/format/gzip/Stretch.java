package dev.stargz.format.gzip;

import java.util.List;

/**
 * Neighbouring members of a blob that are decompressed together. It is a guess: where a stretch
 * turns out not to begin and end as members do, the blob is read as if there were none.
 *
 * @param start compressed offset of its first byte
 * @param end compressed offset of the byte behind it
 * @param estimate bytes that it holds decompressed, more rather than fewer
 * @param parts what to hash, in the order of their offsets
 */
public record Stretch(long start, long end, long estimate, List<Part> parts) {
  /**
   * The first bytes of a member.
   *
   * @param offset compressed offset of the member
   * @param size how many bytes, decompressed
   */
  public record Part(long offset, long size) {}

  /** The number of its compressed bytes. */
  public long length() {
    return end - start;
  }
}
