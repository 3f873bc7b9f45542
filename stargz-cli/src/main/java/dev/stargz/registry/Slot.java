package dev.stargz.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds what takes long to get. Whoever gets it makes the others wait; an interrupt ends the wait.
 *
 * @param <T> what is held
 */
final class Slot<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<T> held = Optional.empty();

  /** Makes what is held of what was held before. */
  @FunctionalInterface
  interface Change<T> {
    T of(Optional<T> before) throws IOException;
  }

  /** What is held, after a change; the same thing if nothing is to change. */
  T get(Change<T> change) throws IOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while credentials were asked for");
    }
    try {
      T changed = change.of(held);
      held = Optional.of(changed);
      return changed;
    } finally {
      lock.unlock();
    }
  }

  /** What is held at this moment. */
  Optional<T> peek() {
    return held;
  }
}
