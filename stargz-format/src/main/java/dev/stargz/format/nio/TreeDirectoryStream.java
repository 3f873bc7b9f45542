package dev.stargz.format.nio;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tree.FileNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The files of a directory in the order of their names, iterated once. */
final class TreeDirectoryStream implements DirectoryStream<Path> {
  private final TreePath directory;
  private final Filter<? super Path> filter;
  private @Nullable Iterator<EntryName> names;
  private volatile boolean closed;

  TreeDirectoryStream(TreePath directory, FileNode node, Filter<? super Path> filter) {
    this.directory = directory;
    this.filter = filter;
    this.names = node.children().keySet().iterator();
  }

  @Override
  public synchronized Iterator<Path> iterator() {
    Iterator<EntryName> once = names;
    if (closed || once == null) {
      throw new IllegalStateException(closed ? "closed" : "iterated before");
    }
    names = null;
    return new Files(once);
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Files implements Iterator<Path> {
    private final Iterator<EntryName> left;
    private @Nullable Path next;

    Files(Iterator<EntryName> left) {
      this.left = left;
    }

    @Override
    public boolean hasNext() {
      while (next == null && !closed && left.hasNext()) {
        Path path = directory.child(left.next());
        next = isWanted(path) ? path : null;
      }
      return next != null;
    }

    private boolean isWanted(Path path) {
      try {
        return filter.accept(path);
      } catch (IOException e) {
        throw new DirectoryIteratorException(e);
      }
    }

    @Override
    public Path next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Path path = next;
      next = null;
      return path;
    }
  }
}
