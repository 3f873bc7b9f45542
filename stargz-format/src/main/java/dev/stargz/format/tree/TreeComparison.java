package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the tree that entries make with the one that they ought to make, name by name, and which
 * names lead to one file. Names of the former may have U+FFFD for what is no UTF-8.
 *
 * <p>Memory, beside the trees: some 200 bytes for each name of a file that has several.
 */
public final class TreeComparison {
  /** Learns what both trees have at each path, in the order of the paths' parts. */
  public interface Visitor {
    /**
     * There is something at a path of at least one of them. What is below it is told if both have
     * directories there.
     *
     * @param path a cleaned one
     * @param expected what ought to be there; null if nothing
     * @param found what is there; null if nothing is
     */
    void node(EntryName path, @Nullable FileNode expected, @Nullable FileNode found);

    /**
     * A path leads to a file that has other names than it ought to have.
     *
     * @param expected a path before it that ought to lead to the same file; null if none
     * @param found a path before it that leads to the same file; null if none does
     */
    void links(EntryName path, @Nullable EntryName expected, @Nullable EntryName found);
  }

  /** A file with several names: the file in the other tree, and the first of the names. */
  private record Pair(FileNode other, EntryName path) {}

  /** A directory that is being looked at. */
  private record Level(
      EntryName path,
      FileNode expected,
      FileNode found,
      Iterator<Map.Entry<EntryName, FileNode>> left,
      Set<EntryName> replaced) {}

  private final Visitor visitor;
  private final Map<FileNode, Pair> byExpected = new HashMap<>();
  private final Map<FileNode, Pair> byFound = new HashMap<>();
  private final Deque<Level> levels = new ArrayDeque<>();

  private TreeComparison(Visitor visitor) {
    this.visitor = visitor;
  }

  /**
   * The root of the tree that entries make, as {@link FileTree} has it for a layer.
   *
   * @param maxHeap how many bytes of the heap it may take beside the entries
   * @throws StargzException if no file system could hold it, or it takes more
   */
  public static FileNode tree(Iterable<TocEntry> entries, long maxHeap) throws StargzException {
    TreeBuilder builder = new TreeBuilder(maxHeap);
    for (TocEntry entry : entries) {
      if (entry.type() != TocEntryType.CHUNK) {
        builder.put(entry);
      }
    }
    builder.endLayer();
    Numbering.number(builder.root());
    return builder.root();
  }

  /** Compares two trees from their roots on. */
  public static void compare(FileNode expected, FileNode found, Visitor visitor) {
    new TreeComparison(visitor).walk(expected, found);
  }

  private void walk(FileNode expectedRoot, FileNode foundRoot) {
    visit(EntryName.ROOT, expectedRoot, foundRoot);
    while (!levels.isEmpty()) {
      Level level = levels.peek();
      if (level.left().hasNext()) {
        Map.Entry<EntryName, FileNode> child = level.left().next();
        EntryName name = child.getKey();
        visit(level.path().resolve(name), child.getValue(), counterpart(level, name));
      } else {
        levels.pop();
        tellUnexpected(level);
      }
    }
  }

  private static @Nullable FileNode counterpart(Level level, EntryName name) {
    FileNode found = level.found().children().get(name);
    if (found != null || name.isUtf8()) {
      return found;
    }
    EntryName lossy = name.withReplacementCharacters();
    level.replaced().add(lossy);
    return level.found().children().get(lossy);
  }

  private void visit(EntryName path, FileNode expected, @Nullable FileNode found) {
    visitor.node(path, expected, found);
    if (found == null) {
      return;
    }
    if (expected.isDirectory() && found.isDirectory()) {
      levels.push(
          new Level(
              path, expected, found, expected.children().entrySet().iterator(), new HashSet<>(1)));
    } else if (expected.linkCount() > 1 || found.linkCount() > 1) {
      compareLinks(path, expected, found);
    }
  }

  private void compareLinks(EntryName path, FileNode expected, FileNode found) {
    Pair known = byExpected.putIfAbsent(expected, new Pair(found, path));
    Pair other = byFound.putIfAbsent(found, new Pair(expected, path));
    boolean agree = known == null ? other == null : known.other() == found && other != null;
    if (!agree) {
      visitor.links(path, known == null ? null : known.path(), other == null ? null : other.path());
    }
  }

  private void tellUnexpected(Level level) {
    for (Map.Entry<EntryName, FileNode> child : level.found().children().entrySet()) {
      EntryName name = child.getKey();
      if (!level.expected().children().containsKey(name) && !level.replaced().contains(name)) {
        visitor.node(level.path().resolve(name), null, child.getValue());
      }
    }
  }
}
