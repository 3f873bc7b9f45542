package dev.stargz.image;

import dev.stargz.image.ConversionListener.Phase;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;

/**
 * A blob on its way in: hashed, counted, its first bytes remembered. It ends soon after the size
 * that its descriptor gives, however much comes.
 */
final class CheckedInput extends FilterInputStream {
  private static final int MAGIC = 4;

  private final Descriptor descriptor;
  private final ConversionListener listener;
  private final MessageDigest hash;
  private final byte[] magic = new byte[MAGIC];
  private long position;

  CheckedInput(InputStream in, Descriptor descriptor, ConversionListener listener) {
    super(in);
    this.descriptor = descriptor;
    this.listener = listener;
    this.hash = descriptor.digest().newHash();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while reading " + descriptor.digest());
    }
    if (position > descriptor.size()) {
      return -1; // enough was seen to know that it isn't the blob
    }
    int n = in.read(buffer, offset, length);
    if (n > 0) {
      hash.update(buffer, offset, n);
      for (int i = 0; i < n && position + i < MAGIC; i++) {
        magic[(int) position + i] = buffer[offset + i];
      }
      position += n;
      listener.progress(descriptor, Phase.READING, position, descriptor.size());
    }
    return n;
  }

  /** Reads what is left. */
  void drain() throws IOException {
    byte[] buffer = new byte[1 << 16];
    while (read(buffer, 0, buffer.length) >= 0) {
      // on
    }
  }

  /** Whether all that was read is what the descriptor names; asked once, at the end. */
  boolean isAsDescribed() {
    return position == descriptor.size() && ContentDigest.of(hash).equals(descriptor.digest());
  }

  /** The compression that the first bytes show. */
  String compression() {
    boolean gzip = magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b;
    boolean zstd =
        (magic[0] & 0xff) == 0x28
            && (magic[1] & 0xff) == 0xb5
            && magic[2] == 0x2f
            && (magic[3] & 0xff) == 0xfd;
    return gzip ? "gzip" : zstd ? "zstd" : "a plain tar";
  }

  /** Reads, so that nothing gets past the hash. */
  @Override
  public long skip(long count) throws IOException {
    return Math.max(0, read(new byte[(int) Math.min(count, 1 << 16)]));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
