package dev.stargz.image;

import java.util.List;

/** Parses the manifests, indexes and configs of one source; its errors name that and the digest. */
final class ManifestParser {
  private final String source;

  ManifestParser(ImageSource source) {
    this.source = source.name();
  }

  /**
   * Parses a manifest or an index.
   *
   * @throws ImageException if it is no JSON object, or of schema 1
   */
  JsonObject parse(RawManifest raw) throws ImageException {
    JsonObject json;
    try {
      json = JsonObject.parse(raw.bytes());
    } catch (IllegalArgumentException e) {
      throw malformed(raw, e);
    }
    boolean oldSchema =
        MediaTypes.isSchema1(raw.mediaType())
            || (MediaTypes.namesManifest(raw.mediaType())
                && json.number("schemaVersion").orElse(2) == 1);
    if (oldSchema) {
      throw new ImageException(
          source
              + ": "
              + raw.digest()
              + " is a Docker manifest of schema 1, which has no config and isn't read: expected"
              + " schema 2 or OCI; push the image again with a newer Docker, or with 'skopeo copy"
              + " --format v2s2'");
    }
    return json;
  }

  /** The error for a manifest that holds something else than it should. */
  ImageException malformed(RawManifest raw, IllegalArgumentException e) {
    return new ImageException(
        source + ": the manifest " + raw.digest() + " is malformed: " + e.getMessage(), e);
  }

  /** Parses a config. */
  JsonObject config(Descriptor descriptor, byte[] config) throws ImageException {
    try {
      return JsonObject.parse(config);
    } catch (IllegalArgumentException e) {
      throw malformedConfig(descriptor, e);
    }
  }

  /** What a config says of the layers. */
  List<ContentDigest> diffIds(Descriptor descriptor, JsonObject config) throws ImageException {
    try {
      return config
          .object("rootfs")
          .flatMap(rootfs -> rootfs.array("diff_ids"))
          .orElse(JsonArray.EMPTY)
          .strings()
          .map(ContentDigest::parse)
          .toList();
    } catch (IllegalArgumentException e) {
      throw malformedConfig(descriptor, e);
    }
  }

  private ImageException malformedConfig(Descriptor descriptor, IllegalArgumentException e) {
    return new ImageException(
        source + ": the config " + descriptor.digest() + " is malformed: " + e.getMessage(), e);
  }

  /** Makes sure that manifest and config speak of as many layers. */
  void checkCounts(RawManifest raw, int layers, int diffIds) throws ImageException {
    if (layers != diffIds) {
      throw new ImageException(
          source
              + ": image "
              + raw.digest()
              + ": the manifest has "
              + layers
              + " layers, but the config has "
              + diffIds
              + " diff_ids: expected as many; docker and containerd refuse such an image, too");
    }
  }

  /**
   * The layers that a manifest names, lowest first.
   *
   * @throws IllegalArgumentException if one is no descriptor
   */
  static List<Descriptor> layers(JsonObject manifest) {
    return objects(manifest, "layers").stream().map(Descriptor::of).toList();
  }

  /**
   * The objects in a list, which must hold nothing else.
   *
   * @throws IllegalArgumentException if it does
   */
  static List<JsonObject> objects(JsonObject json, String field) {
    JsonArray array = json.array(field).orElse(JsonArray.EMPTY);
    List<JsonObject> objects = array.objects().toList();
    if (objects.size() != array.values().size()) {
      throw new IllegalArgumentException(field + ": expected objects alone");
    }
    return objects;
  }
}
