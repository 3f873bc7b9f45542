package dev.stargz.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
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
  private static final long MAX_BYTES = 64L << 20;

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
  private final Map<String, List<Candidate>> bySource = new HashMap<>();
  private Optional<ImageSource> existing = Optional.empty();
  private int manifests;
  private long bytes;

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

  /**
   * Takes in what stands at the target now; it is open until this is closed.
   *
   * @throws IOException if the target can't be asked: nothing could be written there either
   */
  void addExisting(ImageTarget target, Consumer<String> warnings) throws IOException {
    existing = target.existing();
    if (existing.isEmpty()) {
      return;
    }
    try {
      addManifest(existing.get(), existing.get().root());
    } catch (BlobMissingException e) {
      // this is the first run
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      warnings.accept(unreadable(target.name(), e));
    }
  }

  /** Takes in what is in a place; one that can't be read is named in a warning. */
  void add(ImageSource place, Consumer<String> warnings) throws InterruptedIOException {
    try {
      addManifest(place, place.root());
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      warnings.accept(unreadable(place.name(), e));
    }
  }

  private static String unreadable(String place, Exception e) {
    return "nothing is reused from " + place + ": " + e.getMessage();
  }

  private void addManifest(ImageSource place, RawManifest raw) throws IOException {
    manifests++;
    bytes += raw.size();
    if (manifests > MAX_MANIFESTS || bytes > MAX_BYTES) {
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

  private void addChild(ImageSource place, JsonObject entry) throws InterruptedIOException {
    try {
      Descriptor child = Descriptor.of(entry);
      boolean manifest =
          MediaTypes.isManifest(child.mediaType()) || MediaTypes.isIndex(child.mediaType());
      boolean image = child.annotation(Annotations.REFERENCE_TYPE).isEmpty();
      if (manifest && image && manifests < MAX_MANIFESTS) {
        addManifest(place, place.manifest(child));
      }
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      // not this one, then
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
        bySource
            .computeIfAbsent(source.get(), digest -> new ArrayList<>())
            .add(new Candidate(layer, earlier, i));
      }
    }
  }

  /** The layers that were made of the one with that digest, the likeliest first. */
  List<Candidate> find(ContentDigest source) {
    return bySource.getOrDefault(source.toString(), List.of());
  }

  @Override
  public void close() throws IOException {
    if (existing.isPresent()) {
      existing.get().close();
    }
  }
}
