package dev.stargz.local;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * OCI layouts in directories. OCI image spec, "Image Layout": {@code oci-layout}, {@code
 * index.json}, {@code blobs/ALGORITHM/HEX}.
 */
public final class OciLayout {
  private static final String SCHEME = "oci:";

  private OciLayout() {}

  /**
   * Opens an image in a layout.
   *
   * @param dir the layout's directory
   * @param name the image's tag, its whole reference where containerd's annotation has that, or
   *     {@code @} and a digest that {@code index.json} lists; nothing if the image is alone
   * @return a source that the caller closes; it says whether there is such an image when its root
   *     is asked for
   * @throws ImageException if there is no layout that can be read
   */
  public static ImageSource source(Path dir, Optional<String> name) throws IOException {
    String who = SCHEME + dir;
    if (Files.isRegularFile(dir)) {
      throw new ImageException(
          who + " is a file: expected a directory; the tar of a layout is oci-archive:FILE");
    }
    if (!Files.isDirectory(dir)) {
      throw new ImageException(who + ": there is no such directory");
    }
    checkName(name, who);
    return LayoutSource.open(new DirectoryMembers(dir, who), who, name, () -> {});
  }

  /** Refuses what can't be asked for. */
  static void checkName(Optional<String> name, String who) throws ImageException {
    try {
      name.filter(given -> given.startsWith("@"))
          .ifPresent(digest -> ContentDigest.parse(digest.substring(1)));
    } catch (IllegalArgumentException e) {
      throw new ImageException(who + ": " + e.getMessage(), e);
    }
    if (name.isPresent() && name.get().isEmpty()) {
      throw new ImageException(who + ": expected an image's tag, found nothing");
    }
  }

  /**
   * Prepares to write an image into a layout, which is made if it isn't there. What else is in it
   * stays.
   *
   * @param dir the layout's directory
   * @param name the image's tag; nothing for no name
   * @return a target that the caller closes
   * @throws ImageException if the directory holds something else, or the name can't be a tag
   */
  public static ImageTarget target(Path dir, Optional<String> name) throws IOException {
    String who = SCHEME + dir;
    checkTag(name, who);
    if (Files.exists(dir) && !Files.isDirectory(dir)) {
      throw new ImageException(who + " is no directory: expected one, or nothing yet");
    }
    if (Files.isDirectory(dir)) {
      checkContent(dir, who);
    }
    return new LayoutTarget(dir, name, who);
  }

  /** Refuses what can't be written. OCI image spec, "Annotations", the grammar of ref.name. */
  static void checkTag(Optional<String> name, String who) throws ImageException {
    if (name.isPresent() && !name.get().matches("[A-Za-z0-9_][A-Za-z0-9_.:@+/-]{0,254}")) {
      throw new ImageException(
          who + ": '" + name.get() + "' can't be a tag: expected letters, digits and _.:@+/-");
    }
  }

  /** Looks at the files first: a layout that somebody is making has its own before all others. */
  private static void checkContent(Path dir, String who) throws IOException {
    boolean empty = isEmpty(dir);
    DirectoryMembers members = new DirectoryMembers(dir, who);
    if (members.find(LayoutSource.LAYOUT_FILE).isPresent()) {
      LayoutSource.checkVersion(members, who);
    } else if (!empty) {
      throw new ImageException(
          who
              + " is no OCI layout, and not empty: expected a directory with a file '"
              + LayoutSource.LAYOUT_FILE
              + "', or none");
    }
  }

  private static boolean isEmpty(Path dir) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        if (!file.getFileName().toString().matches("\\.?stargzify[.-].*")) {
          return false;
        }
      }
      return true;
    }
  }
}
