package dev.stargz.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A {@code file:} argument: one layer tarball, or a standard stream.
 *
 * @param path the file, or nothing for {@code file:-}
 */
record FileLocation(Optional<Path> path) implements Location {
  static final String SCHEME = "file:";
  private static final FileLocation STANDARD_STREAM = new FileLocation(Optional.empty());
  private static final String BLOB_ENDING = ".stargz";
  private static final List<String> LAYER_ENDINGS =
      List.of(".tar.gz", ".tgz", ".tar.zst", ".tzst", ".tar", ".esgz");

  /**
   * Reads an argument.
   *
   * @param role SRC or DST, for messages
   * @throws UsageException if it is no {@code file:} argument
   */
  static FileLocation parse(String role, String argument) {
    if (!argument.startsWith(SCHEME)) {
      throw new UsageException(role + " '" + argument + "': expected file:PATH or file:-");
    }
    String path = argument.substring(SCHEME.length());
    if (path.isEmpty()) {
      throw new UsageException(role + " 'file:': expected a path behind it, or - for a stream");
    }
    try {
      return path.equals("-") ? STANDARD_STREAM : new FileLocation(Optional.of(Path.of(path)));
    } catch (InvalidPathException e) {
      throw new UsageException(role + " '" + argument + "': no path of this system");
    }
  }

  @Override
  public boolean isStream() {
    return path.isEmpty();
  }

  /** Where the result goes when no DST is given: {@code in.tar.gz} to {@code in.stargz}. */
  FileLocation defaultTarget() {
    if (path.isEmpty()) {
      return STANDARD_STREAM;
    }
    String name = String.valueOf(path.get().getFileName());
    if (name.endsWith(BLOB_ENDING)) {
      throw new UsageException(
          "DST is missing: the default for " + this + " would be that file itself");
    }
    String stem =
        LAYER_ENDINGS.stream()
            .filter(ending -> name.endsWith(ending) && name.length() > ending.length())
            .findFirst()
            .map(ending -> name.substring(0, name.length() - ending.length()))
            .orElse(name);
    return new FileLocation(Optional.of(path.get().resolveSibling(stem + BLOB_ENDING)));
  }

  /** As it stands on the command line. */
  @Override
  public String toString() {
    return SCHEME + path.map(Path::toString).orElse("-");
  }
}
