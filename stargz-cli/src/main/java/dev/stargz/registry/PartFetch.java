package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.IOException;

/** Fetches one part of a resource. What is cut off goes on where it ended. For one thread. */
final class PartFetch {
  /** Who gets ahead by as much has not failed in vain. */
  private static final int PROGRESS = 1 << 20;

  /** So often a server may send fewer bytes than it is asked for. */
  private static final int MOST_FEWER = 100;

  private final RemoteResource resource;
  private final long offset;
  private final byte[] bytes;
  private int got;
  private int failed;
  private int failedAt;
  private int fewer;

  PartFetch(RemoteResource resource, long offset, int length) {
    this.resource = resource;
    this.offset = offset;
    this.bytes = new byte[length];
  }

  /** The bytes, all of them. */
  byte[] fetch() throws IOException {
    while (got < bytes.length) {
      byte[] all = resource.whole();
      if (all != null) {
        return resource.copy(all, offset, bytes.length);
      }
      resource.checkOpen();
      try (Response answer = ask()) {
        read(answer);
      } catch (ImageException e) {
        resource.checkOpen();
        throw e;
      } catch (IOException e) {
        again(e);
      }
    }
    return bytes;
  }

  /** The bytes, the first of which an answer holds that has come already. */
  byte[] fetch(Response begun) throws IOException {
    try {
      read(begun);
    } catch (ImageException e) {
      resource.checkOpen();
      throw e;
    } catch (IOException e) {
      again(e);
    }
    return fetch();
  }

  private Response ask() throws IOException {
    long last = offset + bytes.length - 1;
    return resource.requests().part("bytes=" + (offset + got) + "-" + last);
  }

  private void read(Response answer) throws IOException {
    if (answer.status() == 200) {
      resource.keepWhole(answer);
      return;
    }
    if (answer.status() != 206) {
      throw resource.refused(answer);
    }
    long last = resource.checkPart(answer, offset + got, offset + bytes.length - 1);
    int end = (int) (last + 1 - offset);
    while (got < end) {
      int count = answer.body().read(bytes, got, end - got);
      if (count < 0) {
        throw new EOFException("cut before byte " + (last + 1));
      }
      got += count;
    }
    awaitEnd(answer);
    if (got < bytes.length && ++fewer > MOST_FEWER) {
      throw resource.unexpected(answer, (offset + got) + "-" + (offset + bytes.length - 1));
    }
  }

  /**
   * Only a connection whose answer was read to its end can be used again. That isn't waited for
   * where it isn't known to be here.
   */
  private static void awaitEnd(Response answer) {
    if (answer.contentLength() < 0) {
      return;
    }
    try {
      answer.body().read();
    } catch (IOException e) {
      // what was asked for is here
    }
  }

  private void again(IOException e) throws IOException {
    failed = got - failedAt >= PROGRESS ? 1 : failed + 1;
    failedAt = got;
    resource.pause(failed, e);
  }
}
