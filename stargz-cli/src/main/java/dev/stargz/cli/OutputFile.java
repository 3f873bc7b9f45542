package dev.stargz.cli;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that appears under its name when it is complete, or not at all: written beside it and
 * moved over by {@link #commit()}. What isn't committed when this is closed, or when the process is
 * told to end, is removed. What is no regular file, such as a device or a pipe, is written
 * directly.
 */
final class OutputFile implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final Optional<Path> temporary;
  private final OutputStream stream;
  private final Thread cleanUp;

  private OutputFile(Path target, Optional<Path> temporary, OutputStream stream) {
    this.target = target;
    this.temporary = temporary;
    this.stream = new BufferedOutputStream(stream, BUFFER);
    this.cleanUp = new Thread(this::removeTemporary);
  }

  /** Opens a file to become {@code path}; a symbolic link's target is replaced, not the link. */
  static OutputFile create(Path path) throws IOException {
    boolean exists = Files.exists(path);
    Path target = exists ? path.toRealPath() : path.toAbsolutePath();
    if (exists && !Files.isRegularFile(target) && !Files.isDirectory(target)) {
      return new OutputFile(target, Optional.empty(), Files.newOutputStream(target));
    }
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("file:" + path + " is a directory: expected the name of a file in it");
    }
    String name = "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp";
    Path temporary = target.resolveSibling(name);
    OutputStream stream = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW);
    OutputFile file = new OutputFile(target, Optional.of(temporary), stream);
    Runtime.getRuntime().addShutdownHook(file.cleanUp);
    return file;
  }

  /** Where to write. */
  OutputStream stream() {
    return stream;
  }

  /** Puts what was written under its name. */
  void commit() throws IOException {
    stream.close();
    if (temporary.isPresent()) {
      Files.move(
          temporary.get(),
          target,
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      stream.close();
    } finally {
      removeTemporary();
      if (temporary.isPresent()) {
        forgetCleanUp();
      }
    }
  }

  private void removeTemporary() {
    try {
      if (temporary.isPresent()) {
        Files.deleteIfExists(temporary.get());
      }
    } catch (IOException e) {
      // the error that brought us here is the one to tell
    }
  }

  private void forgetCleanUp() {
    try {
      Runtime.getRuntime().removeShutdownHook(cleanUp);
    } catch (IllegalStateException e) {
      // the process is ending, and the hook at work
    }
  }
}
