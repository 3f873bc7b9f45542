package dev.stargz.cli;

import dev.stargz.format.BlobFacts;
import dev.stargz.format.StargzReader;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.image.BlobSizeException;
import dev.stargz.image.Descriptor;
import dev.stargz.image.LayerClaims;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What footer, TOC, manifest and config tell of a layer; of one that is no stargz, that and why.
 *
 * @param layer the one
 * @param size compressed, in bytes
 * @param stargz what its TOC tells; nothing if it has none that can be read
 * @param reason why there is none, or empty
 */
record LayerInspection(OpenLayer layer, long size, Optional<Stargz> stargz, String reason) {
  /** What the manifest says of a layer's TOC. */
  enum TocAnnotation {
    /** The digest of the one that is there. */
    RIGHT,
    /** Another digest. */
    WRONG,
    /** Nothing: there is a manifest, and no such annotation in it. */
    MISSING,
    /** There is no manifest. */
    NO_MANIFEST
  }

  /**
   * A layer that is a stargz.
   *
   * @param facts what footer and TOC tell
   * @param tocDigest of the TOC that is there
   * @param tocAnnotation what the manifest says of it
   * @param uncompressedSize as annotated, in bytes
   * @param differences between its end and the manifest
   */
  record Stargz(
      BlobFacts facts,
      Digest tocDigest,
      TocAnnotation tocAnnotation,
      OptionalLong uncompressedSize,
      List<Difference> differences) {
    /** Who reads it lazily; see {@link LazyReaders}. */
    List<String> lazyReaders() {
      return LazyReaders.of(facts.footer(), tocAnnotation == TocAnnotation.RIGHT);
    }
  }

  /**
   * Looks at a layer.
   *
   * @param largest how many of its largest files to name
   */
  static LayerInspection of(OpenLayer layer, int largest) throws IOException {
    Optional<Descriptor> descriptor = layer.descriptor();
    try (LayerProbe probe = LayerProbe.open(layer)) {
      if (probe.reader().isEmpty()) {
        String start = LayerProbe.isAnnotated(layer) ? "damaged: annotated as a stargz, but " : "";
        return new LayerInspection(layer, size(layer), Optional.empty(), start + probe.reason());
      }
      StargzReader reader = probe.reader().get();
      Stargz stargz =
          descriptor
              .map(each -> of(reader, new LayerClaims(each, layer.diffId()), largest))
              .orElseGet(() -> of(reader, largest));
      long size = descriptor.map(Descriptor::size).orElse(stargz.facts().size());
      return new LayerInspection(layer, size, Optional.of(stargz), "");
    } catch (CorruptException | BlobSizeException e) {
      return new LayerInspection(
          layer, size(layer), Optional.empty(), "damaged: " + e.getMessage());
    } catch (UnsupportedException e) {
      return new LayerInspection(
          layer, size(layer), Optional.empty(), "not supported: " + e.getMessage());
    }
  }

  private static Stargz of(StargzReader reader, int largest) {
    return new Stargz(
        BlobFacts.of(reader, largest),
        reader.tocDigest(),
        TocAnnotation.NO_MANIFEST,
        OptionalLong.empty(),
        List.of());
  }

  private static Stargz of(StargzReader reader, LayerClaims claims, int largest) {
    TocAnnotation annotation =
        claims.namesToc(reader.tocDigest())
            ? TocAnnotation.RIGHT
            : claims.tocDigest().isPresent() ? TocAnnotation.WRONG : TocAnnotation.MISSING;
    return new Stargz(
        BlobFacts.of(reader, largest),
        reader.tocDigest(),
        annotation,
        claims.uncompressedSize(),
        claims.compare(reader));
  }

  private static long size(OpenLayer layer) throws IOException {
    if (layer.descriptor().isPresent()) {
      return layer.descriptor().get().size();
    }
    try (RandomAccessSource blob = layer.openBlob()) {
      return blob.readTail(1).size();
    }
  }

  /** Who reads it lazily. */
  List<String> lazyReaders() {
    return stargz.map(Stargz::lazyReaders).orElse(List.of());
  }
}
