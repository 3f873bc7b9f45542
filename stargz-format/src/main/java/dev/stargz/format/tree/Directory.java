package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a node has beyond others if it is a directory. */
final class Directory {
  /** The directory it is in; null for the root. */
  final @Nullable FileNode parent;

  /** The bytes of its path. */
  final int pathLength;

  /**
   * In a layer's overlay view: the attribute that says that nothing of lower layers shows in it.
   */
  @Nullable OverlayXattr opaque;

  private NavigableMap<EntryName, FileNode> children = Collections.emptyNavigableMap();

  Directory(@Nullable FileNode parent, int pathLength) {
    this.parent = parent;
    this.pathLength = pathLength;
  }

  /** By name, sorted; not to be changed by whoever asks. */
  NavigableMap<EntryName, FileNode> children() {
    return children;
  }

  /** Puts a child in; whether another one had its name. */
  boolean put(EntryName name, FileNode child) {
    if (children.isEmpty()) {
      children = new TreeMap<>();
    }
    return children.put(name, child) != null;
  }

  void remove(EntryName name) {
    if (!children.isEmpty()) {
      children.remove(name);
    }
  }
}
