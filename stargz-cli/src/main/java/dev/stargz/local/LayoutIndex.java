package dev.stargz.local;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.JsonScalar;
import dev.stargz.image.JsonValue;
import dev.stargz.image.MediaTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The {@code index.json} of an OCI layout: which images are in it, and what they are called. OCI
 * image spec, "Image Layout", "index.json file".
 *
 * @param json all of it
 * @param who the layout's name for messages
 */
record LayoutIndex(JsonObject json, String who) {
  /** Its name in the layout. */
  static final String FILE = "index.json";

  /** The most bytes that one may have. */
  static final int MAX_SIZE = 16 << 20;

  private static final String MANIFESTS = "manifests";
  private static final String ANNOTATIONS = "annotations";
  private static final String DIGEST = "digest";
  private static final int MOST_SHOWN = 20;

  /** One without images. */
  static LayoutIndex empty(String who) {
    JsonObject json =
        JsonObject.EMPTY
            .with("schemaVersion", JsonScalar.of(2))
            .with("mediaType", MediaTypes.OCI_INDEX)
            .with(MANIFESTS, JsonArray.EMPTY);
    return new LayoutIndex(json, who);
  }

  /** Reads one. */
  static LayoutIndex parse(byte[] bytes, String who) throws ImageException {
    try {
      return new LayoutIndex(JsonObject.parse(bytes), who);
    } catch (IllegalArgumentException e) {
      throw new ImageException(who + ": " + FILE + ": " + e.getMessage(), e);
    }
  }

  /** The entries, in their order. */
  List<JsonObject> entries() {
    return values().stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  private List<JsonValue> values() {
    return json.array(MANIFESTS).orElse(JsonArray.EMPTY).values();
  }

  // ---- choosing

  /**
   * The one entry that a name stands for.
   *
   * @param name a tag, a whole reference, or {@code @} and a digest; nothing if there is one alone
   */
  Descriptor select(Optional<String> name) throws ImageException {
    List<Descriptor> found = find(name);
    if (found.isEmpty()) {
      String what = name.map(given -> "image '" + given + "'").orElse("image");
      throw new ImageException(who + " has no " + what + "; it has " + shown());
    }
    if (found.size() > 1) {
      throw new ImageException(
          who
              + " has several images"
              + name.map(given -> " of the name '" + given + "'").orElse("")
              + ": choose one by its tag, or by @ and its digest; it has "
              + shown());
    }
    return found.get(0);
  }

  /** The images that a name stands for, each once; without a name all of them. */
  List<Descriptor> find(Optional<String> name) throws ImageException {
    Map<ContentDigest, Descriptor> found = new LinkedHashMap<>();
    for (Descriptor each : descriptors(name.map(this::named).orElseGet(this::entries))) {
      found.putIfAbsent(each.digest(), each);
    }
    return List.copyOf(found.values());
  }

  private List<JsonObject> named(String name) {
    if (name.startsWith("@")) {
      return where(entry -> entry.string(DIGEST).equals(Optional.of(name.substring(1))));
    }
    List<JsonObject> tagged = where(entry -> EntryNames.tag(entry).equals(Optional.of(name)));
    return tagged.isEmpty() ? called(name) : tagged;
  }

  /** The entries whose whole reference that is. */
  List<JsonObject> called(String reference) {
    String whole = DockerReference.normalized(reference);
    return where(
        entry ->
            EntryNames.reference(entry)
                .map(DockerReference::normalized)
                .filter(whole::equals)
                .isPresent());
  }

  private List<JsonObject> where(Predicate<JsonObject> condition) {
    return entries().stream().filter(condition).toList();
  }

  /** Entries as descriptors. */
  List<Descriptor> descriptors(List<JsonObject> some) throws ImageException {
    List<Descriptor> descriptors = new ArrayList<>();
    for (JsonObject entry : some) {
      descriptors.add(descriptor(entry));
    }
    return descriptors;
  }

  private Descriptor descriptor(JsonObject entry) throws ImageException {
    try {
      return Descriptor.of(entry);
    } catch (IllegalArgumentException e) {
      throw new ImageException(who + ": " + FILE + ": " + e.getMessage(), e);
    }
  }

  /** What images there are, for people to choose from. */
  String shown() {
    List<JsonObject> all = entries();
    if (all.isEmpty()) {
      return "none";
    }
    String some =
        all.stream().limit(MOST_SHOWN).map(LayoutIndex::shown).collect(Collectors.joining(", "));
    return all.size() > MOST_SHOWN ? some + " and " + (all.size() - MOST_SHOWN) + " more" : some;
  }

  private static String shown(JsonObject entry) {
    String digest = "@" + entry.string(DIGEST).orElse("?");
    String name = EntryNames.reference(entry).or(() -> EntryNames.tag(entry)).orElse(digest);
    return entry
        .object("platform")
        .map(platform -> name + " (" + LayoutBlobs.platform(platform) + ")")
        .orElse(name);
  }

  // ---- tagging

  /**
   * This index with an image, and with a name on it that was perhaps on another one, which stays
   * without. All else stays as it is.
   *
   * @param image its descriptor, as it is to be added if it isn't there yet
   * @param tag the name: a tag, or a whole reference if that is what an image here is called
   */
  LayoutIndex with(Descriptor image, Optional<String> tag) {
    return tag.map(name -> named(image, name)).orElseGet(() -> nameless(image));
  }

  private LayoutIndex nameless(Descriptor image) {
    boolean there = entries().stream().anyMatch(entry -> has(entry, image));
    return there ? this : withValues(added(values(), image));
  }

  private LayoutIndex named(Descriptor image, String tag) {
    List<JsonObject> holders = named(tag);
    EntryNames names = EntryNames.of(tag, holders);
    List<JsonValue> changed = new ArrayList<>();
    boolean there = false;
    for (JsonValue value : values()) {
      if (value instanceof JsonObject entry && holders.contains(entry)) {
        boolean ours = has(entry, image) && !there;
        there |= ours;
        changed.add(ours ? entry : names.removedFrom(entry));
      } else {
        changed.add(value);
      }
    }
    return withValues(there ? changed : added(changed, names.addedTo(image)));
  }

  /** Takes the place of an entry for the same image that has no name, or the last one. */
  private static List<JsonValue> added(List<JsonValue> values, Descriptor image) {
    List<JsonValue> changed = new ArrayList<>(values);
    for (int i = 0; i < changed.size(); i++) {
      if (changed.get(i) instanceof JsonObject entry
          && has(entry, image)
          && EntryNames.isNameless(entry)) {
        changed.set(i, withAnnotations(entry, image));
        return changed;
      }
    }
    changed.add(image.json());
    return changed;
  }

  private static JsonObject withAnnotations(JsonObject entry, Descriptor image) {
    JsonObject annotations = entry.object(ANNOTATIONS).orElse(JsonObject.EMPTY);
    for (var annotation : image.annotations().entrySet()) {
      annotations = annotations.with(annotation.getKey(), annotation.getValue());
    }
    return annotations.fields().isEmpty() ? entry : entry.with(ANNOTATIONS, annotations);
  }

  private static boolean has(JsonObject entry, Descriptor image) {
    return entry.string(DIGEST).equals(Optional.of(image.digest().toString()));
  }

  private LayoutIndex withValues(List<JsonValue> values) {
    return new LayoutIndex(json.with(MANIFESTS, new JsonArray(values)), who);
  }
}
