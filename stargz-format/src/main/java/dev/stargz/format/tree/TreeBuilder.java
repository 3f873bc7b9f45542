package dev.stargz.format.tree;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.nio.file.FileSystemLoopException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tree of TOC entries, as an unpacker would: entry by entry, symbolic links above an entry
 * followed inside the root. A directory stays when another entry names it, anything else replaces
 * what was there.
 *
 * <p>Memory: some 150 bytes a name and the name itself, 250 a directory, at most what the
 * constructor is given.
 */
final class TreeBuilder {
  /** {@code PATH_MAX}: what no file system takes, no tree shows. */
  private static final int MAX_PATH = 4096;

  /** Heap of a name in a directory and of its node, in bytes, but for the name's own bytes. */
  private static final int NODE_COST = 120;

  private static final int DIRECTORY_COST = 110;

  private final long maxHeap;
  private final FileNode root;
  private final PendingLinks pending = new PendingLinks();
  private long heap;
  private int layer;
  private @Nullable OwnNames own;

  // where the entry before went, its neighbours mostly go there too: an entry that replaces
  // something on the way there has another parent, and removals forget it
  private @Nullable EntryName lastParentPath;
  private @Nullable FileNode lastParent;

  /** Creates a builder of a tree that may take {@code maxHeap} bytes of the heap. */
  TreeBuilder(long maxHeap) {
    this.maxHeap = maxHeap;
    this.root = FileNode.directory(null, new Directory(null, 0), 0);
  }

  FileNode root() {
    return root;
  }

  /** Starts the layer of that number, whose names are noted. */
  void startLayer(int number, OwnNames names) {
    layer = number;
    own = names;
  }

  /** Ends a layer: hard links get the content of targets that came later. */
  void endLayer() throws StargzException {
    forgetLastParent();
    pending.resolve(this);
  }

  /**
   * Puts an entry into the tree. Chunks are none.
   *
   * @throws StargzException if no file system could hold it
   */
  void put(TocEntry entry) throws StargzException {
    EntryName path = checked(entry.name().cleaned(), entry);
    if (path.isEmpty()) {
      putRoot(entry);
      return;
    }
    FileNode parent = parentOf(path, entry);
    EntryName part = path.lastPart();
    switch (entry.type()) {
      case DIRECTORY -> putDirectory(parent, part, entry);
      case HARDLINK -> putHardLink(parent, part, entry);
      case SYMLINK -> {
        checked(entry.linkName(), entry);
        add(parent, part, FileNode.file(entry, layer), entry);
      }
      default -> add(parent, part, FileNode.file(entry, layer), entry);
    }
  }

  private static EntryName checked(EntryName path, TocEntry entry) throws StargzException {
    if (path.length() > MAX_PATH) {
      throw new UnsupportedException(
          "a path of " + path.length() + " bytes: at most " + MAX_PATH + " are read",
          entry.location());
    }
    if (path.contains('\0')) {
      throw new CorruptException("a path with a NUL byte", entry.location());
    }
    return path;
  }

  private void putRoot(TocEntry entry) throws CorruptException {
    if (entry.type() != TocEntryType.DIRECTORY) {
      throw new CorruptException("the root of a layer must be a directory", entry.location());
    }
    root.update(entry, layer);
  }

  private void putDirectory(FileNode parent, EntryName part, TocEntry entry)
      throws StargzException {
    FileNode old = PathWalk.exactly(parent, part);
    if (old != null && old.isDirectory()) {
      old.update(entry, layer);
      note(parent, part);
    } else {
      makeDirectory(parent, part, entry, entry);
    }
  }

  private void putHardLink(FileNode parent, EntryName part, TocEntry entry) throws StargzException {
    FileNode target = find(entry.linkName().cleaned());
    boolean found = target != null && !target.isDirectory() && !pending.contains(target);
    FileNode node = found && target != null ? target : FileNode.file(entry, layer);
    if (node == PathWalk.exactly(parent, part)) {
      note(parent, part); // a link to what the path names already
    } else {
      add(parent, part, node, entry);
    }
    if (!found) {
      pending.add(new PendingLinks.Link(parent, part, node, entry.linkName().cleaned()));
    }
  }

  /** What is at a path, symbolic links above it followed; null if nothing is. */
  @Nullable FileNode find(EntryName path) {
    try {
      return PathWalk.walk(root, path, /* followLast= */ false, PathWalk::exactly);
    } catch (FileSystemLoopException e) {
      return null;
    }
  }

  /** The directory that a path leads to; null if there is none. */
  @Nullable FileNode findDirectory(EntryName path) {
    try {
      FileNode node = PathWalk.walk(root, path, /* followLast= */ true, PathWalk::exactly);
      return node != null && node.isDirectory() ? node : null;
    } catch (FileSystemLoopException e) {
      return null;
    }
  }

  private FileNode parentOf(EntryName path, TocEntry entry) throws StargzException {
    EntryName parentPath = path.parent().orElse(EntryName.ROOT);
    FileNode known = lastParent;
    if (known != null && Objects.equals(parentPath, lastParentPath)) {
      return known;
    }
    FileNode parent = directoryAt(parentPath, entry);
    lastParentPath = parentPath;
    lastParent = parent;
    return parent;
  }

  private void forgetLastParent() {
    lastParentPath = null;
    lastParent = null;
  }

  /** The directory that a path leads to; those that are missing are made for {@code entry}. */
  FileNode directoryAt(EntryName path, TocEntry entry) throws StargzException {
    MissingMaker maker = new MissingMaker(this, entry);
    FileNode found;
    try {
      found = PathWalk.walk(root, path, /* followLast= */ true, maker);
    } catch (FileSystemLoopException e) {
      throw new CorruptException(
          "the way to it leads through more than " + PathWalk.MAX_SYMLINKS + " symbolic links",
          entry.location(),
          e);
    }
    Optional<StargzException> failure = maker.failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
    if (found == null || !found.isDirectory()) {
      throw new CorruptException("it lies below something that is no directory", entry.location());
    }
    return found;
  }

  /**
   * Makes a directory.
   *
   * @param entry its own; null if only the path of {@code cause} implies it
   */
  FileNode makeDirectory(FileNode parent, EntryName part, @Nullable TocEntry entry, TocEntry cause)
      throws StargzException {
    Directory in = directoryOf(parent);
    int length = in.pathLength + (in.parent == null ? 0 : 1) + part.length();
    if (length > MAX_PATH) {
      throw new UnsupportedException(
          "a path of more than " + MAX_PATH + " bytes, symbolic links followed", cause.location());
    }
    spend(DIRECTORY_COST, cause);
    FileNode node = FileNode.directory(entry, new Directory(parent, length), layer);
    add(parent, part, node, cause);
    return node;
  }

  private void add(FileNode parent, EntryName part, FileNode node, TocEntry cause)
      throws UnsupportedException {
    spend(NODE_COST + part.length(), cause);
    note(parent, part);
    if (directoryOf(parent).put(part, node)) {
      forgetLastParent(); // its path may go through what was replaced
    }
  }

  private void note(FileNode parent, EntryName part) {
    if (own != null) {
      own.add(parent, part);
    }
  }

  /** Takes a name out of a directory. */
  void remove(FileNode parent, EntryName part) {
    directoryOf(parent).remove(part);
    forgetLastParent();
  }

  /** Makes a directory one that only the paths of files in it imply. */
  void forgetEntry(FileNode directory) {
    directory.update(null, layer);
  }

  /** What was replaced isn't taken off: who writes so much twice is up to no good. */
  private void spend(long bytes, TocEntry cause) throws UnsupportedException {
    heap += bytes;
    if (heap > maxHeap) {
      throw new UnsupportedException(
          "the files take more than " + maxHeap + " bytes of memory; give the JVM more (-Xmx)",
          cause.location());
    }
  }

  private static Directory directoryOf(FileNode node) {
    Directory directory = node.directory();
    if (directory == null) {
      throw new IllegalArgumentException("expected a directory, found " + node);
    }
    return directory;
  }
}
