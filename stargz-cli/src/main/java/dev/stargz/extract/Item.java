package dev.stargz.extract;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tree.FileNode;

/**
 * A name that is to be there of a file that is no directory.
 *
 * @param parent the directory it is in
 * @param name its name in there
 * @param node what it is the name of
 */
record Item(Place parent, EntryName name, FileNode node) {
  /** The path from the root on. */
  EntryName path() {
    return parent.path().resolve(name);
  }
}
