package dev.stargz.cli;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
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
  private static final int MAX_SYMLINKS = 40;

  private final Path target;
  private final Optional<Path> temporary;
  private final OutputStream stream;
  private final Thread cleanUp;

  private OutputFile(Path target, Optional<Path> temporary, OutputStream stream, String name) {
    this.target = target;
    this.temporary = temporary;
    this.stream = new BufferedOutputStream(new NamedOutput(stream, name), BUFFER);
    this.cleanUp = new Thread(this::removeTemporary);
  }

  /**
   * Opens a file to become {@code path}; a symbolic link's target is replaced, not the link.
   *
   * @param name what is said of it in messages
   */
  static OutputFile create(Path path, String name) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(name + " is a directory: expected the name of a file in it");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      return new OutputFile(path, Optional.empty(), Files.newOutputStream(path), name);
    }
    Path target = behindLinks(path);
    Path directory = target.resolveSibling("");
    if (!Files.isDirectory(directory)) {
      throw new IOException(name + ": there is no directory " + directory);
    }
    return createBeside(target, name);
  }

  /** Where a path leads, which need not exist. */
  private static Path behindLinks(Path path) throws IOException {
    Path at = path.toAbsolutePath();
    for (int i = 0; i < MAX_SYMLINKS && Files.isSymbolicLink(at); i++) {
      at = at.resolveSibling(Files.readSymbolicLink(at));
    }
    return at;
  }

  /** Takes the first name that is free: one killed in another container had this process's id. */
  private static OutputFile createBeside(Path target, String name) throws IOException {
    String prefix = ".stargzify-" + ProcessHandle.current().pid() + "-";
    for (int i = 0; ; i++) {
      Path temporary = target.resolveSibling(prefix + i + ".tmp");
      try {
        OutputStream stream = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW);
        OutputFile file = new OutputFile(target, Optional.of(temporary), stream, name);
        Runtime.getRuntime().addShutdownHook(file.cleanUp);
        return file;
      } catch (FileAlreadyExistsException e) {
        // the next one
      }
    }
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
