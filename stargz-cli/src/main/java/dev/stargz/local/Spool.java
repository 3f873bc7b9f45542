package dev.stargz.local;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes what comes through a pipe, or out of gzip, into a file, and stops before that has filled
 * the disk: ten megabytes of gzip may be ten gigabytes.
 *
 * @param room asks how many bytes may still be written to that disk
 * @param who the archive's name for messages
 */
record Spool(Room room, String who) {
  /** After how many bytes room is asked for again. */
  static final long STEP = 1L << 24;

  private static final int BUFFER = 1 << 16;

  /** A twentieth of a disk stays free for others; of a large one, as much as this. */
  private static final long LARGEST_RESERVE = 1L << 30;

  /** Knows what a disk has left. */
  @FunctionalInterface
  interface Room {
    long left() throws IOException;
  }

  /** A spool into files of a directory. */
  static Spool on(Path directory, String who) throws IOException {
    FileStore disk = Files.getFileStore(directory);
    long reserve = reserve(disk.getTotalSpace());
    return new Spool(() -> disk.getUsableSpace() - reserve, who);
  }

  /** How many bytes of a disk of that size stay free. */
  static long reserve(long size) {
    return Math.min(LARGEST_RESERVE, size / 20);
  }

  /** Writes a stream, which the caller closes, into a file. */
  void write(InputStream in, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long unasked = STEP;
    try (OutputStream out = FileOutput.open(file, who)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while reading " + who);
        }
        unasked += n;
        if (unasked >= STEP) {
          checkRoom(file);
          unasked = 0;
        }
        out.write(buffer, 0, n);
      }
    }
  }

  private void checkRoom(Path file) throws IOException {
    if (room.left() < STEP) {
      throw new ImageException(
          who
              + ": its tar has more than the "
              + Files.size(file)
              + " bytes for which there was room in "
              + file.getParent()
              + ": unpack it elsewhere and give the tar as a file, or choose another directory of"
              + " temporary files with --temp-dir");
    }
  }
}
