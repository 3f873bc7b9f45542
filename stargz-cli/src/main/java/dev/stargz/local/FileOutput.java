package dev.stargz.local;

import dev.stargz.image.ImageException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that is written. Errors say whose it is, and in which directory: "No space left on device"
 * alone is of no use. Unlike a channel it takes no notice of interrupts.
 */
final class FileOutput extends OutputStream {
  private final FileOutputStream out;
  private final Path file;
  private final String who;

  private FileOutput(FileOutputStream out, Path file, String who) {
    this.out = out;
    this.file = file;
    this.who = who;
  }

  /**
   * Opens a file, which is empty then.
   *
   * @param who the layout's or archive's name for messages
   */
  static FileOutput open(Path file, String who) throws IOException {
    return new FileOutput(new FileOutputStream(file.toFile()), file, who);
  }

  /** Why something can't be done with a file, in a few words. */
  static String reason(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    return String.valueOf(e.getReason());
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Waits until what was written would outlive a crash of the system. */
  void sync() throws IOException {
    try {
      out.getFD().sync();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private ImageException failure(IOException e) {
    return new ImageException(
        who + ": can't write a file in " + file.resolveSibling("") + ": " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
