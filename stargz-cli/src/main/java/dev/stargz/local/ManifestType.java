package dev.stargz.local;

import dev.stargz.image.ImageException;
import dev.stargz.image.JsonObject;
import dev.stargz.image.MediaTypes;
import java.util.Optional;

/** Finds out what a manifest is whose descriptor doesn't say. */
final class ManifestType {
  private ManifestType() {}

  /**
   * The media type of a document: what it says of itself, else what its fields show.
   *
   * @param what it is, for the error
   */
  static String of(byte[] bytes, String what) throws ImageException {
    try {
      return of(JsonObject.parse(bytes))
          .orElseThrow(
              () ->
                  new ImageException(
                      what
                          + " has no media type, and neither the fields of a manifest nor those of"
                          + " an index"));
    } catch (IllegalArgumentException e) {
      throw new ImageException(what + " has no media type, and is " + e.getMessage(), e);
    }
  }

  private static Optional<String> of(JsonObject json) {
    Optional<String> said = json.string("mediaType").filter(type -> !type.isEmpty());
    if (said.isPresent()) {
      return said;
    }
    if (json.array("manifests").isPresent()) {
      return Optional.of(MediaTypes.OCI_INDEX);
    }
    if (json.object("config").isPresent()) {
      return Optional.of(MediaTypes.OCI_MANIFEST);
    }
    return json.find("fsLayers").map(layers -> MediaTypes.DOCKER_SCHEMA1);
  }
}
