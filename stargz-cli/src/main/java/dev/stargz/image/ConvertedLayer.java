package dev.stargz.image;

import dev.stargz.format.WrittenBlob;
import dev.stargz.format.blob.Digest;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a stargz, whoever made it: what goes into descriptor and config.
 *
 * @param digest of the blob
 * @param size of the blob in bytes
 * @param diffId digest of the blob decompressed
 * @param tocDigest digest of the TOC's JSON
 * @param uncompressedSize of the blob decompressed, in bytes
 * @param tocOffset where the TOC's member starts, in bytes
 * @param sourceTail zeros behind the source's last entry, if the source can be rebuilt with them
 */
record ConvertedLayer(
    ContentDigest digest,
    long size,
    ContentDigest diffId,
    Digest tocDigest,
    OptionalLong uncompressedSize,
    OptionalLong tocOffset,
    OptionalLong sourceTail) {

  static ConvertedLayer of(WrittenBlob blob) {
    return new ConvertedLayer(
        ContentDigest.of(blob.digest()),
        blob.size(),
        ContentDigest.of(blob.diffId()),
        blob.tocDigest(),
        OptionalLong.of(blob.uncompressedSize()),
        OptionalLong.of(blob.tocOffset()),
        blob.sourceTail());
  }

  /** What a descriptor says of a stargz; nothing if it doesn't, or not in a way that can be. */
  static Optional<ConvertedLayer> of(Descriptor descriptor, ContentDigest diffId) {
    Optional<Digest> tocDigest = tocDigest(descriptor);
    if (tocDigest.isEmpty() || descriptor.digest().sha256().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ConvertedLayer(
            descriptor.digest(),
            descriptor.size(),
            diffId,
            tocDigest.get(),
            number(descriptor, Annotations.UNCOMPRESSED_SIZE),
            number(descriptor, Annotations.TOC_OFFSET),
            number(descriptor, Annotations.SOURCE_TAIL)));
  }

  /** The TOC's digest that a layer's descriptor promises, if it is well formed. */
  static Optional<Digest> tocDigest(Descriptor descriptor) {
    return descriptor
        .annotation(Annotations.TOC_DIGEST)
        .flatMap(
            text -> {
              try {
                return Optional.of(Digest.parse(text));
              } catch (IllegalArgumentException e) {
                return Optional.empty();
              }
            });
  }

  /** Whether it says all that a conversion would. */
  boolean isComplete() {
    return uncompressedSize.isPresent() && tocOffset.isPresent();
  }

  static OptionalLong number(Descriptor descriptor, String key) {
    return descriptor
        .annotation(key)
        .filter(text -> text.matches("0|[1-9][0-9]{0,17}"))
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }

  /** Digest and size, for pushing it. */
  Descriptor blob() {
    return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, digest, size);
  }

  /**
   * The descriptor of this layer in place of {@code source}: what speaks of other bytes goes, the
   * rest stays.
   *
   * @param docker whether the manifest keeps Docker's media types
   */
  Descriptor describe(Descriptor source, boolean docker) {
    Descriptor result =
        source
            .withMediaType(docker ? MediaTypes.DOCKER_LAYER_GZIP : MediaTypes.OCI_LAYER_GZIP)
            .withContent(digest, size)
            .without("urls");
    for (String key : source.annotations().keySet()) {
      if (Annotations.speaksOfBytes(key)) {
        result = result.withoutAnnotation(key);
      }
    }
    result = result.withAnnotation(Annotations.TOC_DIGEST, tocDigest.toString());
    result = withNumber(result, Annotations.UNCOMPRESSED_SIZE, uncompressedSize);
    return withNumber(result, Annotations.TOC_OFFSET, tocOffset);
  }

  /** The descriptor, which also says what the layer was made from, and how. */
  Descriptor describe(Descriptor source, boolean docker, ContentDigest madeFrom, String key) {
    Descriptor result =
        describe(source, docker).withAnnotation(Annotations.SOURCE_DIGEST, madeFrom.toString());
    result = withNumber(result, Annotations.SOURCE_TAIL, sourceTail);
    return result.withAnnotation(Annotations.CONVERSION, key);
  }

  private static Descriptor withNumber(Descriptor descriptor, String key, OptionalLong number) {
    return number.isPresent()
        ? descriptor.withAnnotation(key, Long.toString(number.getAsLong()))
        : descriptor;
  }
}
