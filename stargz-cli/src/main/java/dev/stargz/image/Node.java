package dev.stargz.image;

import java.util.List;
import java.util.Optional;

/** What a reference or an index's entry stands for, as it is in the source. */
sealed interface Node {
  /** Its bytes. */
  RawManifest raw();

  /** What they say. */
  JsonObject json();

  /** A list of other nodes. */
  record Index(RawManifest raw, JsonObject json, List<Child> children) implements Node {}

  /**
   * An entry of an index.
   *
   * @param descriptor as it stands in the index
   * @param node what it names; nothing if that is a blob, or isn't there and needn't be
   */
  record Child(Descriptor descriptor, Optional<Node> node) {
    /** Whether this speaks of another entry, by BuildKit's own mark for it. */
    boolean isAttestation() {
      return descriptor
          .annotation(Annotations.REFERENCE_TYPE)
          .filter(Annotations.ATTESTATION::equals)
          .isPresent();
    }

    /** The digest of the image that an attestation speaks of. */
    Optional<String> attests() {
      return descriptor.annotation(Annotations.REFERENCE_DIGEST);
    }
  }

  /**
   * An image: config and layers.
   *
   * @param raw the manifest's bytes
   * @param json the manifest
   * @param config the config's bytes, checked
   * @param configJson the config
   * @param layers lowest first
   * @param diffIds of the layers; as many, if it is selected
   * @param selected whether its layers are to be converted
   */
  @SuppressWarnings("ArrayRecordComponent") // the manifest names the config by its digest
  record Image(
      RawManifest raw,
      JsonObject json,
      byte[] config,
      JsonObject configJson,
      List<Descriptor> layers,
      List<ContentDigest> diffIds,
      boolean selected)
      implements Node {

    /** The descriptor of the config. */
    Descriptor configDescriptor() {
      return Descriptor.of(json.object("config").orElseThrow());
    }

    /** What the image runs on, as its config says. */
    Optional<Platform> platform() {
      return Platform.of(configJson);
    }

    /** Whether manifest and layers have Docker's media types. */
    boolean isDocker() {
      return raw.mediaType().equals(MediaTypes.DOCKER_MANIFEST);
    }
  }

  /**
   * Anything else that is a manifest.
   *
   * @param raw its bytes
   * @param json the manifest
   * @param blobs what it names
   */
  record Artifact(RawManifest raw, JsonObject json, List<Descriptor> blobs) implements Node {}
}
