package dev.stargz.format.flatten;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The paths of layers unpacked one over the other, as container engines do it: entry by entry,
 * symbolic links above an entry followed inside the root. A directory stays when another layer has
 * it too; anything else replaces what was there. Removals concern lower layers alone, wherever they
 * stand in their own.
 *
 * <p>Memory: some 300 bytes a path, at most what the constructor is given. Time: a look-up for each
 * part of a name; a path is removed once.
 */
public final class MergedTree {
  private static final int MAX_SYMLINKS = 40;

  /** Parts of a path that are looked at, symbolic links followed: the links could be long. */
  private static final int MAX_PARTS = 8192;

  /** {@code PATH_MAX}: no unpacker gets beyond. */
  private static final int MAX_PATH = 4096;

  private static final EntryName DOT = EntryName.of(".");
  private static final EntryName DOT_DOT = EntryName.of("..");

  /** A hard link whose target wasn't there when it came. */
  private record Pending(MergedNode node, Content content, Location location) {}

  private final MergedNode root = new MergedNode(EntryName.ROOT, null, null, 0, 0);
  private final long maxHeap;
  private final List<Pending> pending = new ArrayList<>();
  private final Set<EntryName> scratch = new HashSet<>();
  private long heap;
  private int layer;

  /** Creates a tree that may take {@code maxHeap} bytes of the heap. */
  public MergedTree(long maxHeap) {
    this.maxHeap = maxHeap;
  }

  /** The root directory. */
  public MergedNode root() {
    return root;
  }

  /** Starts the next layer up. */
  public void startLayer() {
    layer++;
  }

  /**
   * Unpacks an entry.
   *
   * @param sequence its number among the entries of all layers
   * @return where it went, null if there is nothing to do for it
   * @throws StargzException if no unpacker could do it
   */
  public @Nullable MergedNode put(TarEntry entry, long sequence) throws StargzException {
    EntryName path = entry.name().cleaned();
    boolean directory = entry.kind() == EntryKind.DIRECTORY;
    if (path.isEmpty()) {
      if (!directory) {
        throw new CorruptException("the root of a layer must be a directory", entry.location());
      }
      return listAgain(root, sequence);
    }
    MergedNode parent = makeDirectory(path.parent().orElse(EntryName.ROOT), entry);
    MergedNode old = parent.children.get(path.lastPart());
    if (directory && old != null && old.isDirectory()) {
      return listAgain(old, sequence);
    }
    Content content = directory ? null : content(entry, sequence);
    if (content != null && old != null && old.content != null && isSame(content, old.content)) {
      old.layer = layer;
      return null; // a link to what the path names already
    }
    MergedNode node = new MergedNode(path.lastPart(), parent, content, layer, sequence);
    add(node, entry);
    if (content != null && content.isMissing()) {
      pending.add(new Pending(node, content, entry.location()));
    }
    return node;
  }

  /** The same as {@link #put}, for a name in the root that is gone when the layer ends. */
  public @Nullable MergedNode putScratch(TarEntry entry, long sequence) throws StargzException {
    scratch.add(parts(entry.name().cleaned()).getFirst());
    return put(entry, sequence);
  }

  private MergedNode listAgain(MergedNode directory, long sequence) {
    if (!directory.hasHeader()) {
      directory.sequence = sequence;
    }
    directory.layer = layer;
    return directory;
  }

  private static boolean isSame(Content one, Content other) {
    return one.resolved() == other.resolved();
  }

  private Content content(TarEntry entry, long sequence) throws StargzException {
    EntryKind kind = entry.kind();
    if (kind != EntryKind.HARDLINK) {
      boolean symlink = kind == EntryKind.SYMLINK;
      return new Content(kind, symlink ? entry.linkName() : EntryName.ROOT, sequence);
    }
    EntryName targetPath = entry.linkName().cleaned();
    MergedNode target = lookUp(targetPath, entry.location());
    if (target == null) {
      return new Content(kind, targetPath, sequence);
    }
    return contentOf(target, entry.location()).resolved();
  }

  private static Content contentOf(MergedNode target, Location link) throws UnsupportedException {
    if (target.content == null) {
      throw new UnsupportedException(
          "a hard link to the directory '" + target.path() + "': nothing unpacks that", link);
    }
    return target.content;
  }

  /** Removes what lower layers have at a path. */
  public void removeLower(EntryName path, TarEntry whiteout) throws StargzException {
    MergedNode parent = walk(path.parent().orElse(EntryName.ROOT), null, whiteout.location());
    MergedNode node = parent == null ? null : parent.children.get(path.lastPart());
    if (parent != null && node != null && !staysWithoutLower(node)) {
      parent.children.remove(node.part);
      forget(node);
    }
  }

  /** Removes what lower layers have below a directory; a symbolic link is none. */
  public void removeLowerBelow(EntryName path, TarEntry marker) throws StargzException {
    MergedNode node = lookUp(path, marker.location());
    if (node != null && node.isDirectory()) {
      sweep(node);
    }
  }

  private void sweep(MergedNode directory) {
    if (directory.sweptLayer == layer) {
      return;
    }
    directory.sweptLayer = layer;
    Iterator<MergedNode> children = directory.children.values().iterator();
    while (children.hasNext()) {
      MergedNode child = children.next();
      if (!staysWithoutLower(child)) {
        children.remove();
        forget(child);
      }
    }
  }

  private boolean staysWithoutLower(MergedNode node) {
    if (node.isDirectory()) {
      sweep(node);
      if (node.layer < layer && !node.children.isEmpty()) {
        node.dropHeader();
        node.layer = layer;
      }
    }
    return node.layer == layer;
  }

  /**
   * Ends a layer: hard links get the content of targets that came later.
   *
   * @throws StargzException if a target is in none of the layers so far
   */
  public void endLayer() throws StargzException {
    for (Pending link : pending) {
      boolean gone = !isAttached(link.node());
      MergedNode target = gone ? null : lookUp(link.content().target(), link.location());
      if (target != null) {
        link.content().resolved().standFor(contentOf(target, link.location()).resolved());
      }
    }
    for (Pending link : pending) {
      if (link.content().resolved().isMissing() && isAttached(link.node())) {
        throw new CorruptException(
            "hard link to '"
                + link.content().target()
                + "': expected it in this layer or a lower"
                + " one, found it in none",
            link.location());
      }
    }
    pending.clear();
    for (EntryName name : scratch) {
      MergedNode node = root.children.remove(name);
      if (node != null) {
        forget(node);
      }
    }
    scratch.clear();
  }

  private static boolean isAttached(MergedNode node) {
    MergedNode at = node;
    for (MergedNode parent = at.parent; parent != null; parent = at.parent) {
      if (parent.children.get(at.part) != at) {
        return false;
      }
      at = parent;
    }
    return true;
  }

  /** What is at a path, no symbolic link followed; null if nothing is. */
  public @Nullable MergedNode find(EntryName path) {
    MergedNode at = root;
    for (EntryName part : parts(path)) {
      at = at.children.get(part);
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  /** What is at a path, symbolic links above it followed; null if nothing is. */
  private @Nullable MergedNode lookUp(EntryName path, Location asking) throws StargzException {
    if (path.isEmpty()) {
      return root;
    }
    MergedNode parent = walk(path.parent().orElse(EntryName.ROOT), null, asking);
    return parent == null ? null : parent.children.get(path.lastPart());
  }

  private MergedNode makeDirectory(EntryName path, TarEntry entry) throws StargzException {
    MergedNode directory = walk(path, entry, entry.location());
    if (directory == null) {
      throw new IllegalStateException("'" + path + "' was not made");
    }
    return directory;
  }

  /** The directory that a path leads to; {@code maker} gets missing ones, else null is returned. */
  private @Nullable MergedNode walk(EntryName path, @Nullable TarEntry maker, Location asking)
      throws StargzException {
    Deque<EntryName> left = parts(path);
    MergedNode at = root;
    int links = 0;
    for (int steps = 0; !left.isEmpty(); steps++) {
      EntryName part = left.removeFirst();
      if (part.equals(DOT_DOT)) {
        at = at.parent == null ? root : at.parent;
        continue;
      }
      MergedNode child = at.children.get(part);
      if (child != null && child.content != null && child.content.resolved().isSymlink()) {
        if (++links > MAX_SYMLINKS || steps > MAX_PARTS) {
          throw new CorruptException(
              "the way to '"
                  + path
                  + "' goes through too many symbolic links, at most "
                  + MAX_SYMLINKS
                  + " are followed",
              asking);
        }
        EntryName target = child.content.resolved().target();
        at = isAbsolute(target) ? root : at;
        parts(target).descendingIterator().forEachRemaining(left::addFirst);
        continue;
      }
      child = child == null && maker != null ? makeChild(at, part, maker) : child;
      if (child == null || (!child.isDirectory() && maker == null)) {
        return null;
      }
      at = asDirectory(child, asking);
    }
    return at;
  }

  private static MergedNode asDirectory(MergedNode node, Location asking) throws CorruptException {
    if (!node.isDirectory()) {
      throw new CorruptException(
          "it lies below '" + node.path() + "', which is no directory", asking);
    }
    return node;
  }

  /** Makes a directory that has no entry. */
  private MergedNode makeChild(MergedNode parent, EntryName part, TarEntry entry)
      throws UnsupportedException {
    MergedNode node = new MergedNode(part, parent, null, layer, Long.MAX_VALUE);
    add(node, entry);
    return node;
  }

  private void add(MergedNode node, TarEntry entry) throws UnsupportedException {
    MergedNode parent = node.parent;
    if (parent == null) {
      throw new IllegalArgumentException("the root is there already");
    }
    if (node.pathLength > MAX_PATH) {
      throw new UnsupportedException(
          "a path of more than " + MAX_PATH + " bytes, symbolic links followed", entry.location());
    }
    MergedNode old = parent.children.get(node.part);
    if (old != null) {
      forget(old);
    }
    parent.addChild(node);
    heap += node.heapSize();
    if (heap > maxHeap) {
      throw new UnsupportedException(
          "the layers' paths take more than " + maxHeap + " bytes of memory; raise -Xmx",
          entry.location());
    }
  }

  /** Takes a node that was removed, and all below it, off the account. */
  private void forget(MergedNode node) {
    Deque<MergedNode> left = new ArrayDeque<>();
    left.add(node);
    while (!left.isEmpty()) {
      MergedNode next = left.removeLast();
      heap -= next.heapSize();
      left.addAll(next.children.values());
    }
  }

  private static boolean isAbsolute(EntryName target) {
    return target.length() > 0 && target.bytes()[0] == '/';
  }

  /** The parts of a path, without empty ones and {@code .}. */
  private static Deque<EntryName> parts(EntryName path) {
    Deque<EntryName> parts = new ArrayDeque<>();
    byte[] bytes = path.bytes();
    int from = 0;
    for (int to = 0; to <= bytes.length; to++) {
      if (to == bytes.length || bytes[to] == '/') {
        EntryName part = EntryName.of(bytes, from, to);
        if (!part.isEmpty() && !part.equals(DOT)) {
          parts.add(part);
        }
        from = to + 1;
      }
    }
    return parts;
  }
}
