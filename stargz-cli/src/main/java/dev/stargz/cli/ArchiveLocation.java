package dev.stargz.cli;

import dev.stargz.image.ContentDigest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code oci-archive:FILE[:TAG]} or {@code docker-archive:FILE[:REF]}: a tar with images in it.
 *
 * @param kind of archive
 * @param file nothing for a standard stream
 * @param name a tag or reference, {@code @} and a digest or a number; nothing for the only image
 */
record ArchiveLocation(Kind kind, Optional<Path> file, Optional<String> name)
    implements ImageLocation {
  /** What is in the tar. */
  enum Kind {
    /** A layout. */
    OCI("oci-archive:"),
    /** What {@code docker save} writes. */
    DOCKER("docker-archive:");

    private final String scheme;

    Kind(String scheme) {
      this.scheme = scheme;
    }
  }

  static ArchiveLocation of(Kind kind, LocalForm form) {
    return new ArchiveLocation(kind, form.path(), form.name());
  }

  @Override
  public boolean isStream() {
    return file.isEmpty();
  }

  @Override
  public Optional<String> tag() {
    return name.filter(each -> !each.startsWith("@"));
  }

  @Override
  public boolean isByDigest() {
    return name.isPresent() && tag().isEmpty();
  }

  /** The file alone: it is replaced as a whole. */
  @Override
  public Optional<String> identity() {
    return file.map(path -> "archive:" + ImageLocation.real(path));
  }

  @Override
  public ArchiveLocation tagged(String tag) {
    return new ArchiveLocation(kind, file, Optional.of(tag));
  }

  @Override
  public String at(ContentDigest digest) {
    return place() + tag().map(tag -> ":" + tag).orElse("") + "@" + digest;
  }

  private String place() {
    return kind.scheme + file.map(Path::toString).orElse("-");
  }

  /** As it stands on the command line. */
  @Override
  public String toString() {
    return place() + name.map(each -> ":" + each).orElse("");
  }
}
