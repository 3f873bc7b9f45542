package dev.stargz.local;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.JsonScalar;
import dev.stargz.image.JsonValue;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A layout's {@code index.json} with references as Docker and containerd have them, and a {@code
 * manifest.json} for all versions of Docker that names the same blobs.
 */
final class DockerForm implements ArchiveForm {
  private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
  private static final String ATTESTATION = "attestation-manifest";
  private static final JsonScalar NULL = new JsonScalar("null", "null");

  private final String who;
  private final Optional<String> ownReference;
  private final Map<ContentDigest, JsonObject> images = new LinkedHashMap<>();
  private LayoutIndex index;

  /**
   * Creates lists without images.
   *
   * @param ownReference whole, with its tag
   */
  DockerForm(String who, Optional<String> ownReference) {
    this.who = who;
    this.ownReference = ownReference;
    this.index = LayoutIndex.empty(who);
  }

  @Override
  public void tag(RawManifest root, Optional<String> tag, LayoutBlobs blobs) throws IOException {
    Optional<String> reference = reference(tag);
    RawManifest image = only(images(root, blobs), root);
    JsonObject entry = images.get(image.digest());
    if (entry == null) {
      entry = entry(image, blobs);
    }
    images.put(image.digest(), reference.isPresent() ? called(entry, reference.get()) : entry);
    Descriptor descriptor = Descriptor.of(root);
    index =
        reference.isPresent()
            ? index.with(
                descriptor.withAnnotation(EntryNames.IMAGE_NAME, reference.get()),
                reference.map(DockerReference::tag))
            : index.with(descriptor, Optional.empty());
  }

  @Override
  public void announce(List<RawManifest> manifests) throws ImageException {
    if (manifests.size() != 1) {
      throw severalImages("the source", manifests.size());
    }
    config(manifests.get(0));
  }

  private Optional<String> reference(Optional<String> tag) throws ImageException {
    if (tag.isEmpty()) {
      return ownReference;
    }
    if (ownReference.isEmpty()) {
      throw new ImageException(
          who
              + ": the tag '"
              + tag.get()
              + "' needs a name that it belongs to: docker-archive:FILE:NAME");
    }
    return ownReference.map(own -> DockerReference.repository(own) + ":" + tag.get());
  }

  // ---- the image

  private List<RawManifest> images(RawManifest root, LayoutBlobs blobs) throws IOException {
    List<RawManifest> found = new ArrayList<>();
    if (!MediaTypes.isIndex(root.mediaType())) {
      return List.of(root);
    }
    JsonObject json = JsonObject.parse(root.bytes());
    for (JsonObject child : json.array("manifests").orElse(JsonArray.EMPTY).objects().toList()) {
      Descriptor descriptor = Descriptor.of(child);
      boolean isManifest =
          MediaTypes.isManifest(descriptor.mediaType())
              || MediaTypes.isIndex(descriptor.mediaType());
      if (isManifest && !descriptor.annotation(REFERENCE_TYPE).equals(Optional.of(ATTESTATION))) {
        found.addAll(images(blobs.manifest(descriptor), blobs));
      }
    }
    return found;
  }

  private RawManifest only(List<RawManifest> found, RawManifest root) throws ImageException {
    if (found.size() != 1) {
      throw severalImages(root.digest().toString(), found.size());
    }
    return found.get(0);
  }

  private ImageException severalImages(String what, int count) {
    return new ImageException(
        who
            + " takes one image, and "
            + what
            + " is an index of "
            + count
            + ": choose a platform with --platform OS/ARCH and --only-platform, or write to"
            + " oci-archive:FILE");
  }

  /** The config of what must be an image. */
  private Descriptor config(RawManifest image) throws ImageException {
    return JsonObject.parse(image.bytes())
        .object("config")
        .map(Descriptor::of)
        .filter(known -> MediaTypes.isImageConfig(known.mediaType()))
        .orElseThrow(
            () ->
                new ImageException(
                    who
                        + " takes images, and "
                        + image.digest()
                        + " is none: write to oci-archive:FILE"));
  }

  private JsonObject entry(RawManifest image, LayoutBlobs blobs) throws IOException {
    Descriptor config = config(image);
    JsonObject json = JsonObject.parse(image.bytes());
    List<JsonValue> layers = new ArrayList<>();
    for (JsonObject layer : json.array("layers").orElse(JsonArray.EMPTY).objects().toList()) {
      layers.add(path(Descriptor.of(layer), blobs));
    }
    return JsonObject.EMPTY
        .with("Config", path(config, blobs))
        .with("RepoTags", NULL)
        .with("Layers", new JsonArray(layers));
  }

  private JsonScalar path(Descriptor blob, LayoutBlobs blobs) throws IOException {
    if (!blobs.has(blob)) {
      throw new ImageException(
          who
              + ": the image's blob "
              + blob.digest()
              + " ("
              + blob.mediaType()
              + ") is not in the archive, which Docker doesn't load then"
              + (MediaTypes.isForeign(blob.mediaType()) ? ": try --include-foreign" : ""));
    }
    return JsonScalar.of(LayoutBlobs.path(blob.digest()));
  }

  private static JsonObject called(JsonObject entry, String reference) {
    List<JsonValue> references =
        new ArrayList<>(entry.array("RepoTags").orElse(JsonArray.EMPTY).values());
    JsonScalar added = JsonScalar.of(reference);
    if (!references.contains(added)) {
      references.add(added);
    }
    return entry.with("RepoTags", new JsonArray(references));
  }

  @Override
  public Map<String, byte[]> members() {
    JsonArray manifest = new JsonArray(List.copyOf(images.values()));
    return Map.of(
        LayoutIndex.FILE, index.json().toBytes(), DockerManifest.FILE, manifest.toBytes());
  }
}
