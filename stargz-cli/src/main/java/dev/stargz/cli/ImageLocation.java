package dev.stargz.cli;

import dev.stargz.image.ContentDigest;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an image is: in a registry, a layout or an archive. */
sealed interface ImageLocation extends Location
    permits RegistryLocation, LayoutLocation, ArchiveLocation {

  /**
   * Reads an argument that stands for an image.
   *
   * @param role what the argument is for, for messages
   * @throws UsageException if it is none of the forms
   */
  static ImageLocation parse(String role, String argument) {
    if (argument.startsWith(FileLocation.SCHEME)) {
      throw new UsageException(role + " '" + argument + "': expected an image, not a layer");
    }
    Matcher matcher = LocalForm.PATTERN.matcher(argument);
    if (!matcher.matches()) {
      return RegistryLocation.parse(role, argument);
    }
    LocalForm form = LocalForm.split(role, argument, matcher.group(2));
    return switch (matcher.group(1)) {
      case "oci" -> LayoutLocation.of(role, form);
      case "oci-archive" -> ArchiveLocation.of(ArchiveLocation.Kind.OCI, form);
      default -> ArchiveLocation.of(ArchiveLocation.Kind.DOCKER, form);
    };
  }

  /** The tag or name it goes by, if it says one. */
  Optional<String> tag();

  /** Whether it names an image by its digest, which can be read and never written. */
  boolean isByDigest();

  /**
   * What is there, however it is spelled: where it is the same, writing to the one place replaces
   * what is in the other. Nothing for a stream.
   */
  Optional<String> identity();

  /** The same place under another tag. */
  ImageLocation tagged(String tag);

  /** The place with a digest behind it: what is printed of a result. */
  String at(ContentDigest digest);

  /** A path in the one spelling that all of its spellings share, as far as it is there. */
  static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  /**
   * {@code PATH[:NAME]} or {@code PATH@DIGEST}, as it stands behind the scheme.
   *
   * @param path a file or a directory; nothing for {@code -}
   * @param name a tag or a reference, or {@code @} and a digest or number
   */
  record LocalForm(Optional<Path> path, Optional<String> name) {
    private static final Pattern PATTERN =
        Pattern.compile("(oci|oci-archive|docker-archive):(?!//)(.*)", Pattern.DOTALL);

    /** With a digest at the end or a name behind the first colon: skopeo's paths have none. */
    private static final Pattern PARTS =
        Pattern.compile("([^@:]*):?(@[a-z0-9]+:[^/@]*)|([^:]*)(?::(.*))?", Pattern.DOTALL);

    private static LocalForm split(String role, String argument, String text) {
      Matcher parts = PARTS.matcher(text);
      if (!parts.matches()) {
        throw new AssertionError(text);
      }
      boolean digest = parts.group(1) != null;
      String what = role + " '" + argument + "'";
      Optional<String> name = Optional.ofNullable(parts.group(digest ? 2 : 4));
      if (name.isPresent() && name.get().isEmpty()) {
        throw new UsageException(what + ": expected a name behind the last colon, or no colon");
      }
      return new LocalForm(parsePath(what, parts.group(digest ? 1 : 3)), name);
    }

    private static Optional<Path> parsePath(String what, String path) {
      if (path.isEmpty()) {
        throw new UsageException(what + ": expected a path behind the first colon");
      }
      try {
        return path.equals("-") ? Optional.empty() : Optional.of(Path.of(path));
      } catch (InvalidPathException e) {
        throw new UsageException(what + ": no path of this system");
      }
    }
  }
}
