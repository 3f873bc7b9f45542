package dev.stargz.local;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to change a layout's {@code index.json}, which one thread of one process has at a time.
 * The lock is on a file of its own, empty, which stays: to remove it would take the lock from
 * whoever waits for it. The system releases it when the process ends, in whatever way.
 */
final class LayoutLock implements Closeable {
  private static final String FILE = ".stargzify.lock";
  private static final int RETRY_MILLIS = 20;

  /**
   * A process holds its file locks as a whole, and loses them all when it closes any channel on the
   * file: so its threads must take turns before they come to the file.
   */
  private static final ReentrantLock TURN = new ReentrantLock();

  private final FileChannel channel;

  private LayoutLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits for the lock of the layout in a directory; close gives it back, in the same thread. */
  static LayoutLock take(Path directory) throws IOException {
    try {
      TURN.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(directory);
    }
    try {
      return new LayoutLock(locked(directory));
    } catch (IOException | RuntimeException e) {
      TURN.unlock();
      throw e;
    }
  }

  private static FileChannel locked(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock(channel);
      return channel;
    } catch (FileLockInterruptionException | ClosedByInterruptException e) {
      channel.close();
      throw interrupted(directory);
    } catch (InterruptedException e) {
      channel.close();
      throw interrupted(directory);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Another class loader's copy of this class doesn't know of our turns. */
  private static void lock(FileChannel channel) throws IOException, InterruptedException {
    while (true) {
      try {
        channel.lock();
        return;
      } catch (OverlappingFileLockException e) {
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private static InterruptedIOException interrupted(Path directory) {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting to change oci:" + directory);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      TURN.unlock();
    }
  }
}
