package dev.stargz.registry;

import dev.stargz.image.Descriptor;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a manifest or index names, for the case that a registry refuses it.
 *
 * @param json the manifest; empty if it isn't JSON
 */
record PushedParts(JsonObject json) {
  static PushedParts of(RawManifest manifest) {
    try {
      return new PushedParts(JsonObject.parse(manifest.bytes()));
    } catch (IllegalArgumentException e) {
      return new PushedParts(JsonObject.EMPTY);
    }
  }

  /** Config and layers that the registry must have; layers that are elsewhere too are left out. */
  List<Descriptor> blobs() {
    Stream<JsonObject> layers = Stream.concat(list("layers"), list("blobs"));
    return Stream.concat(json.object("config").stream(), layers)
        .flatMap(PushedParts::descriptor)
        .filter(part -> part.urls().isEmpty() && !MediaTypes.isForeign(part.mediaType()))
        .distinct()
        .toList();
  }

  /** The manifests that an index names. */
  List<Descriptor> manifests() {
    return list("manifests").flatMap(PushedParts::descriptor).distinct().toList();
  }

  /** The manifest that this one is about. */
  Optional<Descriptor> subject() {
    return json.object("subject").stream().flatMap(PushedParts::descriptor).findFirst();
  }

  /** Whether a layer may be had elsewhere. */
  boolean hasUrls() {
    return list("layers").anyMatch(layer -> layer.array("urls").isPresent());
  }

  /** Whether it is, or names, an attestation. */
  boolean hasAttestations() {
    boolean named =
        list("manifests")
            .flatMap(PushedParts::descriptor)
            .anyMatch(part -> part.annotation("vnd.docker.reference.type").isPresent());
    boolean is =
        list("layers")
            .anyMatch(
                layer ->
                    layer.string("mediaType").orElse("").startsWith("application/vnd.in-toto"));
    return named || is;
  }

  private Stream<JsonObject> list(String field) {
    return json.array(field).orElse(JsonArray.EMPTY).objects();
  }

  private static Stream<Descriptor> descriptor(JsonObject part) {
    try {
      return Stream.of(Descriptor.of(part));
    } catch (IllegalArgumentException e) {
      return Stream.empty();
    }
  }
}
