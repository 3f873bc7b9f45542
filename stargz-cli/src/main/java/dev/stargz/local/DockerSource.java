package dev.stargz.local;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.BlobMissingException;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.JsonScalar;
import dev.stargz.image.JsonValue;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image in a docker archive, read by its {@code manifest.json}. That names files, not digests,
 * so the layers are hashed when the image is first asked for, compared with the config's diff_ids,
 * and shown through a manifest of Docker's kind that is the same each time.
 */
final class DockerSource implements ImageSource {
  private static final int MAX_CONFIG = 8 << 20;

  private final String who;
  private final Members members;
  private final DockerManifest.Image image;
  private final Closeable cleanUp;
  private final Map<ContentDigest, FilePart> blobs = new HashMap<>();
  private @Nullable RawManifest root;

  /**
   * Creates a source.
   *
   * @param who the archive's name for messages
   * @param cleanUp closed with the source
   */
  DockerSource(String who, Members members, DockerManifest.Image image, Closeable cleanUp) {
    this.who = who;
    this.members = members;
    this.image = image;
    this.cleanUp = cleanUp;
  }

  @Override
  public String name() {
    return who;
  }

  @Override
  public synchronized RawManifest root() throws IOException {
    RawManifest known = root;
    if (known == null) {
      known = makeManifest();
      root = known;
    }
    return known;
  }

  private RawManifest makeManifest() throws IOException {
    FilePart configPart = member(image.config(), "the config");
    byte[] config = configPart.readAll(MAX_CONFIG, who + ": config '" + image.config() + "'");
    List<JsonValue> layers = layers(diffIds(config));
    Descriptor descriptor =
        Descriptor.of(MediaTypes.DOCKER_CONFIG, ContentDigest.of(config), config.length);
    blobs.put(descriptor.digest(), configPart);
    JsonObject manifest =
        JsonObject.EMPTY
            .with("schemaVersion", JsonScalar.of(2))
            .with("mediaType", MediaTypes.DOCKER_MANIFEST)
            .with("config", descriptor.json())
            .with("layers", new JsonArray(layers));
    return RawManifest.of(manifest.toBytes(), MediaTypes.DOCKER_MANIFEST);
  }

  private FilePart member(String name, String what) throws IOException {
    Optional<FilePart> part = members.find(name);
    if (part.isEmpty()) {
      throw new BlobMissingException(
          who
              + " has no member '"
              + name
              + "', "
              + what
              + " that "
              + DockerManifest.FILE
              + " names");
    }
    return part.get();
  }

  private List<String> diffIds(byte[] config) throws ImageException {
    List<String> diffIds;
    try {
      diffIds = ImageConfigs.diffIds(JsonObject.parse(config));
    } catch (IllegalArgumentException e) {
      throw new ImageException(who + ": config '" + image.config() + "': " + e.getMessage(), e);
    }
    if (diffIds.size() != image.layers().size()) {
      throw new ImageException(
          who
              + ": the config has "
              + diffIds.size()
              + " diff_ids, and "
              + DockerManifest.FILE
              + " names "
              + image.layers().size()
              + " layers");
    }
    return diffIds;
  }

  private List<JsonValue> layers(List<String> diffIds) throws IOException {
    List<JsonValue> layers = new ArrayList<>();
    Map<FilePart, DockerLayer> known = new HashMap<>();
    for (int i = 0; i < diffIds.size(); i++) {
      String name = image.layers().get(i);
      FilePart part = member(name, "a layer");
      DockerLayer layer = known.get(part);
      if (layer == null) {
        layer = DockerLayer.read(part, who + ": layer '" + name + "'");
        known.put(part, layer);
      }
      layer.check(diffIds.get(i), who + ": layer '" + name + "'");
      blobs.put(layer.descriptor().digest(), part);
      layers.add(layer.descriptor().json());
    }
    return layers;
  }

  // ---- blobs

  @Override
  public RawManifest manifest(Descriptor descriptor) throws IOException {
    RawManifest only = root();
    if (!descriptor.digest().equals(only.digest())) {
      throw new BlobMissingException(who + " has no manifest " + descriptor.digest());
    }
    return only;
  }

  private FilePart blob(Descriptor descriptor) throws IOException {
    root();
    FilePart part = blobs.get(descriptor.digest());
    if (part == null) {
      throw new BlobMissingException(who + " has no blob " + descriptor.digest());
    }
    return part;
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) throws IOException {
    return blob(descriptor).open();
  }

  @Override
  public RandomAccessSource openRanges(Descriptor descriptor) throws IOException {
    return blob(descriptor).openRanges();
  }

  @Override
  public void close() throws IOException {
    cleanUp.close();
  }
}
