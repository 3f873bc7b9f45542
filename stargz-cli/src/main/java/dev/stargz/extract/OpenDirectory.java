package dev.stargz.extract;

import java.io.Closeable;

/**
 * A directory that stays open as long as somebody uses it. Counted by {@link OpenDirectories},
 * under its lock.
 */
final class OpenDirectory implements Closeable {
  private final OpenDirectories owner;
  private final int descriptor;
  private int users;

  OpenDirectory(OpenDirectories owner, int descriptor) {
    this.owner = owner;
    this.descriptor = descriptor;
  }

  int descriptor() {
    return descriptor;
  }

  /** The directory, for its attributes; not to be closed. */
  OpenNode node() {
    return new OpenNode(descriptor, /* pathOnly= */ false);
  }

  void addUser() {
    users++;
  }

  void removeUser() {
    users--;
  }

  boolean isIdle() {
    return users == 0;
  }

  /** Ends one use of it. */
  @Override
  public void close() {
    owner.release(this);
  }
}
