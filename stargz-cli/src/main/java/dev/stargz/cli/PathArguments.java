package dev.stargz.cli;

import java.util.List;

/** Checks paths in SRC that a command line names. */
final class PathArguments {
  private PathArguments() {}

  /** Refuses a path that is empty, which no kernel knows: a variable that isn't set. */
  static void check(List<String> paths) {
    if (paths.contains("")) {
      throw new UsageException("PATH is empty: expected a path in SRC, / for all of it");
    }
  }

  /** Whether it ends in a way that only a directory's path may. */
  static boolean namesDirectory(String path) {
    return path.endsWith("/") || path.endsWith("/.");
  }
}
