package dev.stargz.registry;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageTarget.ByteListener;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * A whole blob as the body of a request. Its last bytes are handed out only if all of them have the
 * blob's digest: where they don't, the body ends early, and the registry commits nothing.
 */
final class UploadBody implements RequestBody {
  private final Descriptor blob;
  private final BlobContent content;
  private final ByteListener listener;

  UploadBody(Descriptor blob, BlobContent content, ByteListener listener) {
    this.blob = blob;
    this.content = content;
    this.listener = listener;
  }

  @Override
  public long length() {
    return blob.size();
  }

  @Override
  public InputStream open() throws IOException {
    listener.sent(0);
    return new Checked(content.open());
  }

  private final class Checked extends InputStream {
    private final InputStream in;
    private final MessageDigest hash = blob.digest().newHash();
    private long read;

    Checked(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (read == blob.size()) {
        return -1;
      }
      int wanted = (int) Math.min(length, blob.size() - read);
      int count = in.readNBytes(bytes, offset, wanted);
      hash.update(bytes, offset, count);
      read += count;
      if (count < wanted || read == blob.size()) {
        check(blob, read, in, hash);
      }
      listener.sent(read);
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Checks what was read, wholly or up to a premature end. */
  static void check(Descriptor blob, long read, InputStream in, MessageDigest hash)
      throws IOException {
    boolean longer = read == blob.size() && in.read() >= 0;
    ContentDigest found = ContentDigest.of(hash);
    if (read < blob.size() || longer) {
      String size = longer ? "more" : String.valueOf(read);
      throw changed(blob, "expected " + blob.size() + " bytes, found " + size);
    }
    if (!found.equals(blob.digest())) {
      throw changed(blob, "found " + found);
    }
  }

  private static ImageException changed(Descriptor blob, String difference) {
    return new ImageException(
        "the bytes to be pushed as "
            + blob.digest()
            + " are others by now: "
            + difference
            + "; nothing was committed");
  }
}
