package dev.stargz.image;

import dev.stargz.image.Node.Child;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads all manifests, indexes and configs that a reference leads to, and tells images from what
 * only looks like one. Layers aren't touched.
 */
final class NodeReader {
  private static final int MAX_DEPTH = 8;
  private static final List<String> MANIFEST_FIELDS =
      List.of("config", "layers", "manifests", "blobs", "subject");

  private final ImageSource source;
  private final ManifestReads reads;
  private final ManifestParser parser;
  private final ConverterOptions options;
  private final Consumer<String> warnings;
  private final TreeSet<String> platformsSeen = new TreeSet<>();
  private boolean anySelected;

  NodeReader(ImageSource source, ConverterOptions options, Consumer<String> warnings) {
    this.source = source;
    this.reads = new ManifestReads(source);
    this.parser = new ManifestParser(source);
    this.options = options;
    this.warnings = warnings;
  }

  /** Reads the reference's own manifest or index, and all below it. */
  Node read() throws IOException {
    Node root = read(source.root(), Optional.empty(), 0);
    if (!anySelected && !options.platforms().isEmpty() && !platformsSeen.isEmpty()) {
      String wanted =
          String.join(" or ", options.platforms().stream().map(Platform::toString).toList());
      throw new ImageException(
          source.name()
              + ": no image for "
              + wanted
              + "; there are "
              + String.join(", ", platformsSeen));
    }
    return root;
  }

  private Node read(RawManifest raw, Optional<Descriptor> entry, int depth) throws IOException {
    JsonObject json = parser.parse(raw);
    try {
      json.object("subject").ifPresent(Descriptor::of); // has what a descriptor must have
      if (MediaTypes.isIndex(raw.mediaType())) {
        return readIndex(raw, json, depth);
      }
      return isImage(raw, json) ? readImage(raw, json, entry) : artifact(raw, json);
    } catch (IllegalArgumentException e) {
      throw parser.malformed(raw, e);
    }
  }

  // ---- indexes

  private Node readIndex(RawManifest raw, JsonObject json, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new ImageException(
          source.name() + ": indexes are nested deeper than " + MAX_DEPTH + " levels");
    }
    if (depth > 0) {
      warnings.accept(
          "index "
              + raw.digest().shortHex()
              + " lies within another index: kept so, but docker, podman and skopeo don't read"
              + " nested indexes");
    }
    List<Child> children = new ArrayList<>();
    for (JsonObject entry : ManifestParser.objects(json, "manifests")) {
      Child child = readChild(Descriptor.of(entry), depth);
      if (!isDropped(child) && !isEmptied(child)) {
        children.add(child);
      }
    }
    children.removeIf(child -> child.isAttestation() && isDroppedAttestation(child, children));
    return new Node.Index(raw, json, children);
  }

  private Child readChild(Descriptor descriptor, int depth) throws IOException {
    Child unread = new Child(descriptor, Optional.empty());
    if (isDropped(unread)) {
      descriptor.platform().flatMap(Platform::of).ifPresent(this::seen);
      return unread;
    }
    if (unread.isAttestation() && isDroppedAttestations()) {
      return unread;
    }
    String type = descriptor.mediaType();
    boolean known = MediaTypes.namesManifest(type);
    if (!known && descriptor.size() > RawManifest.MAX_SIZE) {
      return unread; // a blob, such as a layer that BuildKit's cache lists
    }
    try {
      RawManifest raw = reads.manifest(descriptor);
      if (!known && !looksLikeManifest(raw)) {
        return unread; // in a layout, blobs and manifests are in one place
      }
      return new Child(descriptor, Optional.of(read(raw, Optional.of(descriptor), depth + 1)));
    } catch (BlobMissingException e) {
      if (known) {
        throw e;
      }
      return unread;
    }
  }

  private static boolean looksLikeManifest(RawManifest raw) {
    try {
      JsonObject json = JsonObject.parse(raw.bytes());
      return json.number("schemaVersion").orElse(0) == 2
          && MANIFEST_FIELDS.stream().anyMatch(json.fields()::containsKey);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether it is an index of which only some platforms were to be kept, and none was there. */
  private boolean isEmptied(Child child) {
    return options.onlyPlatforms()
        && child.node().orElse(null) instanceof Node.Index index
        && index.children().isEmpty();
  }

  /** Whether only some platforms are to be kept, and this is none of them. */
  private boolean isDropped(Child child) {
    if (!options.onlyPlatforms() || child.isAttestation()) {
      return false;
    }
    Optional<Platform> platform = child.descriptor().platform().flatMap(Platform::of);
    if (platform.isEmpty() && child.node().orElse(null) instanceof Node.Image image) {
      platform = image.platform();
    }
    return platform.isPresent() && !isWanted(platform.get());
  }

  private boolean isDroppedAttestations() {
    return options.attestations() == ConverterOptions.Attestations.DROP;
  }

  /** Whether an attestation isn't wanted, or speaks of an image that was dropped. */
  private boolean isDroppedAttestation(Child attestation, List<Child> kept) {
    if (isDroppedAttestations()) {
      return true;
    }
    return options.onlyPlatforms()
        && kept.stream()
            .noneMatch(
                child ->
                    attestation
                        .attests()
                        .filter(child.descriptor().digest().toString()::equals)
                        .isPresent());
  }

  // ---- images

  /**
   * Whether it is an image with layers that can be converted: signatures, attestations and caches
   * have an image's config type, too.
   */
  private boolean isImage(RawManifest raw, JsonObject json) {
    boolean manifest = MediaTypes.isManifest(raw.mediaType());
    String configType =
        json.object("config").flatMap(config -> config.string("mediaType")).orElse("");
    return manifest
        && MediaTypes.isImageConfig(configType)
        && ManifestParser.layers(json).stream().anyMatch(layer -> isConvertible(layer.mediaType()));
  }

  private boolean isConvertible(String type) {
    return MediaTypes.isLayer(type) || (options.includeForeign() && MediaTypes.isForeign(type));
  }

  private Node readImage(RawManifest raw, JsonObject json, Optional<Descriptor> entry)
      throws IOException {
    Descriptor descriptor = Descriptor.of(json.object("config").orElseThrow());
    byte[] config = reads.config(descriptor);
    JsonObject configJson = parser.config(descriptor, config);
    Optional<Platform> platform =
        entry.flatMap(Descriptor::platform).flatMap(Platform::of).or(() -> Platform.of(configJson));
    platform.ifPresent(this::seen);
    boolean selected = platform.map(this::isWanted).orElse(options.platforms().isEmpty());
    anySelected |= selected;
    List<Descriptor> layers = ManifestParser.layers(json);
    boolean windows = configJson.string("os").filter("windows"::equals).isPresent();
    if (selected && windows) {
      warnings.accept(
          "image "
              + raw.digest().shortHex()
              + " is for Windows, which reads layers of its own kind alone: copied unconverted");
    }
    List<ContentDigest> diffIds = parser.diffIds(descriptor, configJson);
    if (selected && !windows) {
      parser.checkCounts(raw, layers.size(), diffIds.size());
      checkHistory(raw, configJson, layers.size());
    }
    return new Node.Image(raw, json, config, configJson, layers, diffIds, selected && !windows);
  }

  private void seen(Platform platform) {
    platformsSeen.add(platform.toString());
  }

  private boolean isWanted(Platform platform) {
    return options.platforms().isEmpty()
        || options.platforms().stream().anyMatch(wanted -> wanted.matches(platform));
  }

  private void checkHistory(RawManifest raw, JsonObject config, int layers) {
    Optional<JsonArray> history = config.array("history");
    long filled = history.map(NodeReader::layersInHistory).orElse((long) layers);
    if (filled != layers) {
      warnings.accept(
          "image "
              + raw.digest().shortHex()
              + ": its history speaks of "
              + filled
              + " layers, there are "
              + layers
              + ": kept as it is"
              + (filled > layers ? ", but docker refuses more than there are" : ""));
    }
  }

  private static long layersInHistory(JsonArray history) {
    return history
        .objects()
        .filter(
            entry ->
                entry
                    .find("empty_layer")
                    .filter(value -> value.equals(JsonScalar.of(true)))
                    .isEmpty())
        .count();
  }

  // ---- all else

  private static Node artifact(RawManifest raw, JsonObject json) {
    List<Descriptor> blobs = new ArrayList<>();
    json.object("config").map(Descriptor::of).ifPresent(blobs::add);
    for (String field : List.of("layers", "blobs")) {
      ManifestParser.objects(json, field).stream().map(Descriptor::of).forEach(blobs::add);
    }
    return new Node.Artifact(raw, json, blobs);
  }
}
