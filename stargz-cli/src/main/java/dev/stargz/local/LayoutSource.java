package dev.stargz.local;

import dev.stargz.image.ImageException;
import dev.stargz.image.JsonObject;
import dev.stargz.image.RawManifest;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An image in an OCI layout, which is a directory or a tar. */
final class LayoutSource extends BlobsSource {
  /** OCI image spec, "Image Layout", "oci-layout file". */
  static final String LAYOUT_FILE = "oci-layout";

  /** What it says in layouts written here. */
  static final String LAYOUT_CONTENT = "{\"imageLayoutVersion\":\"1.0.0\"}";

  private static final String VERSION = "1.0.0";
  private static final int MAX_LAYOUT_FILE = 1 << 16;

  private final Optional<String> chosen;
  private @Nullable RawManifest root;

  private LayoutSource(String name, LayoutBlobs blobs, Optional<String> chosen, Closeable cleanUp) {
    super(name, blobs, cleanUp);
    this.chosen = chosen;
  }

  /**
   * Opens an image.
   *
   * @param who the layout's name for messages
   * @param chosen which of its images
   * @param cleanUp closed with the source
   */
  static LayoutSource open(Members members, String who, Optional<String> chosen, Closeable cleanUp)
      throws IOException {
    checkVersion(members, who);
    String name = who + chosen.map(given -> separator(given) + given).orElse("");
    return new LayoutSource(name, new LayoutBlobs(members, who), chosen, cleanUp);
  }

  private static String separator(String chosen) {
    return chosen.startsWith("@") ? "" : ":";
  }

  /** Refuses what is no layout, or one that is put together in another way. */
  static void checkVersion(Members members, String who) throws IOException {
    Optional<FilePart> file = members.find(LAYOUT_FILE);
    if (file.isEmpty()) {
      throw new ImageException(who + " is no OCI layout: it has no file '" + LAYOUT_FILE + "'");
    }
    String what = who + ": " + LAYOUT_FILE;
    Optional<String> version;
    try {
      JsonObject json = JsonObject.parse(file.get().readAll(MAX_LAYOUT_FILE, what));
      version = json.string("imageLayoutVersion");
    } catch (IllegalArgumentException e) {
      throw new ImageException(what + ": " + e.getMessage(), e);
    }
    if (!version.equals(Optional.of(VERSION))) {
      throw new ImageException(
          what
              + ": expected imageLayoutVersion "
              + VERSION
              + ", found "
              + version.map(found -> "'" + found + "'").orElse("none"));
    }
  }

  /** Reads the list of a layout's images; nothing if there is none. */
  static Optional<LayoutIndex> index(Members members, String who) throws IOException {
    Optional<FilePart> file = members.find(LayoutIndex.FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = file.get().readAll(LayoutIndex.MAX_SIZE, who + ": " + LayoutIndex.FILE);
    return Optional.of(LayoutIndex.parse(bytes, who));
  }

  @Override
  public synchronized RawManifest root() throws IOException {
    RawManifest known = root;
    if (known == null) {
      Optional<LayoutIndex> index = index(blobs().members(), blobs().who());
      if (index.isEmpty()) {
        throw new ImageException(
            blobs().who() + " is no OCI layout: it has no file '" + LayoutIndex.FILE + "'");
      }
      known = manifest(index.get().select(chosen));
      root = known;
    }
    return known;
  }
}
