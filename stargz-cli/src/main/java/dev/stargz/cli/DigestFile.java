package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --digest-file}: opened before the work begins, so that it fails early, and
 * there under its name when all is done.
 */
final class DigestFile implements Closeable {
  private final Optional<OutputFile> file;

  private DigestFile(Optional<OutputFile> file) {
    this.file = file;
  }

  /**
   * Opens the file.
   *
   * @param path nothing if none was asked for
   * @param dryRun whether nothing is to be written
   */
  static DigestFile create(@Nullable Path path, boolean dryRun) throws IOException {
    return path == null || dryRun
        ? new DigestFile(Optional.empty())
        : new DigestFile(Optional.of(OutputFile.create(path, "--digest-file " + path)));
  }

  /** Writes a line with the digest, if a file was asked for. */
  void write(String digest) throws IOException {
    if (file.isPresent()) {
      file.get().stream().write((digest + "\n").getBytes(US_ASCII));
      file.get().commit();
    }
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }
}
