package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A blob from its start to its end. A connection that is cut is taken up again at the byte where it
 * ended. More or fewer bytes than the descriptor says are an error.
 */
final class BlobStream extends InputStream {
  // Who gets ahead by as much has not failed in vain.
  private static final long PROGRESS = 1 << 20;

  private final BlobRequests requests;
  private final long size;
  private Response answer;
  private long position;
  private long failedAt;
  private int failed;

  private BlobStream(BlobRequests requests, Response answer) {
    this.requests = requests;
    this.size = requests.blob().size();
    this.answer = answer;
  }

  static BlobStream open(BlobRequests requests) throws IOException {
    return new BlobStream(requests, requests.openAt(0));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    while (true) {
      try {
        int count = answer.body().read(buffer, offset, length);
        if (count < 0 && position < size) {
          throw new EOFException("cut after " + position + " of " + size + " bytes");
        }
        return counted(count);
      } catch (ImageException e) {
        throw e;
      } catch (IOException e) {
        if (position == size) {
          return -1; // all of it came; how the connection ends doesn't matter
        }
        reopen(e);
      }
    }
  }

  private int counted(int count) throws ImageException {
    position += Math.max(0, count);
    if (position > size) {
      throw new ImageException(requests.where() + "expected " + size + " bytes, more of them came");
    }
    return count;
  }

  private void reopen(IOException cause) throws IOException {
    if (position - failedAt >= PROGRESS) {
      failed = 0;
    }
    failedAt = position;
    IOException broken = cause;
    while (true) {
      answer.close();
      failed++;
      if (!requests.http().retries(failed, broken)) {
        throw requests.http().broken(requests.home(), broken);
      }
      try {
        answer = requests.openAt(position);
        return;
      } catch (ImageException e) {
        throw e;
      } catch (IOException e) {
        broken = e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    answer.close();
  }
}
