package dev.stargz.local;

import dev.stargz.image.ImageException;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.JsonScalar;
import dev.stargz.image.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code manifest.json} of a docker archive, as {@code docker save} writes it.
 *
 * @param images in their order
 * @param who the archive's name for messages
 */
record DockerManifest(List<Image> images, String who) {
  /** Its name in the archive. */
  static final String FILE = "manifest.json";

  private static final int MAX_SIZE = 4 << 20;
  private static final int MOST_SHOWN = 20;
  private static final JsonScalar NULL = new JsonScalar("null", "null");
  private static final Pattern POSITION = Pattern.compile("@(\\d{1,9})");

  /**
   * One of the images.
   *
   * @param config the member that is its config
   * @param layers the members that are its layers, lowest first
   * @param references what it is called
   */
  record Image(String config, List<String> layers, List<String> references) {
    private static Image of(JsonObject json, String who) throws ImageException {
      Optional<String> config = json.string("Config");
      if (config.isEmpty()) {
        throw new ImageException(who + ": " + FILE + ": an image without Config");
      }
      return new Image(config.get(), strings(json, "Layers"), strings(json, "RepoTags"));
    }

    /** A list of names; absent and null are none. */
    private static List<String> strings(JsonObject json, String field) {
      JsonValue value = json.find(field).filter(each -> !each.equals(NULL)).orElse(JsonArray.EMPTY);
      if (value instanceof JsonArray array) {
        List<String> strings = array.strings().toList();
        if (strings.size() == array.values().size()) {
          return strings;
        }
      }
      throw new IllegalArgumentException(field + ": expected a list of strings");
    }

    private boolean isCalled(String reference) {
      String whole = DockerReference.normalized(reference);
      return references.stream().map(DockerReference::normalized).anyMatch(whole::equals);
    }
  }

  /** Reads the one in an archive; nothing if it has none. */
  static Optional<DockerManifest> read(Members members, String who) throws IOException {
    Optional<FilePart> file = members.find(FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = file.get().readAll(MAX_SIZE, who + ": " + FILE);
    try {
      if (!(JsonValue.parse(bytes) instanceof JsonArray array)) {
        throw new ImageException(who + ": " + FILE + ": expected a list");
      }
      List<JsonObject> entries = array.objects().toList();
      if (entries.size() != array.values().size()) {
        throw new ImageException(who + ": " + FILE + ": expected a list of objects alone");
      }
      Image[] images = new Image[entries.size()];
      for (int i = 0; i < images.length; i++) {
        images[i] = Image.of(entries.get(i), who);
      }
      return Optional.of(new DockerManifest(List.of(images), who));
    } catch (IllegalArgumentException e) {
      throw new ImageException(who + ": " + FILE + ": " + e.getMessage(), e);
    }
  }

  /**
   * The image that is meant.
   *
   * @param reference what it is called, or {@code @} and its position from 0; nothing if it is
   *     alone
   * @return nothing if no image is called so
   */
  Optional<Image> find(Optional<String> reference) throws ImageException {
    if (reference.isEmpty()) {
      return only(images, "several images");
    }
    Matcher position = POSITION.matcher(reference.get());
    if (position.matches()) {
      int at = Integer.parseInt(position.group(1));
      return at < images.size() ? Optional.of(images.get(at)) : Optional.empty();
    }
    List<Image> called = images.stream().filter(image -> image.isCalled(reference.get())).toList();
    return only(called, "several images of the name '" + reference.get() + "'");
  }

  private Optional<Image> only(List<Image> found, String several) throws ImageException {
    if (found.size() > 1) {
      throw new ImageException(
          who + " has " + several + ": choose one by its name or by @N; it has " + shown());
    }
    return found.stream().findFirst();
  }

  /** The images for people to choose from. */
  String shown() {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(images.size(), MOST_SHOWN); i++) {
      List<String> references = images.get(i).references();
      shown.append(i == 0 ? "" : ", ").append('@').append(i);
      if (!references.isEmpty()) {
        shown.append(references.stream().limit(3).collect(Collectors.joining(" ", " (", ")")));
      }
    }
    int more = images.size() - MOST_SHOWN;
    return images.isEmpty() ? "none" : shown + (more > 0 ? " and " + more + " more" : "");
  }
}
