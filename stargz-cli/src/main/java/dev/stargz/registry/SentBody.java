package dev.stargz.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import org.apache.http.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/** A request's body on its way out, which knows when it last moved. */
final class SentBody extends AbstractHttpEntity {
  private static final int BUFFER = 64 << 10;

  private final RequestBody body;
  private volatile long movedAt;
  private volatile boolean sending;
  private volatile boolean stalled;
  private volatile @Nullable RequestBodyException failure;

  SentBody(RequestBody body) {
    this.body = body;
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public long getContentLength() {
    return body.length();
  }

  @Override
  public InputStream getContent() throws IOException {
    return body.open();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    movedAt = System.nanoTime();
    byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, body.length()))];
    try (InputStream in = opened()) {
      long left = body.length();
      while (left > 0) {
        int count = read(in, buffer, (int) Math.min(buffer.length, left));
        movedAt = System.nanoTime();
        sending = true;
        out.write(buffer, 0, count);
        sending = false;
        left -= count;
      }
    } finally {
      sending = false;
    }
  }

  private InputStream opened() throws IOException {
    try {
      return body.open();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private int read(InputStream in, byte[] buffer, int length) throws IOException {
    try {
      int count = in.read(buffer, 0, length);
      if (count < 0) {
        throw new IOException("what is to be sent is shorter than " + body.length() + " bytes");
      }
      return count;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private RequestBodyException failed(IOException e) {
    RequestBodyException wrapped = new RequestBodyException(e);
    failure = wrapped;
    return wrapped;
  }

  /** What reading it threw; null if nothing. */
  @Nullable RequestBodyException failure() {
    return failure;
  }

  boolean isStalled() {
    return stalled;
  }

  /** Notes and tells whether a piece is being written since more than {@code nanos}. */
  boolean stalls(long nanos) {
    if (sending && System.nanoTime() - movedAt > nanos) {
      stalled = true;
    }
    return stalled;
  }

  @Override
  public String toString() {
    return Objects.toString(body.length()) + " bytes";
  }
}
