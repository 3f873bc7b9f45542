package dev.stargz.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of a blob, to be read as often as a retry needs them. */
public interface BlobContent {
  /** Opens them from the start; the caller closes the stream. */
  InputStream open() throws IOException;

  /** A small blob in memory. */
  static BlobContent of(byte[] bytes) {
    return () -> new ByteArrayInputStream(bytes);
  }

  /** A file, which must stay as it is until the blob is pushed. */
  static BlobContent of(Path file) {
    return () -> Files.newInputStream(file);
  }
}
