package dev.stargz.format.flatten;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tar.EntryKind;
import org.jspecify.annotations.Nullable;

/**
 * A file of any kind but a directory: what a file system keeps in an inode. Several paths share it
 * after hard links. It stays what it was when the link was made, whatever becomes of the path that
 * the link named.
 */
final class Content {
  private final EntryKind kind;
  private final EntryName target;
  private final long sequence;
  private @Nullable Content stand;
  private @Nullable MergedNode first;

  /**
   * Creates the content that an entry brings.
   *
   * @param kind {@link EntryKind#HARDLINK} if its target isn't there yet
   * @param target of a symbolic link or such a hard link
   * @param sequence of the entry
   */
  Content(EntryKind kind, EntryName target, long sequence) {
    this.kind = kind;
    this.target = target;
    this.sequence = sequence;
  }

  /** This, or what its target turned out to be. */
  Content resolved() {
    Content end = this;
    while (end.stand != null) {
      end = end.stand;
    }
    Content at = this;
    while (at.stand != null) { // so that long chains are gone through once
      Content next = at.stand;
      at.stand = end;
      at = next;
    }
    return end;
  }

  /** Makes this stand for the content of its target, now that there is one. */
  void standFor(Content other) {
    if (this != other) {
      stand = other;
    }
  }

  boolean isMissing() {
    return kind == EntryKind.HARDLINK;
  }

  boolean isSymlink() {
    return kind == EntryKind.SYMLINK;
  }

  EntryName target() {
    return target;
  }

  long sequence() {
    return sequence;
  }

  /** The path that the content itself is written under; the others become links to it. */
  @Nullable MergedNode first() {
    return first;
  }

  /** Takes part in the choice of {@link #first()}: its own path, or the one that came first. */
  void addName(MergedNode node) {
    MergedNode best = first;
    boolean better =
        best == null
            || node.sequence == sequence
            || (best.sequence != sequence && node.sequence < best.sequence);
    if (better) {
      first = node;
    }
  }
}
