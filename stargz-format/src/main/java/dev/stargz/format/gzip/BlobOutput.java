package dev.stargz.format.gzip;

import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** The blob as it grows: counted, hashed, passed on. Leaves the stream below open. */
public final class BlobOutput {
  private final OutputStream out;
  private final MessageDigest sha256 = Digest.sha256();
  private long position;

  /** Creates a blob that is written to {@code out}, from its first byte on. */
  public BlobOutput(OutputStream out) {
    this.out = out;
  }

  /** Appends bytes. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    sha256.update(bytes, offset, length);
    position += length;
  }

  /** Bytes written so far. */
  public long position() {
    return position;
  }

  /** Flushes the stream below and gives the digest of all bytes; nothing may be written after. */
  public Digest finish() throws IOException {
    out.flush();
    return Digest.of(sha256);
  }
}
