package dev.stargz.local;

import dev.stargz.image.ImageException;
import dev.stargz.image.TempDir;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Where an archive goes when it is complete: a file, which it replaces, or a stream. */
sealed interface ArchiveOutput {
  /** Writes an archive. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes all of it, or leaves what was there. */
  void write(Content content) throws IOException;

  /** A stream, which is flushed and stays open. */
  static ArchiveOutput of(OutputStream out) {
    return new ToStream(out);
  }

  /**
   * A file; what a symbolic link leads to is replaced, not the link; a pipe or device is written as
   * it is.
   *
   * @param who the archive's name for messages
   */
  static ArchiveOutput of(Path file, String who) throws IOException {
    if (Files.isDirectory(file)) {
      throw new ImageException(who + " is a directory: expected the name of a file in it");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return new ToDevice(file, who);
    }
    Path target = ToFile.behindLinks(file);
    Path directory = target.resolveSibling("");
    if (!Files.isDirectory(directory)) {
      throw new ImageException(who + ": there is no directory " + directory);
    }
    checkWritable(directory, who);
    return new ToFile(target, who);
  }

  private static void checkWritable(Path directory, String who) throws IOException {
    try {
      TempDir.create(Optional.of(directory)).close();
    } catch (FileSystemException e) {
      throw new ImageException(
          who
              + ": nothing can be written in its directory "
              + directory
              + ": "
              + FileOutput.reason(e),
          e);
    }
  }

  /** A stream. */
  record ToStream(OutputStream out) implements ArchiveOutput {
    private static final int BUFFER = 1 << 16;

    @Override
    public void write(Content content) throws IOException {
      BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
      content.writeTo(buffered);
      buffered.flush();
    }
  }

  /** Something that can't be replaced. */
  record ToDevice(Path file, String who) implements ArchiveOutput {
    @Override
    public void write(Content content) throws IOException {
      try (OutputStream out = FileOutput.open(file, who)) {
        new ToStream(out).write(content);
      }
    }
  }

  /** A file that is written beside its name and moved there. */
  record ToFile(Path target, String who) implements ArchiveOutput {
    private static final int MAX_SYMLINKS = 40;

    /** Where a path leads, which need not exist. */
    static Path behindLinks(Path path) throws IOException {
      Path at = path.toAbsolutePath();
      for (int i = 0; i < MAX_SYMLINKS && Files.isSymbolicLink(at); i++) {
        at = at.resolveSibling(Files.readSymbolicLink(at));
      }
      return at;
    }

    @Override
    public void write(Content content) throws IOException {
      try (TempDir temp = TempDir.create(Optional.of(target.resolveSibling("")))) {
        Path file = temp.newFile(".tar");
        try (FileOutput out = FileOutput.open(file, who)) {
          new ToStream(out).write(content);
          out.sync();
        }
        Files.move(
            file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        BlobStore.sync(target.resolveSibling(""));
      }
    }
  }
}
