package dev.stargz.image;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A directory for what is too large for memory. It and all files in it are removed when it is
 * closed, and when the process is told to end.
 */
public final class TempDir implements Closeable {
  private final Path path;
  private final Thread cleanUp = new Thread(this::removeQuietly, "stargzify-clean-up");
  private final AtomicInteger count = new AtomicInteger();

  private TempDir(Path path) {
    this.path = path;
  }

  /**
   * Creates a directory.
   *
   * @param parent where; nothing for the default place of temporary files
   */
  public static TempDir create(Optional<Path> parent) throws IOException {
    Path path =
        parent.isPresent()
            ? Files.createTempDirectory(parent.get(), "stargzify-")
            : Files.createTempDirectory("stargzify-");
    TempDir dir = new TempDir(path);
    Runtime.getRuntime().addShutdownHook(dir.cleanUp);
    return dir;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** The name of a file in it that isn't there yet. */
  public Path newFile(String ending) {
    return path.resolve(count.incrementAndGet() + ending);
  }

  /** Removes all that is in it, and the directory. */
  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(cleanUp);
    } catch (IllegalStateException e) {
      return; // the process is ending, and the hook at work
    }
    remove(path);
  }

  private void removeQuietly() {
    // A thread that still writes may make another file after the last look.
    for (int i = 0; i < 3; i++) {
      try {
        remove(path);
        return;
      } catch (IOException e) {
        // once more
      }
    }
  }

  private static void remove(Path path) throws IOException {
    if (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          remove(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
