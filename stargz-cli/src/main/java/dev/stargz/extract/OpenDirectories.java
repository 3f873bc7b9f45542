package dev.stargz.extract;

import java.io.Closeable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directories that files are made in, each reached from the one above it and never through a
 * symbolic link. Those used last stay open, at most 64 that nobody uses. Safe for many threads.
 */
final class OpenDirectories implements Closeable {
  private static final int MAX_IDLE = 64;

  private final Linux linux;
  private final OpenDirectory root;
  private final Map<Place, OpenDirectory> open =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

  /**
   * Starts with the root.
   *
   * @param descriptor of it; closed in the end
   */
  OpenDirectories(Linux linux, int descriptor) {
    this.linux = linux;
    this.root = new OpenDirectory(this, descriptor);
  }

  /** Opens a directory that is there; to be closed after use. */
  synchronized OpenDirectory open(Place place) throws CallFailedException, ExtractException {
    Deque<Place> missing = new ArrayDeque<>();
    Place up = place;
    OpenDirectory at = known(up);
    while (at == null) {
      missing.push(up);
      up = parentOf(up);
      at = known(up);
    }
    at.addUser();
    for (Place next : missing) {
      at = enter(at, next);
    }
    return at;
  }

  private @Nullable OpenDirectory known(Place place) {
    return place.parent() == null ? root : open.get(place);
  }

  private static Place parentOf(Place place) {
    Place parent = place.parent();
    if (parent == null) {
      throw new IllegalArgumentException("the root is always open");
    }
    return parent;
  }

  /** Opens a directory in one that is used, and uses that in its place. */
  private OpenDirectory enter(OpenDirectory parent, Place place)
      throws CallFailedException, ExtractException {
    try {
      int descriptor = linux.openDirectory(parent.descriptor(), place.name());
      OpenDirectory directory = new OpenDirectory(this, descriptor);
      directory.addUser();
      open.put(place, directory);
      return directory;
    } finally {
      parent.removeUser();
      closeIdle();
    }
  }

  private void closeIdle() {
    Iterator<OpenDirectory> eldest = open.values().iterator();
    for (int excess = open.size() - MAX_IDLE; excess > 0 && eldest.hasNext(); ) {
      OpenDirectory directory = eldest.next();
      if (directory.isIdle()) {
        Linux.close(directory.descriptor());
        eldest.remove();
        excess--;
      }
    }
  }

  synchronized void release(OpenDirectory directory) {
    directory.removeUser();
  }

  /** Closes all. */
  @Override
  public synchronized void close() {
    open.values().forEach(directory -> Linux.close(directory.descriptor()));
    open.clear();
    Linux.close(root.descriptor());
  }
}
