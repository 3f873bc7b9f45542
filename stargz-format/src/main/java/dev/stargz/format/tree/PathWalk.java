package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import java.nio.file.FileSystemLoopException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Goes along a path as a kernel does: symbolic links followed inside the root, at most 40 of them,
 * {@code ..} of the root is the root. What is left of a path and of the links in it is kept as it
 * is stored, so that long ones take no memory.
 */
final class PathWalk {
  /** How many symbolic links a path may lead through, as in Linux. */
  static final int MAX_SYMLINKS = 40;

  /** Finds a name in a directory. */
  @FunctionalInterface
  interface Finder {
    /** The child of that name, or null. */
    @Nullable FileNode find(FileNode directory, EntryName name);
  }

  private final FileNode root;
  private final Finder finder;
  private final Deque<PathParts> left = new ArrayDeque<>();
  private FileNode at;

  private PathWalk(FileNode root, Finder finder) {
    this.root = root;
    this.finder = finder;
    this.at = root;
  }

  /**
   * What a path leads to.
   *
   * @param followLast whether to follow a symbolic link that the path ends with
   * @return null if there is nothing, or something on the way is no directory
   * @throws FileSystemLoopException if it leads through too many symbolic links
   */
  static @Nullable FileNode walk(FileNode root, EntryName path, boolean followLast, Finder finder)
      throws FileSystemLoopException {
    return new PathWalk(root, finder).walk(path, followLast);
  }

  /** The child of exactly that name. */
  static @Nullable FileNode exactly(FileNode directory, EntryName name) {
    Directory in = directory.directory();
    return in == null ? null : in.children().get(name);
  }

  private @Nullable FileNode walk(EntryName path, boolean followLast)
      throws FileSystemLoopException {
    left.push(new PathParts(path));
    int links = 0;
    for (EntryName part = nextPart(); part != null; part = nextPart()) {
      FileNode child = step(part);
      if (child == null) {
        return null;
      }
      if (!child.isSymbolicLink() || (left.isEmpty() && !followLast)) {
        at = child;
      } else if (++links > MAX_SYMLINKS) {
        throw new FileSystemLoopException(path.text());
      } else {
        follow(child.linkTarget());
      }
    }
    return at;
  }

  private @Nullable EntryName nextPart() {
    PathParts parts = left.peek();
    if (parts == null) {
      return null;
    }
    EntryName part = parts.next();
    if (!parts.hasNext()) {
      left.pop();
    }
    return part;
  }

  private @Nullable FileNode step(EntryName part) {
    Directory directory = at.directory();
    if (directory == null) {
      return null;
    }
    if (part.equals(PathParts.DOT_DOT)) {
      return directory.parent == null ? root : directory.parent;
    }
    return finder.find(at, part);
  }

  private void follow(EntryName target) {
    if (target.startsWithSlash()) {
      at = root;
    }
    PathParts parts = new PathParts(target);
    if (parts.hasNext()) {
      left.push(parts);
    }
  }
}
