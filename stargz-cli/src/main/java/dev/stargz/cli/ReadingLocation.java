package dev.stargz.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What SRC may be for commands that read: besides the forms of a conversion a layer's path without
 * {@code file:}, and its URL.
 */
final class ReadingLocation {
  private static final String LAYOUT_FILE = "oci-layout";

  private ReadingLocation() {}

  /**
   * Reads SRC.
   *
   * @throws UsageException if it is none of the forms, or a layer as a stream: one is read from its
   *     end
   */
  static Location parse(String argument) {
    Location location = location(argument);
    if (location instanceof FileLocation file) {
      Path path = file.path().orElseThrow(() -> refusal(file));
      refuseLayout(argument, path);
    }
    return location;
  }

  private static Location location(String argument) {
    if (UrlLocation.matches(argument)) {
      return UrlLocation.parse("SRC", argument);
    }
    if (argument.startsWith("/") || argument.startsWith(".")) {
      return FileLocation.parse("SRC", FileLocation.SCHEME + argument);
    }
    return Location.parse("SRC", argument.equals("-") ? FileLocation.SCHEME + "-" : argument);
  }

  private static UsageException refusal(FileLocation stream) {
    return new UsageException(
        "SRC "
            + stream
            + " can't be read: what says where its files are comes last; write it into a file"
            + " first");
  }

  private static void refuseLayout(String argument, Path path) {
    if (Files.exists(path.resolve(LAYOUT_FILE))) {
      throw new UsageException("SRC " + argument + " is an OCI layout: write oci:" + path);
    }
  }
}
