package dev.stargz.local;

import dev.stargz.image.ImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The right to change a layout's {@code index.json}, which one thread of one process has at a time,
 * for as long as it takes to write that file. The lock is on a file of its own, empty, which stays:
 * to remove it would take the lock from whoever waits for it. The system releases it when the
 * process ends, in whatever way. Whoever doesn't know of that file, such as skopeo, isn't held off.
 */
final class LayoutLock implements Closeable {
  /** The name of the file in the layout. */
  static final String FILE = ".stargzify.lock";

  /** Longer than anybody takes who hasn't been stopped. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int RETRY_MILLIS = 20;

  /**
   * A process holds its file locks as a whole, and loses them all when it closes any channel on the
   * file: so its threads must take turns before they come to the file. Nobody has the turn while
   * waiting for another process.
   */
  private static final ReentrantLock TURN = new ReentrantLock();

  private final FileChannel channel;

  private LayoutLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the lock of a layout; close gives it back, in the same thread.
   *
   * @param directory the layout's
   * @param who the layout's name for messages
   * @param patience how long to wait for another process
   * @throws ImageException if that was too short, or the file system has no locks
   */
  static LayoutLock take(Path directory, String who, Duration patience) throws IOException {
    long start = System.nanoTime();
    try {
      while (true) {
        Optional<LayoutLock> lock = attempt(directory, who);
        if (lock.isPresent()) {
          return lock.get();
        }
        if (System.nanoTime() - start > patience.toNanos()) {
          throw new ImageException(
              who
                  + ": another process has had the lock "
                  + FILE
                  + " for "
                  + patience.toSeconds()
                  + " s: expected it to write index.json and go on; is it stopped?");
        }
        Thread.sleep(RETRY_MILLIS);
      }
    } catch (InterruptedException | ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to change " + who);
    }
  }

  private static Optional<LayoutLock> attempt(Path directory, String who)
      throws IOException, InterruptedException {
    TURN.lockInterruptibly();
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel = open(directory.resolve(FILE), who);
      taken = isLocked(channel, who);
      return taken ? Optional.of(new LayoutLock(channel)) : Optional.empty();
    } finally {
      if (!taken) {
        giveBack(channel);
      }
    }
  }

  private static FileChannel open(Path file, String who) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      throw unlockable(who, e);
    }
  }

  private static boolean isLocked(FileChannel channel, String who) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another class loader's copy of this class doesn't know of our turns
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw unlockable(who, e);
    }
  }

  private static ImageException unlockable(String who, IOException e) {
    return new ImageException(
        who + ": " + FILE + " can't be locked, which keeps writers apart: " + e.getMessage(), e);
  }

  private static void giveBack(@Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      TURN.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    giveBack(channel);
  }
}
