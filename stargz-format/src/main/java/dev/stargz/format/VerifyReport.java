package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a blob is, as found by reading all of it, and where its TOC and its tar disagree. The
 * digests and sizes are there to be compared with manifest, config and annotations.
 *
 * @param digest of the blob
 * @param size of the blob in bytes
 * @param diffId digest of the blob decompressed; none if it is damaged
 * @param sourceDiffId digest of the source that the blob was made from, decompressed, if it was
 *     asked for and could be told; see {@link StargzVerifier#verify(StargzReader, OptionalLong)}
 * @param uncompressedSize of the blob decompressed, in bytes; 0 if it is damaged
 * @param tocDigest digest of the TOC's JSON
 * @param tocOffset where in the blob the TOC's member starts, in bytes
 * @param tocEntries how many entries the TOC has
 * @param differences the first ones found
 * @param moreDifferences how many more there are
 */
public record VerifyReport(
    Digest digest,
    long size,
    Optional<Digest> diffId,
    Optional<Digest> sourceDiffId,
    long uncompressedSize,
    Digest tocDigest,
    long tocOffset,
    int tocEntries,
    List<Difference> differences,
    long moreDifferences) {

  /**
   * Something that is not as it should be.
   *
   * @param entry the tar or TOC entry, if it is about one
   * @param what the field or part that differs
   * @param expected what it should be, from the tar, or from the format's rules
   * @param found what is there
   */
  public record Difference(Optional<EntryName> entry, String what, String expected, String found) {
    /** One line: {@code 'usr/bin/x': mode: expected 493, found 511}. */
    @Override
    public String toString() {
      String start = entry.map(name -> "'" + name + "': ").orElse("");
      return start + what + ": expected " + expected + ", found " + found;
    }
  }

  /** Whether the TOC tells the truth about the tar, and every chunk has its digest. */
  public boolean isFaithful() {
    return differences.isEmpty();
  }
}
