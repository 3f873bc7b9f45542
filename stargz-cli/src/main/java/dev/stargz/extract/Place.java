package dev.stargz.extract;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tree.FileNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A directory that is to be there. Belongs to one {@link Plan}. */
final class Place {
  private final @Nullable Place parent;
  private final EntryName name;
  private final FileNode node;

  /** Names in it that were taken one by one. */
  private final Set<EntryName> taken = new HashSet<>(0);

  private boolean whole;
  private boolean made;

  private Place(@Nullable Place parent, EntryName name, FileNode node) {
    this.parent = parent;
    this.name = name;
    this.node = node;
  }

  static Place root(FileNode node) {
    return new Place(null, EntryName.ROOT, node);
  }

  static Place in(Place parent, EntryName name, FileNode node) {
    return new Place(parent, name, node);
  }

  /** The directory it is in; null for the root. */
  @Nullable Place parent() {
    return parent;
  }

  /** Its name in there. */
  EntryName name() {
    return name;
  }

  FileNode node() {
    return node;
  }

  /** Takes a name in it; false if it was taken before. */
  boolean take(EntryName child) {
    return !whole && taken.add(child);
  }

  /** Takes all that is in it; false if that was done before. */
  boolean takeAll() {
    boolean first = !whole;
    whole = true;
    return first;
  }

  boolean isTaken(EntryName child) {
    return taken.contains(child);
  }

  /** Whether all that is in it is extracted, and not just something. */
  boolean isWhole() {
    return whole;
  }

  /** Notes that it wasn't there before an extraction made it. */
  void setMade() {
    made = true;
  }

  /** Whether it wasn't there before. */
  boolean isMade() {
    return made;
  }

  /** Whether its attributes are to be set: those of a directory that was there stay, else. */
  boolean hasOwnAttributes() {
    return made || whole;
  }

  /** The path from the root on. */
  EntryName path() {
    int length = 0;
    for (Place at = this; at != null; at = at.parent) {
      length += at.name.length() + 1;
    }
    byte[] path = new byte[length];
    int from = length;
    for (Place at = this; at != null; at = at.parent) {
      byte[] bytes = at.name.bytes();
      from -= bytes.length + 1;
      path[from] = '/';
      System.arraycopy(bytes, 0, path, from + 1, bytes.length);
    }
    return EntryName.of(path).cleaned();
  }
}
