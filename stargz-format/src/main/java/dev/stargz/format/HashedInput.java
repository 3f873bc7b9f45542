package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.gzip.ArrayInput;
import dev.stargz.format.gzip.MemberWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Counts and hashes what is read through it. Closing it closes nothing. */
final class HashedInput extends ArrayInput {
  private final MemberWriter.Source source;
  private final MessageDigest sha256 = Digest.sha256();
  private long position;

  /** A stream of what {@code source} gives until it gives -1. */
  HashedInput(MemberWriter.Source source) {
    this.source = source;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = source.read(buffer, offset, length);
    if (n > 0) {
      sha256.update(buffer, offset, n);
      position += n;
    }
    return n;
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  /** Reads all that is left; returns the digest of everything. */
  Digest readToEnd() throws IOException {
    transferTo(OutputStream.nullOutputStream());
    return Digest.of(sha256);
  }
}
