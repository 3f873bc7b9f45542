package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import org.jspecify.annotations.Nullable;

/** The parts of a path, one after the other; empty ones and {@code .} are left out. */
final class PathParts {
  static final EntryName DOT_DOT = EntryName.of("..");

  private final byte[] path;
  private int next;

  PathParts(EntryName path) {
    this.path = path.bytes();
    skip();
  }

  boolean hasNext() {
    return next < path.length;
  }

  /** The next part, {@code ..} included; null at the end. */
  @Nullable EntryName next() {
    if (!hasNext()) {
      return null;
    }
    int from = next;
    next = end(from);
    EntryName part = EntryName.of(path, from, next);
    skip();
    return part;
  }

  private int end(int from) {
    int end = from;
    while (end < path.length && path[end] != '/') {
      end++;
    }
    return end;
  }

  private void skip() {
    while (next < path.length && (path[next] == '/' || isDot())) {
      next++;
    }
  }

  private boolean isDot() {
    return path[next] == '.' && end(next) == next + 1;
  }
}
