package dev.stargz.image;

import dev.stargz.image.ConversionReport.Kind;
import dev.stargz.image.Node.Child;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes configs, manifests and indexes anew around converted layers. What needs no change stays the
 * same bytes; what does is edited in its JSON, which keeps all else. Sends nothing: the {@link
 * #steps} say what is to be sent, in an order in which nothing is named before it is there.
 */
final class Rewriter {
  /** An image as it is now. */
  record Rewritten(RawManifest manifest, JsonObject json, JsonObject config) {}

  private final ConverterOptions options;
  private final ImageLayers layers;
  private final String key;
  private final Consumer<String> warnings;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, RawManifest> moved = new HashMap<>();
  private final Map<ContentDigest, Rewritten> images = new HashMap<>();
  private boolean relinked;

  /**
   * Creates a rewriter.
   *
   * @param layers what became of the layers
   * @param key how they were converted
   */
  Rewriter(ConverterOptions options, ImageLayers layers, String key, Consumer<String> warnings) {
    this.options = options;
    this.layers = layers;
    this.key = key;
    this.warnings = warnings;
  }

  /** What is to be sent, in this order; the last is the root itself. */
  List<Step> steps() {
    return steps;
  }

  /** The images as they are now, by the digest of their new manifests. */
  Map<ContentDigest, Rewritten> images() {
    return images;
  }

  /** All manifests and indexes as they are now, by their new digests. */
  Map<ContentDigest, RawManifest> manifests() {
    Map<ContentDigest, RawManifest> result = new HashMap<>();
    moved.values().forEach(manifest -> result.put(manifest.digest(), manifest));
    return result;
  }

  /** Rewrites a node and all below it; its {@link Step.Push} is the last step then. */
  RawManifest rewrite(Node node) {
    return rewrite(node, false);
  }

  private RawManifest rewrite(Node node, boolean attestation) {
    RawManifest result;
    Kind kind;
    Optional<Platform> platform = Optional.empty();
    if (node instanceof Node.Index index) {
      result = index(index);
      kind = Kind.INDEX;
    } else if (node instanceof Node.Image image) {
      result = image(image, attestation);
      kind = Kind.IMAGE;
      platform = image.platform();
    } else {
      result = artifact((Node.Artifact) node, attestation);
      kind = attestation ? Kind.ATTESTATION : Kind.ARTIFACT;
    }
    moved.put(node.raw().digest().toString(), result);
    ContentDigest before = node.raw().digest();
    steps.add(
        new Step.Push(
            result,
            new ConversionReport.Manifest(kind, platform, before, Optional.of(result.digest()))));
    return result;
  }

  // ---- indexes

  private RawManifest index(Node.Index index) {
    JsonObject json = index.json();
    if (json.array("manifests").isPresent()) {
      json = json.with("manifests", new JsonArray(entries(index.children())));
    }
    return raw(
        index.raw(),
        index.json(),
        withSubject(withType(json), false),
        type(index.raw().mediaType()));
  }

  /** Each entry at its place, though what speaks of others is done after those. */
  private List<JsonValue> entries(List<Child> children) {
    JsonValue[] entries = new JsonValue[children.size()];
    for (int position : MentionOrder.of(children)) {
      entries[position] = entry(children.get(position)).json();
    }
    return List.of(entries);
  }

  private Descriptor entry(Child child) {
    Descriptor descriptor = child.descriptor();
    if (child.node().isEmpty()) {
      steps.add(new Step.Copy(descriptor));
      return descriptor;
    }
    RawManifest result = rewrite(child.node().get(), child.isAttestation());
    if (!result.digest().equals(descriptor.digest())) {
      descriptor = descriptor.withContent(result.digest(), result.size());
    }
    if (!descriptor.mediaType().isEmpty() && !descriptor.mediaType().equals(result.mediaType())) {
      descriptor = descriptor.withMediaType(result.mediaType());
    }
    return withAttested(child, descriptor);
  }

  private Descriptor withAttested(Child child, Descriptor descriptor) {
    RawManifest attested = moved.get(child.attests().orElse(""));
    boolean relinks = options.attestations() == ConverterOptions.Attestations.RELINK;
    if (!relinks
        || attested == null
        || child.attests().equals(Optional.of(attested.digest().toString()))) {
      return descriptor;
    }
    if (!relinked) {
      relinked = true;
      warnings.accept(
          "attestations now belong to the converted images, but what they state names the digests"
              + " of the source: attest anew where that matters");
    }
    return descriptor.withAnnotation(Annotations.REFERENCE_DIGEST, attested.digest().toString());
  }

  // ---- images

  private RawManifest image(Node.Image image, boolean attestation) {
    ImageLayers.Described described = layers.describe(image);
    JsonObject config = described.config();
    byte[] bytes = config.equals(image.configJson()) ? image.config() : config.toBytes();
    Descriptor before = image.configDescriptor();
    Descriptor descriptor =
        Arrays.equals(bytes, image.config())
            ? before
            : before.withContent(ContentDigest.of(bytes), bytes.length);
    descriptor = descriptor.withMediaType(type(before.mediaType()));
    steps.add(new Step.Write(descriptor, BlobContent.of(bytes)));
    List<JsonValue> list = new ArrayList<>();
    described.layers().forEach(layer -> list.add(layer.json()));
    JsonObject json =
        withType(
            image.json().with("config", descriptor.json()).with("layers", new JsonArray(list)));
    if (described.converted()) {
      json = withAnnotations(image, json);
    }
    RawManifest result =
        raw(
            image.raw(),
            image.json(),
            withSubject(json, attestation),
            type(image.raw().mediaType()));
    images.put(result.digest(), new Rewritten(result, json, config));
    return result;
  }

  private JsonObject withAnnotations(Node.Image image, JsonObject json) {
    JsonObject annotations = json.object("annotations").orElse(JsonObject.EMPTY);
    if (annotations.find(Annotations.SOCI_INDEX).isPresent()) {
      annotations = annotations.without(Annotations.SOCI_INDEX);
      warnings.accept(
          "image "
              + image.raw().digest().shortHex()
              + ": its annotation "
              + Annotations.SOCI_INDEX
              + " speaks of the old layers: dropped");
    }
    annotations =
        annotations
            .with(Annotations.SOURCE_DIGEST, image.raw().digest().toString())
            .with(Annotations.CONVERSION, key);
    return json.with("annotations", annotations);
  }

  // ---- all else

  private RawManifest artifact(Node.Artifact artifact, boolean attestation) {
    artifact.blobs().stream()
        .filter(blob -> !MediaTypes.isForeign(blob.mediaType()))
        .forEach(blob -> steps.add(new Step.Copy(blob)));
    return raw(
        artifact.raw(),
        artifact.json(),
        withSubject(artifact.json(), attestation),
        artifact.raw().mediaType());
  }

  /** A manifest may say of which other one it speaks; that one may have another digest now. */
  private JsonObject withSubject(JsonObject json, boolean attestation) {
    Optional<JsonObject> subject = json.object("subject");
    RawManifest target =
        moved.get(subject.flatMap(descriptor -> descriptor.string("digest")).orElse(""));
    if (subject.isEmpty() || target == null) {
      return json;
    }
    Descriptor before = Descriptor.of(subject.get());
    boolean stays = attestation && options.attestations() == ConverterOptions.Attestations.AS_IS;
    return stays
        ? json
        : json.with(
            "subject",
            before
                .withContent(target.digest(), target.size())
                .withMediaType(target.mediaType())
                .json());
  }

  // ---- bytes

  private String type(String type) {
    return options.keepMediaTypes() ? type : MediaTypes.toOci(type);
  }

  /** Some manifests leave their own type out; then that stays so. */
  private JsonObject withType(JsonObject json) {
    Optional<String> type = json.string("mediaType");
    return type.isPresent() ? json.with("mediaType", type(type.get())) : json;
  }

  private static RawManifest raw(
      RawManifest before, JsonObject jsonBefore, JsonObject json, String type) {
    return json.equals(jsonBefore) ? before : RawManifest.of(json.toBytes(), type);
  }
}
