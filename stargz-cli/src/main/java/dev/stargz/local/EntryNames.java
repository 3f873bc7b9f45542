package dev.stargz.local;

import dev.stargz.image.Descriptor;
import dev.stargz.image.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * The names that go from one entry of an {@code index.json} to another when an image is put in the
 * place of one: the name by which that was found, and the other half of it where Docker or
 * containerd keep both, since the halves must not stand for two images.
 *
 * @param tag to go
 * @param reference the whole reference that is to go
 */
record EntryNames(Optional<String> tag, Optional<String> reference) {
  /** OCI image spec, "Annotations": the tag. */
  static final String REF_NAME = "org.opencontainers.image.ref.name";

  /** Where Docker and containerd keep the whole reference; their tag is in {@link #REF_NAME}. */
  static final String IMAGE_NAME = "io.containerd.image.name";

  private static final String ANNOTATIONS = "annotations";

  /**
   * What is to go.
   *
   * @param name that is wanted for another image
   * @param holders the entries found by it
   */
  static EntryNames of(String name, List<JsonObject> holders) {
    List<String> references =
        holders.stream()
            .flatMap(entry -> reference(entry).stream())
            .map(DockerReference::normalized)
            .distinct()
            .toList();
    boolean byTag = holders.isEmpty() || tag(holders.get(0)).equals(Optional.of(name));
    // Of several repositories' images with that tag, none is meant: they keep their references.
    boolean several = byTag && references.size() > 1;
    Optional<String> whole = several ? Optional.empty() : references.stream().findFirst();
    if (byTag) {
      return new EntryNames(
          Optional.of(name), whole.filter(each -> DockerReference.tag(each).equals(name)));
    }
    Optional<String> itsTag =
        whole
            .map(DockerReference::tag)
            .filter(
                each -> holders.stream().anyMatch(entry -> tag(entry).equals(Optional.of(each))));
    return new EntryNames(itsTag, whole);
  }

  /** The tag of an entry. */
  static Optional<String> tag(JsonObject entry) {
    return annotation(entry, REF_NAME);
  }

  /** The whole reference of an entry, as it is spelled there. */
  static Optional<String> reference(JsonObject entry) {
    return annotation(entry, IMAGE_NAME);
  }

  private static Optional<String> annotation(JsonObject entry, String key) {
    return entry.object(ANNOTATIONS).flatMap(annotations -> annotations.string(key));
  }

  /** Whether an entry has neither. */
  static boolean isNameless(JsonObject entry) {
    return tag(entry).isEmpty() && reference(entry).isEmpty();
  }

  /** An entry without them. */
  JsonObject removedFrom(JsonObject entry) {
    JsonObject annotations = entry.object(ANNOTATIONS).orElse(JsonObject.EMPTY);
    if (tag.isPresent() && tag(entry).equals(tag)) {
      annotations = annotations.without(REF_NAME);
    }
    if (reference.isPresent()
        && reference(entry).map(DockerReference::normalized).equals(reference)) {
      annotations = annotations.without(IMAGE_NAME);
    }
    return annotations.fields().isEmpty()
        ? entry.without(ANNOTATIONS)
        : entry.with(ANNOTATIONS, annotations);
  }

  /** A descriptor with them. */
  Descriptor addedTo(Descriptor image) {
    Descriptor named = image;
    if (reference.isPresent()) {
      named = named.withAnnotation(IMAGE_NAME, reference.get());
    }
    return tag.isPresent() ? named.withAnnotation(REF_NAME, tag.get()) : named;
  }
}
