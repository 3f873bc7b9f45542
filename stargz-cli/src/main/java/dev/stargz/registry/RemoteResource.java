package dev.stargz.registry;

import dev.stargz.image.BlobSizeException;
import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a resource that is read in parts, so that they belong together. Of a server that
 * sends all whatever it is asked for, a small resource is taken, and kept. May be used by several
 * threads.
 */
final class RemoteResource {
  /** What is taken, and kept, of a server that sends all. */
  private static final int MOST_WHOLE = 8 << 20;

  private static final int HEAP_SHARE = 32;

  private final PartRequests requests;
  private volatile @Nullable Version version;

  /** What each server said first: only its own tags can be compared. */
  private final Map<Repository.Origin, Version> versions = new HashMap<>();

  private volatile byte @Nullable [] whole;
  private volatile boolean closed;

  RemoteResource(PartRequests requests) {
    this.requests = requests;
  }

  PartRequests requests() {
    return requests;
  }

  /** The size in bytes, as soon as it is known. */
  OptionalLong size() {
    Version known = version;
    return known == null ? requests.knownSize() : OptionalLong.of(known.size());
  }

  /** All of it, if the server has sent that; not to be changed. */
  byte @Nullable [] whole() {
    return whole;
  }

  /** Ends what is being read. */
  void close() throws IOException {
    closed = true;
    requests.close();
  }

  /** Throws if it is closed. */
  void checkOpen() throws IOException {
    if (closed) {
      throw new IOException(requests.where() + "closed");
    }
  }

  /** Waits before another try; throws if none may help. */
  void pause(int failed, IOException e) throws IOException {
    checkOpen();
    if (!requests.http().retries(failed, e)) {
      throw requests.http().broken(requests.home(), e);
    }
  }

  /**
   * Checks that a part begins where it was asked to, and is of the resource that the others are of.
   *
   * @return the position of its last byte, perhaps before that of what was asked for: RFC 9110,
   *     15.3.7
   */
  long checkPart(Response answer, long first, long last) throws ImageException {
    ContentRange part = ContentRange.of(answer).orElse(null);
    if (part != null) {
      remember(answer, part.size());
      if (part.first() == first && part.last() <= last) {
        return part.last();
      }
    }
    throw unexpected(answer, first + "-" + last);
  }

  /** The error that an answer holds another part than was asked for. */
  ImageException unexpected(Response answer, String asked) {
    OptionalLong size = size();
    return new ImageException(
        requests.where()
            + "asked for bytes "
            + asked
            + (size.isPresent() ? "/" + size.getAsLong() : "")
            + ", the answer has "
            + ContentRange.shown(answer));
  }

  /** Takes down what an answer says of the whole, and checks that it is what others said. */
  synchronized void remember(Response answer, OptionalLong size) throws ImageException {
    OptionalLong known = size();
    if (!requests.mayChange()) {
      if (size.isPresent() && !known.equals(size)) {
        throw new BlobSizeException(
            requests.where()
                + "expected "
                + known.orElse(0)
                + " bytes in all, the answer has "
                + ContentRange.shown(answer));
      }
      return;
    }
    if (size.isEmpty() && known.isEmpty()) {
      return;
    }
    Version now = Version.of(answer, size.isPresent() ? size.getAsLong() : known.getAsLong());
    Version first = version;
    Version before = versions.putIfAbsent(Repository.Origin.of(answer.uri()), now);
    if (first == null) {
      version = now;
    } else if (first.difference(now).isPresent()) {
      throw changed(first.difference(now).get());
    } else if (before != null && before.difference(now).isPresent()) {
      throw changed(before.difference(now).get());
    }
  }

  private ImageException changed(String difference) {
    return new ImageException(
        requests.where() + "it changed while it was read (" + difference + "); try again");
  }

  /** The error that an answer is. */
  ImageException refused(Response answer) {
    Version before = version;
    OptionalLong size = ContentRange.sizeIn(answer);
    boolean asked = answer.status() == 416 && size.isPresent();
    return asked && before != null && size.getAsLong() != before.size()
        ? changed("its size was " + before.size() + ", and is " + size.getAsLong())
        : requests.refused(answer);
  }

  /**
   * Takes the whole resource in place of a part.
   *
   * @throws ImageException if that is too much
   */
  void keepWhole(Response answer) throws IOException {
    if (isLarge(answer)) {
      throw requests.withoutParts();
    }
    byte[] all = answer.body().readNBytes(mostWhole() + 1);
    if (all.length > mostWhole()) {
      throw requests.withoutParts();
    }
    if (all.length < answer.contentLength()) {
      throw new EOFException(
          "cut after " + all.length + " of " + answer.contentLength() + " bytes");
    }
    OptionalLong known = requests.knownSize();
    if (known.isPresent() && known.getAsLong() != all.length) {
      throw new ImageException(
          requests.where() + "expected " + known.getAsLong() + " bytes, found " + all.length);
    }
    remember(answer, OptionalLong.of(all.length));
    whole = all;
  }

  /** Whether an answer holds more than is taken of a server that sends all. */
  boolean isLarge(Response answer) {
    return Math.max(answer.contentLength(), size().orElse(0)) > mostWhole();
  }

  private static int mostWhole() {
    return (int) Math.min(MOST_WHOLE, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** The bytes of a part, out of all of them. */
  byte[] copy(byte[] all, long offset, int length) throws EOFException {
    if (offset > all.length - length) {
      throw new EOFException(requests.where() + "no bytes at " + offset + "+" + length);
    }
    byte[] part = new byte[length];
    System.arraycopy(all, (int) offset, part, 0, length);
    return part;
  }
}
