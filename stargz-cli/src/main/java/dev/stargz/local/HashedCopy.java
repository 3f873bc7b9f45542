package dev.stargz.local;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageTarget.ByteListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;

/** One reading of a blob to its end, to compare it with its descriptor. */
final class HashedCopy {
  private static final int BUFFER = 1 << 16;

  private final Descriptor blob;
  private final MessageDigest hash;
  private long count;

  HashedCopy(Descriptor blob) {
    this.blob = blob;
    this.hash = blob.digest().newHash();
  }

  /** Where the bytes go. */
  @FunctionalInterface
  private interface Sink {
    void write(byte[] buffer, int length) throws IOException;
  }

  /**
   * Writes a file.
   *
   * @param who whose blob it is to be
   * @param lasting whether the file has to outlive a crash of the system
   * @throws ImageException if the bytes are others than the descriptor says
   */
  void write(BlobContent content, Path file, ByteListener listener, String who, boolean lasting)
      throws IOException {
    try (InputStream in = content.open();
        FileOutput out = FileOutput.open(file, who)) {
      listener.sent(0);
      run(
          in,
          (buffer, length) -> {
            out.write(buffer, 0, length);
            listener.sent(count);
          });
      if (lasting) {
        out.sync();
      }
    }
    ContentDigest found = ContentDigest.of(hash);
    if (count != blob.size() || !found.equals(blob.digest())) {
      throw new ImageException(
          who
              + ": the blob to be written isn't what it is said to be: expected "
              + blob.digest()
              + " and "
              + blob.size()
              + " bytes, found "
              + (count > blob.size() ? "more" : found + " and " + count));
    }
  }

  /** Whether a file has the bytes that the descriptor says. */
  boolean matches(FilePart part) throws IOException {
    try (InputStream in = part.open()) {
      run(in, (buffer, length) -> {});
    }
    return count == blob.size() && ContentDigest.of(hash).equals(blob.digest());
  }

  private void run(InputStream in, Sink sink) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0 && count <= blob.size(); n = in.read(buffer)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while copying " + blob.digest());
      }
      count += n;
      hash.update(buffer, 0, n);
      sink.write(buffer, n);
    }
  }
}
