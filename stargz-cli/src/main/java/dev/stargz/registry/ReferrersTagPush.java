package dev.stargz.registry;

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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the tag that lists what refers to a manifest, for registries that don't answer that
 * themselves. OCI distribution spec, "Referrers Tag Schema" and "Pushing Manifests with Subject".
 */
final class ReferrersTagPush {
  private static final int TRIES = 3;
  private static final JsonObject EMPTY_INDEX =
      JsonObject.EMPTY
          .with("schemaVersion", JsonScalar.of(2))
          .with("mediaType", MediaTypes.OCI_INDEX)
          .with("manifests", JsonArray.EMPTY);

  private final Repository repository;
  private final ManifestPush push;
  private final TargetManifests manifests;
  private final ReentrantLock writing = new ReentrantLock();

  ReferrersTagPush(Repository repository, ManifestPush push, TargetManifests manifests) {
    this.repository = repository;
    this.push = push;
    this.manifests = manifests;
  }

  /** The tag for what refers to a manifest. */
  static String tag(ContentDigest subject) {
    String hex = subject.hex();
    return subject.algorithm() + "-" + hex.substring(0, Math.min(64, hex.length()));
  }

  /** Adds a manifest to what refers to its subject, unless it is there. */
  void add(RawManifest manifest, Descriptor subject) throws IOException {
    writing.lock();
    try {
      String tag = tag(subject.digest());
      for (int tried = 0; tried < TRIES; tried++) {
        JsonObject index = present(tag);
        if (names(index, manifest.digest())) {
          return;
        }
        write(with(index, entry(manifest)), tag);
      }
      // Whoever writes at the same time may have written over it: the last look tells.
      if (!names(present(tag), manifest.digest())) {
        throw new ImageException(
            repository
                + ": list "
                + manifest.digest()
                + " under the tag "
                + tag
                + ": others change that tag at the same time; try again");
      }
    } finally {
      writing.unlock();
    }
  }

  private JsonObject present(String tag) throws IOException {
    Optional<byte[]> bytes = manifests.get(tag);
    if (bytes.isEmpty()) {
      return EMPTY_INDEX;
    }
    try {
      JsonObject index = JsonObject.parse(bytes.get());
      if (index.array("manifests").isPresent()) {
        return index;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new ImageException(
        repository + ": the tag " + tag + " is no index, so nothing can be listed there");
  }

  private void write(JsonObject index, String tag) throws IOException {
    push.push(RawManifest.of(index.toBytes(), MediaTypes.OCI_INDEX), Optional.of(tag));
  }

  private static boolean names(JsonObject index, ContentDigest digest) {
    return index
        .array("manifests")
        .orElse(JsonArray.EMPTY)
        .objects()
        .anyMatch(entry -> entry.string("digest").orElse("").equals(digest.toString()));
  }

  private static JsonObject with(JsonObject index, JsonObject entry) {
    List<JsonValue> entries =
        new ArrayList<>(index.array("manifests").orElse(JsonArray.EMPTY).values());
    entries.add(entry);
    return index.with("manifests", new JsonArray(entries));
  }

  private static JsonObject entry(RawManifest manifest) {
    JsonObject json = PushedParts.of(manifest).json();
    JsonObject entry = Descriptor.of(manifest).json();
    Optional<String> config =
        json.object("config").flatMap(descriptor -> descriptor.string("mediaType"));
    Optional<String> type =
        json.string("artifactType").filter(given -> !given.isEmpty()).or(() -> config);
    if (type.isPresent()) {
      entry = entry.with("artifactType", type.get());
    }
    Optional<JsonObject> annotations = json.object("annotations");
    return annotations.isPresent() ? entry.with("annotations", annotations.get()) : entry;
  }
}
