package dev.stargz.image;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the variant of an image that has its config and no files: {@code docker run} pulls a few
 * kilobytes, the files come from the lazily read image that the annotation names. It has one layer,
 * the well-known empty one, because registries and tools refuse images of none.
 */
final class MetaImage {
  /** An empty tar, compressed with gzip by an early Docker: every registry has seen it. */
  private static final byte[] EMPTY_LAYER =
      HexFormat.of().parseHex("1f8b080000096e8800ff621805a360148c5800080000ffff2eafb5ef00040000");

  private static final String EMPTY_DIFF_ID =
      "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

  private final String convertedName;
  private final Map<ContentDigest, Rewriter.Rewritten> images;
  private final Map<ContentDigest, RawManifest> manifests;
  private final List<Step> steps = new ArrayList<>();

  /**
   * Creates a maker of variants.
   *
   * @param convertedName where the images with files are
   * @param images by their digests
   * @param manifests all indexes and manifests, by their digests
   */
  MetaImage(
      String convertedName,
      Map<ContentDigest, Rewriter.Rewritten> images,
      Map<ContentDigest, RawManifest> manifests) {
    this.convertedName = convertedName;
    this.images = images;
    this.manifests = manifests;
  }

  /** What is to be sent, in this order; the last is the root itself. */
  List<Step> steps() {
    return steps;
  }

  /** Makes the variant of an image, or of all images of an index; nothing for anything else. */
  Optional<RawManifest> make(RawManifest converted) {
    Optional<RawManifest> result =
        MediaTypes.isIndex(converted.mediaType())
            ? index(converted)
            : Optional.ofNullable(images.get(converted.digest())).map(this::image);
    ConversionReport.Kind kind =
        MediaTypes.isIndex(converted.mediaType())
            ? ConversionReport.Kind.INDEX
            : ConversionReport.Kind.IMAGE;
    result.ifPresent(
        raw ->
            steps.add(
                new Step.Push(
                    raw,
                    new ConversionReport.Manifest(
                        kind, Optional.empty(), converted.digest(), Optional.of(raw.digest())))));
    return result;
  }

  private Optional<RawManifest> index(RawManifest converted) {
    JsonObject json = JsonObject.parse(converted.bytes());
    List<JsonValue> entries = new ArrayList<>();
    for (JsonObject entry : json.array("manifests").orElse(JsonArray.EMPTY).objects().toList()) {
      Descriptor descriptor = Descriptor.of(entry);
      Optional.ofNullable(manifests.get(descriptor.digest()))
          .flatMap(this::make)
          .ifPresent(raw -> entries.add(descriptor.withContent(raw.digest(), raw.size()).json()));
    }
    JsonObject changed = json.with("manifests", new JsonArray(entries)).without("subject");
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(RawManifest.of(changed.toBytes(), converted.mediaType()));
  }

  private RawManifest image(Rewriter.Rewritten image) {
    boolean docker = image.manifest().mediaType().equals(MediaTypes.DOCKER_MANIFEST);
    Descriptor layer =
        Descriptor.of(
            docker ? MediaTypes.DOCKER_LAYER_GZIP : MediaTypes.OCI_LAYER_GZIP,
            ContentDigest.of(EMPTY_LAYER),
            EMPTY_LAYER.length);
    steps.add(new Step.Write(layer, BlobContent.of(EMPTY_LAYER)));
    JsonObject config =
        ImageLayers.withDiffIds(
            History.replaced(image.config(), "stargzify --meta"),
            List.of(JsonScalar.of(EMPTY_DIFF_ID)));
    byte[] bytes = config.toBytes();
    Descriptor configDescriptor =
        Descriptor.of(image.json().object("config").orElse(JsonObject.EMPTY))
            .withContent(ContentDigest.of(bytes), bytes.length);
    steps.add(new Step.Write(configDescriptor, BlobContent.of(bytes)));
    JsonObject annotations =
        image
            .json()
            .object("annotations")
            .orElse(JsonObject.EMPTY)
            .without(Annotations.SOURCE_DIGEST)
            .without(Annotations.CONVERSION)
            .with(Annotations.META_FOR, convertedName + "@" + image.manifest().digest());
    JsonObject json =
        image
            .json()
            .with("config", configDescriptor.json())
            .with("layers", new JsonArray(List.of(layer.json())))
            .with("annotations", annotations)
            .without("subject");
    return RawManifest.of(json.toBytes(), image.manifest().mediaType());
  }
}
