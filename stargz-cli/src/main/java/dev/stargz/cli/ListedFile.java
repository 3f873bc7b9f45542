package dev.stargz.cli;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tree.FileNode;

/**
 * A file in a listing.
 *
 * @param name its name in the directory or, for what was named itself, the path as it was given
 * @param text the name as people read it
 * @param path the path of the directory as it was given, and the name
 * @param node what it is
 */
record ListedFile(EntryName name, String text, EntryName path, FileNode node) {
  /** A path that was given. */
  static ListedFile ofPath(String path, FileNode node) {
    EntryName name = EntryName.of(path);
    return new ListedFile(name, path, name, node);
  }
}
