package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.gzip.GzipInput;
import dev.stargz.format.gzip.RangeInput;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a whole blob and compares what its TOC says with the tar that it is: names, types,
 * metadata, links, places, digests of files and chunks. A TOC that lies is an attack on whoever
 * mounts the layer lazily; reading single files can't find that. FORMAT.md, "Verification".
 *
 * <p>Habits of other writers are no differences: times rounded up, the epoch left out, U+FFFD in
 * names, replaced entries listed, the TOC behind the tar's end.
 *
 * <p>Memory: the TOC, as much again for what it should be, and 16 bytes a member.
 */
public final class StargzVerifier {
  private StargzVerifier() {}

  /**
   * Verifies the blob that a reader is open on.
   *
   * @param reader stays open
   * @return what was found; damage in the blob is one of the differences
   * @throws IOException if the source can't be read
   */
  public static VerifyReport verify(StargzReader reader) throws IOException {
    return verify(reader, OptionalLong.empty());
  }

  /**
   * Verifies the blob that a reader is open on, and tells the digest of the source that it was made
   * from, so that it can be compared with the {@code rootfs.diff_ids} of the source's config: the
   * blob's tar entries, byte for byte, without those that {@link StargzWriter} adds (one landmark,
   * the TOC), then {@code sourceTail} zero bytes.
   *
   * <p>That digest is left out of the report if the blob is damaged, holds sparse files or other
   * bytes than zeros behind its archive's end, if a landmark or the TOC's entry is not as our
   * writer makes it, or if the tail is negative or larger than 64 MiB: the writer records no such
   * tail, and one that comes from a hostile annotation must not keep us hashing zeros for years.
   *
   * @param reader stays open
   * @param sourceTail what {@link WrittenBlob#sourceTail()} was; empty if the source's digest isn't
   *     wanted
   * @return what was found; damage in the blob is one of the differences
   * @throws IOException if the blob can't be read
   */
  public static VerifyReport verify(StargzReader reader, OptionalLong sourceTail)
      throws IOException {
    Differences differences = new Differences();
    RangeInput range = new RangeInput(reader.source(), 0, reader.size());
    HashedInput blob = new HashedInput(range::read);
    MemberMap members = new MemberMap();
    SourceRebuild source = new SourceRebuild(sourceTail);
    Optional<Digest> diffId = Optional.empty();
    Optional<Digest> sourceDiffId = Optional.empty();
    long uncompressedSize = 0;
    try (GzipInput gzip = new GzipInput(blob, 0, Location::inBlob, members)) {
      HashedInput tar = new HashedInput(gzip::read);
      new TarWalk(reader, members, differences, source).walk(tar);
      diffId = Optional.of(tar.readToEnd());
      uncompressedSize = tar.position();
      sourceDiffId = source.diffId();
    } catch (StargzException e) {
      differences.add(null, "damage", "none", String.valueOf(e.getMessage()));
    }
    return new VerifyReport(
        blob.readToEnd(),
        reader.size(),
        diffId,
        sourceDiffId,
        uncompressedSize,
        reader.tocDigest(),
        reader.tocOffset(),
        reader.toc().entries().size(),
        differences.all(),
        differences.more());
  }
}
