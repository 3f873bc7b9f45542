package dev.stargz.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What processes left in a layout that were killed: directories of temporary files as {@link
 * dev.stargz.image.TempDir} makes them, in which nothing has changed for a day. Whoever works in
 * one changes it more often than that.
 */
final class Leftovers {
  private static final Duration AGE = Duration.ofDays(1);

  private Leftovers() {}

  /** Removes them, as far as that goes: no run fails for it. */
  static void remove(Path directory, Instant now) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "stargzify-*")) {
      for (Path each : found) {
        removeIfOld(each, now);
      }
    } catch (IOException e) {
      // whoever writes next will say what is wrong with that directory
    }
  }

  private static void removeIfOld(Path directory, Instant now) {
    boolean ours = directory.getFileName().toString().matches("stargzify-[0-9]+");
    if (!ours || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      List<Path> files = files(directory);
      boolean old = isOld(directory, now);
      for (Path file : files) {
        old &= isOld(file, now);
      }
      if (old) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      // somebody else's, or being removed by another process
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static boolean isOld(Path path, Instant now) throws IOException {
    Instant changed = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
    return changed.isBefore(now.minus(AGE));
  }
}
