package dev.stargz.cli;

import dev.stargz.format.blob.EntryName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the list behind {@code --prioritized-files}: a path a line, or, if there is a NUL byte, one
 * between NULs, as {@code find -print0} writes them. Paths are bytes; empty ones are skipped. What
 * begins with a brace, behind blanks, is a record as {@code ctr-remote image optimize --record-out}
 * writes it.
 */
final class PrioritizedFiles {
  private static final int MAX_SIZE = 64 << 20;

  private PrioritizedFiles() {}

  static List<EntryName> read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("--prioritized-files " + file + " is a directory: expected a list");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_SIZE + 1);
    }
    if (bytes.length > MAX_SIZE) {
      throw new IOException("--prioritized-files " + file + " is no list: it has over 64 MiB");
    }
    if (isRecord(bytes)) {
      return AccessRecord.parse(bytes, "--prioritized-files " + file);
    }
    boolean nuls = false;
    for (byte b : bytes) {
      nuls |= b == 0;
    }
    return split(bytes, nuls ? (byte) 0 : (byte) '\n');
  }

  /** Whether the first thing that isn't blank is a brace. */
  private static boolean isRecord(byte[] bytes) {
    int i = 0;
    while (i < bytes.length && (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r')) {
      i++;
    }
    return i < bytes.length && bytes[i] == '{';
  }

  private static List<EntryName> split(byte[] bytes, byte separator) {
    List<EntryName> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == separator) {
        if (i > start) {
          names.add(EntryName.of(bytes, start, i));
        }
        start = i + 1;
      }
    }
    return names;
  }
}
