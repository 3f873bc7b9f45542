package dev.stargz.local;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.MediaTypes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * A layer of a docker archive, hashed.
 *
 * @param descriptor of the member's bytes
 * @param diffId the digest of the tar; nothing if the compression isn't one that is undone here
 */
record DockerLayer(Descriptor descriptor, Optional<ContentDigest> diffId) {
  private static final int BUFFER = 1 << 16;

  /**
   * Hashes a member.
   *
   * @param what it is, for the error
   */
  static DockerLayer read(FilePart part, String what) throws IOException {
    MessageDigest hash = sha256();
    boolean gzip = part.isGzip();
    Optional<ContentDigest> diffId = Optional.empty();
    try (InputStream in =
        new BufferedInputStream(new DigestInputStream(part.open(), hash), BUFFER)) {
      if (gzip) {
        MessageDigest tarHash = sha256();
        readToEnd(Gunzip.all(in), tarHash, what);
        diffId = Optional.of(ContentDigest.of(tarHash));
      }
      readToEnd(in, sha256(), what);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new ImageException(what + ": " + e.getMessage(), e);
    }
    ContentDigest digest = ContentDigest.of(hash);
    boolean zstd = part.isZstd();
    String type = zstd ? MediaTypes.DOCKER_LAYER_ZSTD : MediaTypes.DOCKER_LAYER;
    return new DockerLayer(
        Descriptor.of(gzip ? MediaTypes.DOCKER_LAYER_GZIP : type, digest, part.size()),
        gzip || zstd ? diffId : Optional.of(digest));
  }

  private static void readToEnd(InputStream in, MessageDigest hash, String what)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while reading " + what);
      }
      hash.update(buffer, 0, n);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Compares the digest of the tar with the one that the config says. */
  void check(String expected, String what) throws ImageException {
    if (diffId.isPresent() && !diffId.get().toString().equals(expected)) {
      throw new ImageException(
          what
              + " is another one, or damaged: expected the diff_id "
              + expected
              + " of the config, found "
              + diffId.get());
    }
  }
}
