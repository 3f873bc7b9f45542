package dev.stargz.format.nio;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tree.FileNode;
import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The path of what a path leads to, without links and dots. The path was looked up before. */
final class RealPath {
  private static final EntryName DOT = EntryName.of(".");
  private static final EntryName DOT_DOT = EntryName.of("..");

  private final TreeFileSystem files;
  private final Deque<EntryName> left = new ArrayDeque<>();
  private TreePath real;

  RealPath(TreeFileSystem files, TreePath path) {
    this.files = files;
    this.real = files.root();
    push(path.names());
  }

  Path resolve() throws IOException {
    while (!left.isEmpty()) {
      EntryName name = left.pop();
      if (name.equals(DOT_DOT)) {
        real = real.getParent() instanceof TreePath parent ? parent : files.root();
      } else if (!name.isEmpty() && !name.equals(DOT)) {
        enter(name);
      }
    }
    return real;
  }

  private void enter(EntryName name) throws IOException {
    TreePath child = real.child(name);
    FileNode node = files.lookUp(child, LinkOption.NOFOLLOW_LINKS);
    if (!node.isSymbolicLink()) {
      real = child;
      return;
    }
    if (node.linkTarget().startsWithSlash()) {
      real = files.root();
    }
    push(TreePath.of(files, node.linkTarget()).names());
  }

  private void push(List<EntryName> names) {
    for (int i = names.size() - 1; i >= 0; i--) {
      left.push(names.get(i));
    }
  }
}
