package dev.stargz.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the temporary files of all layers in work within half of what is free on their disk. A
 * layer that is larger than that is worked on alone.
 */
final class DiskBudget {
  private final long limit;
  private long taken;

  DiskBudget(long limit) {
    this.limit = limit;
  }

  /** Half of what is free where {@code dir} is. */
  static DiskBudget of(Path dir) throws IOException {
    return new DiskBudget(Files.getFileStore(dir).getUsableSpace() / 2);
  }

  /** Waits until there is room; each call is followed by one of {@link #release}. */
  synchronized void take(long bytes) throws InterruptedIOException {
    try {
      while (taken > 0 && bytes > limit - taken) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for room on the disk");
    }
    taken += bytes;
  }

  /** Gives back what was taken. */
  synchronized void release(long bytes) {
    taken -= bytes;
    notifyAll();
  }
}
