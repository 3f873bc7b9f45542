package dev.stargz.local;

import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.JsonValue;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The OCI side of an image in a docker archive, as far as it is there: Docker keeps the whole index
 * of an image, and the blobs of those platforms alone that were pulled.
 *
 * @param root the manifest, or the index without what isn't there
 * @param dropped what was left out of the index, for people
 */
record HybridImage(RawManifest root, List<String> dropped) {
  private static final int MAX_CONFIG = 8 << 20;
  private static final String MANIFESTS = "manifests";
  private static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";

  /**
   * Looks whether all of an image, or of some platform's, is there.
   *
   * @param entry what stands in the {@code index.json}
   * @return nothing if not
   */
  static Optional<HybridImage> find(LayoutBlobs blobs, Descriptor entry) throws IOException {
    if (!blobs.has(entry)) {
      return Optional.empty();
    }
    RawManifest root = blobs.manifest(entry);
    JsonObject json = parse(root, blobs.who());
    if (MediaTypes.isIndex(root.mediaType())) {
      return ofIndex(blobs, root, json);
    }
    return isComplete(blobs, json)
        ? Optional.of(new HybridImage(root, List.of()))
        : Optional.empty();
  }

  private static Optional<HybridImage> ofIndex(LayoutBlobs blobs, RawManifest root, JsonObject json)
      throws IOException {
    List<JsonValue> kept = new ArrayList<>();
    List<String> dropped = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    for (JsonObject child : json.array(MANIFESTS).orElse(JsonArray.EMPTY).objects().toList()) {
      Descriptor descriptor = descriptor(child, blobs.who());
      if (isThere(blobs, descriptor)) {
        kept.add(child);
      } else {
        gone.add(descriptor.digest().toString());
        if (descriptor.annotation(REFERENCE_DIGEST).isEmpty()) {
          dropped.add(shown(descriptor));
        }
      }
    }
    if (gone.isEmpty()) {
      return kept.isEmpty() ? Optional.empty() : Optional.of(new HybridImage(root, List.of()));
    }
    kept.removeIf(child -> speaksOf(child, gone));
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = json.with(MANIFESTS, new JsonArray(kept)).toBytes();
    return Optional.of(new HybridImage(RawManifest.of(bytes, root.mediaType()), dropped));
  }

  /** Whether an entry is the attestation of one that is gone. */
  private static boolean speaksOf(JsonValue child, Set<String> gone) {
    return child instanceof JsonObject json
        && json.object("annotations")
            .flatMap(annotations -> annotations.string(REFERENCE_DIGEST))
            .filter(gone::contains)
            .isPresent();
  }

  private static String shown(Descriptor descriptor) {
    return descriptor
        .platform()
        .map(LayoutBlobs::platform)
        .orElseGet(() -> descriptor.digest().toString());
  }

  private static boolean isThere(LayoutBlobs blobs, Descriptor child) throws IOException {
    if (!blobs.has(child)) {
      return false;
    }
    RawManifest manifest = blobs.manifest(child);
    return MediaTypes.isIndex(manifest.mediaType())
        || isComplete(blobs, parse(manifest, blobs.who()));
  }

  /** Whether config and layers are there, and as many layers as the config says. */
  private static boolean isComplete(LayoutBlobs blobs, JsonObject manifest) throws IOException {
    Optional<JsonObject> config = manifest.object("config");
    if (config.isEmpty()) {
      return false;
    }
    List<JsonObject> layers = manifest.array("layers").orElse(JsonArray.EMPTY).objects().toList();
    for (JsonObject layer : layers) {
      Descriptor descriptor = descriptor(layer, blobs.who());
      if (!MediaTypes.isForeign(descriptor.mediaType()) && !blobs.has(descriptor)) {
        return false;
      }
    }
    Descriptor descriptor = descriptor(config.get(), blobs.who());
    return blobs.has(descriptor)
        && (!MediaTypes.isImageConfig(descriptor.mediaType())
            || layers.size() == diffIds(blobs, descriptor));
  }

  private static int diffIds(LayoutBlobs blobs, Descriptor config) throws IOException {
    String what = blobs.who() + ": config " + config.digest();
    try {
      byte[] bytes = blobs.blob(config).readAll(MAX_CONFIG, what);
      return ImageConfigs.diffIds(JsonObject.parse(bytes)).size();
    } catch (IllegalArgumentException e) {
      throw new ImageException(what + ": " + e.getMessage(), e);
    }
  }

  private static JsonObject parse(RawManifest manifest, String who) throws ImageException {
    try {
      return JsonObject.parse(manifest.bytes());
    } catch (IllegalArgumentException e) {
      throw new ImageException(who + ": manifest " + manifest.digest() + ": " + e.getMessage(), e);
    }
  }

  private static Descriptor descriptor(JsonObject json, String who) throws ImageException {
    try {
      return Descriptor.of(json);
    } catch (IllegalArgumentException e) {
      throw new ImageException(who + ": " + e.getMessage(), e);
    }
  }
}
