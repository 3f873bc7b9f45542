package dev.stargz.extract;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.FileTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds to a plan what a path names. The directories on the way are added, and the symbolic links in
 * it with what they lead to, so that the path leads to the same below the target; a link that it
 * ends with is extracted as a link.
 */
final class PathSelection {
  /** As in Linux. */
  private static final int MAX_SYMLINKS = 40;

  private static final EntryName DOT = EntryName.of(".");
  private static final EntryName DOT_DOT = EntryName.of("..");

  private final FileTree tree;
  private final Plan plan;
  private final String path;
  private final Deque<EntryName> left = new ArrayDeque<>();
  private Place at;
  private int symlinks;

  PathSelection(FileTree tree, Plan plan, String path) {
    this.tree = tree;
    this.plan = plan;
    this.path = path;
    this.at = plan.root();
  }

  /** Adds it. */
  void add() throws ExtractException {
    if (path.isEmpty()) {
      throw new ExtractException("a path is empty: expected one in the source, / for all of it");
    }
    push(EntryName.of(path));
    while (!left.isEmpty()) {
      EntryName part = left.pop();
      if (part.equals(DOT_DOT)) {
        Place parent = at.parent();
        at = parent == null ? at : parent;
      } else if (step(part)) {
        return;
      }
    }
    plan.addAll(at);
  }

  /** Goes on to a part of the path; returns whether it was the last and is added. */
  private boolean step(EntryName part) throws ExtractException {
    EntryName name = nameOf(part);
    FileNode node = name == null ? null : at.node().children().get(name);
    if (name == null || node == null || plan.isReserved(at, name)) {
      throw new ExtractException("no such file in the source: " + path);
    }
    if (left.isEmpty()) {
      plan.add(at, name, node);
      return true;
    }
    if (node.isDirectory()) {
      at = plan.addDirectory(at, name, node);
    } else if (node.isSymbolicLink()) {
      follow(name, node);
    } else {
      EntryName file = at.path().resolve(name);
      throw new ExtractException(
          "no such file in the source: " + path + "; '" + file + "' is no directory");
    }
    return false;
  }

  private void follow(EntryName name, FileNode link) throws ExtractException {
    if (++symlinks > MAX_SYMLINKS) {
      throw new ExtractException(
          path + " leads through more than " + MAX_SYMLINKS + " symbolic links");
    }
    plan.add(at, name, link);
    if (link.linkTarget().startsWithSlash()) {
      at = plan.root();
    }
    push(link.linkTarget());
  }

  /** The name itself or, if there is none, the one that is shown so. */
  private @Nullable EntryName nameOf(EntryName part) {
    if (at.node().children().containsKey(part) || !part.text().contains("\\x")) {
      return part;
    }
    return tree.readableNames(at.node()).get(part.text());
  }

  private void push(EntryName relative) {
    List<EntryName> parts = parts(relative);
    for (int i = parts.size() - 1; i >= 0; i--) {
      left.push(parts.get(i));
    }
  }

  private static List<EntryName> parts(EntryName relative) {
    byte[] bytes = relative.bytes();
    List<EntryName> parts = new ArrayList<>();
    for (int from = 0, to; from <= bytes.length; from = to + 1) {
      to = from;
      while (to < bytes.length && bytes[to] != '/') {
        to++;
      }
      EntryName part = EntryName.of(bytes, from, to);
      if (!part.isEmpty() && !part.equals(DOT)) {
        parts.add(part);
      }
    }
    return parts;
  }
}
