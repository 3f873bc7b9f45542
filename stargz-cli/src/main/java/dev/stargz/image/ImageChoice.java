package dev.stargz.image;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the one image that is meant by a reference: the reference's own, or of an index the one for
 * a platform. Manifests of other platforms aren't read.
 */
final class ImageChoice {
  private static final int MAX_DEPTH = 8;
  private static final String UNKNOWN = "unknown";

  private final ImageSource source;
  private final Optional<Platform> wanted;
  private final ManifestReads reads;
  private final ManifestParser parser;
  private final List<Candidate> candidates = new ArrayList<>();
  private final Deque<Entry> unclear = new ArrayDeque<>();

  ImageChoice(ImageSource source, Optional<Platform> wanted) {
    this.source = source;
    this.wanted = wanted;
    this.reads = new ManifestReads(source);
    this.parser = new ManifestParser(source);
  }

  /**
   * An image of an index.
   *
   * @param descriptor as it stands in the index
   * @param platform as the index says it or, where it doesn't, the config
   */
  private record Candidate(Descriptor descriptor, Optional<Platform> platform) {
    boolean isFor(Platform wanted) {
      return platform.filter(wanted::matches).isPresent();
    }

    boolean hasVariantOf(Platform wanted) {
      return platform.isPresent()
          && platform.get().variantOrDefault().equals(wanted.variantOrDefault());
    }
  }

  /**
   * What an index lists without a platform, or as another index: read only if need be.
   *
   * @param depth of the index
   */
  private record Entry(Descriptor descriptor, int depth) {}

  /** The image's name for messages. */
  String name(Node.Image image) {
    String platform =
        candidates.size() + unclear.size() < 2
            ? ""
            : image.platform().map(each -> " (" + each + ")").orElse("");
    return source.name() + platform;
  }

  /**
   * Finds the image, and reads its manifest and config.
   *
   * @throws ImageException if there is none, or none for the platform
   */
  Node.Image choose() throws IOException {
    RawManifest root = source.root();
    JsonObject json = parser.parse(root);
    if (MediaTypes.isIndex(root.mediaType())) {
      collect(root, json, 0);
      return image(best().descriptor());
    }
    Node.Image image = image(root, json);
    if (wanted.isPresent() && image.platform().filter(wanted.get()::matches).isEmpty()) {
      throw new ImageException(
          source.name()
              + ": no image for "
              + wanted.get()
              + "; there is "
              + image.platform().map(each -> "one for " + each).orElse("one that says none"));
    }
    return image;
  }

  // ---- what an index holds

  private void collect(RawManifest index, JsonObject json, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new ImageException(
          source.name() + ": indexes are nested deeper than " + MAX_DEPTH + " levels");
    }
    List<Descriptor> entries;
    try {
      entries = ManifestParser.objects(json, "manifests").stream().map(Descriptor::of).toList();
    } catch (IllegalArgumentException e) {
      throw parser.malformed(index, e);
    }
    for (Descriptor entry : entries) {
      boolean attestation = new Node.Child(entry, Optional.empty()).isAttestation();
      if (MediaTypes.namesManifest(entry.mediaType()) && !attestation) {
        add(entry, depth);
      }
    }
  }

  private void add(Descriptor entry, int depth) {
    Optional<Platform> platform = entry.platform().flatMap(Platform::of);
    if (platform.isEmpty() || !MediaTypes.isManifest(entry.mediaType())) {
      unclear.add(new Entry(entry, depth));
    } else if (!platform.get().os().equals(UNKNOWN)) {
      candidates.add(new Candidate(entry, platform));
    }
  }

  /** Reads an entry that doesn't say what it is. */
  private void clear(Entry entry) throws IOException {
    Descriptor descriptor = entry.descriptor();
    RawManifest raw = reads.manifest(descriptor);
    JsonObject json = parser.parse(raw);
    if (MediaTypes.isIndex(raw.mediaType())) {
      collect(raw, json, entry.depth() + 1);
    } else if (isImage(raw, json)) {
      candidates.add(new Candidate(descriptor, image(raw, json).platform()));
    }
  }

  private Candidate best() throws IOException {
    Platform platform = wanted.orElseGet(Platform::ofMachine);
    List<Candidate> fitting = fitting(platform);
    while (fitting.isEmpty() && !unclear.isEmpty()) {
      clear(unclear.remove());
      fitting = fitting(platform);
    }
    if (candidates.isEmpty()) {
      throw new ImageException(source.name() + ": the index names no image");
    }
    if (fitting.isEmpty() && wanted.isEmpty() && candidates.size() == 1) {
      return candidates.get(0);
    }
    if (fitting.isEmpty()) {
      throw noImageFor(platform);
    }
    return fitting.stream()
        .filter(each -> each.hasVariantOf(platform))
        .findFirst()
        .orElse(fitting.get(0));
  }

  private List<Candidate> fitting(Platform platform) {
    return candidates.stream().filter(each -> each.isFor(platform)).toList();
  }

  private ImageException noImageFor(Platform platform) {
    TreeSet<String> there = new TreeSet<>();
    candidates.forEach(
        each -> there.add(each.platform().map(Platform::toString).orElse("one that says none")));
    return new ImageException(
        source.name()
            + ": no image for "
            + platform
            + "; there are "
            + String.join(", ", there)
            + (wanted.isEmpty() ? ": --platform chooses one" : ""));
  }

  // ---- images

  private Node.Image image(Descriptor descriptor) throws IOException {
    RawManifest raw = reads.manifest(descriptor);
    return image(raw, parser.parse(raw));
  }

  private static boolean isImage(RawManifest raw, JsonObject json) {
    return MediaTypes.isManifest(raw.mediaType()) && MediaTypes.isImageConfig(configType(json));
  }

  private static String configType(JsonObject json) {
    return json.object("config").flatMap(config -> config.string("mediaType")).orElse("");
  }

  private Node.Image image(RawManifest raw, JsonObject json) throws IOException {
    if (!isImage(raw, json)) {
      throw new ImageException(
          source.name()
              + ": "
              + raw
              + " is no image: expected a config of type "
              + MediaTypes.OCI_CONFIG
              + " or "
              + MediaTypes.DOCKER_CONFIG
              + ", found "
              + (configType(json).isEmpty() ? "none" : configType(json)));
    }
    Descriptor config;
    List<Descriptor> layers;
    try {
      config = Descriptor.of(json.object("config").orElseThrow());
      layers = ManifestParser.layers(json);
    } catch (IllegalArgumentException e) {
      throw parser.malformed(raw, e);
    }
    byte[] bytes = reads.config(config);
    JsonObject configJson = parser.config(config, bytes);
    List<ContentDigest> diffIds = parser.diffIds(config, configJson);
    parser.checkCounts(raw, layers.size(), diffIds.size());
    return new Node.Image(raw, json, bytes, configJson, layers, diffIds, true);
  }
}
