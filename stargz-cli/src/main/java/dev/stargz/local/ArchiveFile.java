package dev.stargz.local;

import dev.stargz.image.ImageException;
import dev.stargz.image.TempDir;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A plain tar in a file, which can be read at any position: the archive itself, or, if that is a
 * pipe or compressed with gzip, a temporary file with its content.
 *
 * @param path where the tar is
 * @param spool what is to be closed, if the file is temporary
 */
record ArchiveFile(Path path, Optional<TempDir> spool) implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final int MAGIC = 6;
  private static final String GZIP = "1f8b";
  private static final Map<String, String> REFUSED =
      Map.of("28b52ffd", "zstd", "fd377a585a00", "xz", "425a68", "bzip2", "504b0304", "zip");

  /**
   * Opens a file.
   *
   * @param who the archive's name for messages
   */
  static ArchiveFile open(Path file, Optional<Path> tempDir, String who) throws IOException {
    if (Files.isDirectory(file)) {
      throw new ImageException(
          who + " is a directory: expected a tar; the directory of an OCI layout is oci:DIR");
    }
    if (!Files.exists(file)) {
      throw new ImageException(who + ": there is no such file");
    }
    if (Files.isRegularFile(file) && Files.size(file) == 0) {
      throw empty(who);
    }
    if (Files.isRegularFile(file) && !isGzip(file, who)) {
      return new ArchiveFile(file, Optional.empty());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return spool(in, tempDir, who);
    }
  }

  private static ImageException empty(String who) {
    return new ImageException(
        who + " is empty: expected a tar; did the command that was to write it fail?");
  }

  private static boolean isGzip(Path file, String who) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return isGzip(in.readNBytes(MAGIC), who);
    }
  }

  private static boolean isGzip(byte[] start, String who) throws ImageException {
    String hex = HexFormat.of().formatHex(start);
    for (Map.Entry<String, String> refused : REFUSED.entrySet()) {
      if (hex.startsWith(refused.getKey())) {
        throw new ImageException(
            who
                + " is compressed with "
                + refused.getValue()
                + ": expected a tar, plain or compressed with gzip");
      }
    }
    return hex.startsWith(GZIP);
  }

  /** Copies a stream, which the caller closes, into a temporary file. */
  static ArchiveFile spool(InputStream in, Optional<Path> tempDir, String who) throws IOException {
    TempDir spool = TempDir.create(tempDir);
    try {
      Path file = spool.newFile(".tar");
      BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
      Spool.on(spool.path(), who).write(plain(buffered, who), file);
      return new ArchiveFile(file, Optional.of(spool));
    } catch (InterruptedIOException | ImageException e) {
      spool.close();
      throw e;
    } catch (IOException e) {
      spool.close();
      throw new ImageException(who + ": " + e.getMessage(), e);
    }
  }

  private static InputStream plain(BufferedInputStream in, String who) throws IOException {
    in.mark(MAGIC);
    byte[] start = in.readNBytes(MAGIC);
    if (start.length == 0) {
      throw empty(who);
    }
    in.reset();
    return isGzip(start, who) ? Gunzip.all(in) : in;
  }

  /** Removes the temporary file, if it is one. */
  @Override
  public void close() throws IOException {
    if (spool.isPresent()) {
      spool.get().close();
    }
  }
}
