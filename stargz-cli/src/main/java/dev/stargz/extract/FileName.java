package dev.stargz.extract;

import dev.stargz.format.blob.EntryName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** Names and paths as C has them: with a NUL at the end and none before. */
final class FileName {
  private static final Set<EntryName> NO_NAMES =
      Set.of(EntryName.ROOT, EntryName.of("."), EntryName.of(".."));

  private FileName() {}

  /**
   * A name in a directory, which leads nowhere else.
   *
   * @throws ExtractException if it is none; a tree has no such names, but what comes from outside
   *     goes no further than this
   */
  static byte[] in(EntryName name) throws ExtractException {
    if (NO_NAMES.contains(name) || name.contains('/')) {
      throw new ExtractException("'" + name + "' is no name of a file in a directory");
    }
    return bytes(name);
  }

  /** A symbolic link's target, whatever it is. */
  static byte[] target(EntryName target) throws ExtractException {
    return bytes(target);
  }

  /** The name of an extended attribute. */
  static byte[] attribute(String name) throws ExtractException {
    return bytes(EntryName.of(name));
  }

  /** A path of ASCII characters. */
  static byte[] path(String path) {
    return terminated(path.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] terminated(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  private static byte[] bytes(EntryName name) throws ExtractException {
    if (name.contains('\0')) {
      throw new ExtractException("'" + name + "' has a NUL byte in it, which no file system holds");
    }
    return terminated(name.bytes());
  }
}
