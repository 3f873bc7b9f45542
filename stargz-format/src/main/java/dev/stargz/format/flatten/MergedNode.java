package dev.stargz.format.flatten;

import dev.stargz.format.blob.EntryName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One path of the merged layers: a directory, or a name of some content. */
public final class MergedNode {
  /** Heap bytes of a node, its content and its place in a map, but for the name's own bytes. */
  private static final int HEAP_SIZE = 320;

  final EntryName part;
  final @Nullable MergedNode parent;
  final @Nullable Content content;
  final int pathLength;

  /** Of a directory, by last part of the path. */
  Map<EntryName, MergedNode> children = Map.of();

  /** The last layer that had an entry for it. */
  int layer;

  /** The last layer below which everything from lower layers was removed. */
  int sweptLayer;

  /** The number of the entry that made it; of a directory, the first one. */
  long sequence;

  /** After how many entries it is written; see {@link MergedOrder}. */
  long place;

  private long headerAt = -1;
  private int headerLength;
  private boolean written;

  MergedNode(
      EntryName part,
      @Nullable MergedNode parent,
      @Nullable Content content,
      int layer,
      long sequence) {
    this.part = part;
    this.parent = parent;
    this.content = content;
    this.layer = layer;
    this.sweptLayer = layer;
    this.sequence = sequence;
    boolean inRoot = parent == null || parent.parent == null;
    this.pathLength = parent == null ? 0 : parent.pathLength + (inRoot ? 0 : 1) + part.length();
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return content == null;
  }

  /** The directory it is in; null for the root. */
  public @Nullable MergedNode parent() {
    return parent;
  }

  /** Its path, cleaned; no symbolic link above it. */
  public EntryName path() {
    byte[] path = new byte[pathLength];
    int end = pathLength;
    for (MergedNode at = this; at.parent != null; at = at.parent) {
      byte[] name = at.part.bytes();
      end -= name.length;
      System.arraycopy(name, 0, path, end, name.length);
      if (end > 0) {
        path[--end] = '/';
      }
    }
    return EntryName.of(path);
  }

  /** The number of the entry that made it. */
  public long sequence() {
    return sequence;
  }

  /** The number of the entry whose place in the order of entries it takes. */
  public long place() {
    return place;
  }

  /** The path that its content is written under: itself, unless it is to be a hard link. */
  public MergedNode first() {
    MergedNode first = content == null ? null : content.resolved().first();
    return first == null ? this : first;
  }

  /** Whether its header must be kept: it may be written at another place than its entry's. */
  public boolean keepsHeader() {
    return content == null || content.isMissing();
  }

  /** Whether an entry of its own was seen, and its header kept. */
  public boolean hasHeader() {
    return headerAt >= 0;
  }

  /** Where its header is kept. */
  public long headerAt() {
    return headerAt;
  }

  /** The number of bytes kept there. */
  public int headerLength() {
    return headerLength;
  }

  /** Says where its header is kept. */
  public void keepHeader(long at, int length) {
    headerAt = at;
    headerLength = length;
  }

  /** Forgets the header: the directory's entry is gone, something in it stays. */
  void dropHeader() {
    headerAt = -1;
  }

  /** Whether it was written. */
  public boolean isWritten() {
    return written;
  }

  /** Remembers that it was written. */
  public void setWritten() {
    written = true;
  }

  void addChild(MergedNode child) {
    if (children.isEmpty()) {
      children = new HashMap<>(4);
    }
    children.put(child.part, child);
  }

  int heapSize() {
    return HEAP_SIZE + part.length();
  }
}
