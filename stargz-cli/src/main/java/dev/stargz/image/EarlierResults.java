package dev.stargz.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Layers that earlier runs converted, found through the annotations on the manifests that they left
 * in the target, or in other places. What can't be read or is odd in any way isn't there.
 */
final class EarlierResults implements Closeable {
  private static final int MAX_MANIFESTS = 200;

  /**
   * A layer that says that it was made of the layer in question, in the way in question.
   *
   * @param descriptor as it stands in its manifest
   * @param image the manifest it belongs to
   * @param position in that manifest
   */
  record Candidate(Descriptor descriptor, EarlierImage image, int position) {
    /** Where it is. */
    ImageSource place() {
      return image.place();
    }

    /** Whether its whole manifest was made of one that is being converted, in that way. */
    boolean ofWholeImage() {
      return image.whole();
    }

    /** What it is as a layer, its diffID from the config beside it. */
    Optional<ConvertedLayer> layer() throws IOException {
      List<String> diffIds = image.diffIds();
      return diffIds.size() == image.layers().size()
          ? ConvertedLayer.of(descriptor, ContentDigest.parse(diffIds.get(position)))
          : Optional.empty();
    }
  }

  private final String key;
  private final Set<String> sourceManifests;
  private final Map<String, Candidate> bySource = new HashMap<>();
  private Optional<ImageSource> existing = Optional.empty();
  private int manifests;

  /**
   * Creates results to be filled.
   *
   * @param key how layers must have been converted
   * @param sourceManifests digests of the manifests that are being converted
   */
  EarlierResults(String key, Set<String> sourceManifests) {
    this.key = key;
    this.sourceManifests = sourceManifests;
  }

  /** Takes in what stands at the target now; it is open until this is closed. */
  void addExisting(ImageTarget target, Consumer<String> warnings) throws IOException {
    existing = target.existing();
    if (existing.isPresent()) {
      add(existing.get(), warnings);
    }
  }

  /** Takes in what is in a place; one that can't be read is named in a warning. */
  void add(ImageSource place, Consumer<String> warnings) throws InterruptedIOException {
    try {
      addManifest(place, place.root());
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      warnings.accept("nothing is reused from " + place.name() + ": " + e.getMessage());
    }
  }

  private void addManifest(ImageSource place, RawManifest raw) throws IOException {
    if (manifests++ > MAX_MANIFESTS) {
      return;
    }
    JsonObject json = JsonObject.parse(raw.bytes());
    if (MediaTypes.isIndex(raw.mediaType())) {
      for (JsonObject entry : json.array("manifests").orElse(JsonArray.EMPTY).objects().toList()) {
        addChild(place, entry);
      }
    } else if (json.object("annotations")
        .flatMap(a -> a.string(Annotations.CONVERSION))
        .isPresent()) {
      addImage(place, json);
    }
  }

  private void addChild(ImageSource place, JsonObject entry) throws IOException {
    Descriptor child = Descriptor.of(entry);
    boolean manifest =
        MediaTypes.isManifest(child.mediaType()) || MediaTypes.isIndex(child.mediaType());
    if (manifest && child.annotation(Annotations.REFERENCE_TYPE).isEmpty()) {
      try {
        addManifest(place, place.manifest(child));
      } catch (BlobMissingException e) {
        // not this one, then
      }
    }
  }

  private void addImage(ImageSource place, JsonObject image) {
    JsonObject annotations = image.object("annotations").orElse(JsonObject.EMPTY);
    boolean whole =
        annotations.string(Annotations.SOURCE_DIGEST).filter(sourceManifests::contains).isPresent()
            && annotations.string(Annotations.CONVERSION).filter(key::equals).isPresent();
    EarlierImage earlier = new EarlierImage(place, image, whole);
    List<Descriptor> layers = earlier.layers();
    for (int i = 0; i < layers.size(); i++) {
      Descriptor layer = layers.get(i);
      boolean alike = layer.annotation(Annotations.CONVERSION).filter(key::equals).isPresent();
      Optional<String> source = layer.annotation(Annotations.SOURCE_DIGEST);
      if (alike && source.isPresent()) {
        bySource.putIfAbsent(source.get(), new Candidate(layer, earlier, i));
      }
    }
  }

  /** The layer that was made of the one with that digest. */
  Optional<Candidate> find(ContentDigest source) {
    return Optional.ofNullable(bySource.get(source.toString()));
  }

  @Override
  public void close() throws IOException {
    if (existing.isPresent()) {
      existing.get().close();
    }
  }
}
