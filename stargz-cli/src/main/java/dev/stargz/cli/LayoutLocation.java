package dev.stargz.cli;

import dev.stargz.image.ContentDigest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code oci:DIR[:TAG]}: an OCI image layout.
 *
 * @param directory of the layout
 * @param name a tag, or {@code @} and a digest; nothing for the only image in it
 */
record LayoutLocation(Path directory, Optional<String> name) implements ImageLocation {
  static LayoutLocation of(String role, LocalForm form) {
    Path directory =
        form.path()
            .orElseThrow(
                () ->
                    new UsageException(
                        role + " 'oci:-': a layout is a directory; a stream is oci-archive:-"));
    return new LayoutLocation(directory, form.name());
  }

  @Override
  public boolean isStream() {
    return false;
  }

  @Override
  public Optional<String> tag() {
    return name.filter(each -> !each.startsWith("@"));
  }

  @Override
  public boolean isByDigest() {
    return name.isPresent() && tag().isEmpty();
  }

  @Override
  public Optional<String> identity() {
    return Optional.of("oci:" + ImageLocation.real(directory) + ":" + name.orElse(""));
  }

  @Override
  public LayoutLocation tagged(String tag) {
    return new LayoutLocation(directory, Optional.of(tag));
  }

  @Override
  public String at(ContentDigest digest) {
    return "oci:" + directory + tag().map(tag -> ":" + tag).orElse("") + "@" + digest;
  }

  /** As it stands on the command line. */
  @Override
  public String toString() {
    return "oci:" + directory + name.map(each -> ":" + each).orElse("");
  }
}
