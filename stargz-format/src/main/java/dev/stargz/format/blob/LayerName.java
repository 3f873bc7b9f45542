package dev.stargz.format.blob;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the name of a layer's entry asks for. OCI image spec, "Image Layer Filesystem Changeset",
 * "Whiteouts".
 *
 * @param kind what is to be done
 * @param path cleaned; of a whiteout the path to be removed, of an opaque one its directory
 */
public record LayerName(Kind kind, EntryName path) {
  /** What is to be done about a path. */
  public enum Kind {
    /** It gets the entry. */
    ENTRY,
    /** It gets the entry until the layer ends: only links of that layer may use it. */
    SCRATCH,
    /** What lower layers have there goes. */
    WHITEOUT,
    /** What lower layers have below it goes. */
    OPAQUE,
    /** Nothing: the name is one of AUFS's own. */
    IGNORED,
    /** Nothing: the entry lies below a whiteout, which is no directory. */
    BELOW_WHITEOUT
  }

  private static final byte[] PREFIX = ascii(".wh.");
  private static final byte[] AUFS_PREFIX = ascii(".wh..wh.");
  private static final EntryName OPAQUE_MARKER = EntryName.of(".wh..wh..opq");

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Takes the name of an entry apart.
   *
   * @param name as stored
   * @param location of the entry, for messages
   * @throws CorruptException if it is a whiteout of nothing, or of {@code .} or {@code ..}
   */
  public static LayerName of(EntryName name, Location location) throws CorruptException {
    EntryName path = name.cleaned();
    if (startsWith(path.bytes(), 0, AUFS_PREFIX) && !path.equals(OPAQUE_MARKER)) {
      return new LayerName(Kind.SCRATCH, path); // .wh..wh.plnk/ holds targets of hard links
    }
    byte[] bytes = path.bytes();
    int last = 0;
    for (int slash = 0; slash < bytes.length; slash++) {
      if (bytes[slash] == '/') {
        if (startsWith(bytes, last, PREFIX)) {
          return new LayerName(Kind.BELOW_WHITEOUT, path);
        }
        last = slash + 1;
      }
    }
    return startsWith(bytes, last, PREFIX)
        ? ofMarker(path, location)
        : new LayerName(Kind.ENTRY, path);
  }

  private static LayerName ofMarker(EntryName path, Location location) throws CorruptException {
    EntryName parent = path.parent().orElse(EntryName.ROOT);
    EntryName last = path.lastPart();
    if (last.equals(OPAQUE_MARKER)) {
      return new LayerName(Kind.OPAQUE, parent);
    }
    if (startsWith(last.bytes(), 0, AUFS_PREFIX)) {
      return new LayerName(Kind.IGNORED, path);
    }
    EntryName removed = EntryName.of(last.bytes(), PREFIX.length, last.length());
    if (removed.cleaned().isEmpty()) {
      throw new CorruptException(
          "a whiteout, '" + last + "', that names no file to remove", location);
    }
    return new LayerName(Kind.WHITEOUT, parent.resolve(removed));
  }

  private static boolean startsWith(byte[] bytes, int from, byte[] prefix) {
    return bytes.length - from >= prefix.length
        && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
  }
}
