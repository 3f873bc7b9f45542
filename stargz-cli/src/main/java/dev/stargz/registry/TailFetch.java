package dev.stargz.registry;

import dev.stargz.format.blob.RandomAccessSource.Tail;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Fetches the end of a resource, whose size its server knows alone. That is one request, or a few
 * of a server that doesn't count from the end: RFC 9110, 14.1.2. For one thread.
 */
final class TailFetch {
  /** What a server may say that doesn't know of counting from the end, or not like that. */
  private static final Set<Integer> NOT_UNDERSTOOD = Set.of(400, 416, 501);

  private final RemoteResource resource;
  private final int length;

  TailFetch(RemoteResource resource, int length) {
    this.resource = resource;
    this.length = length;
  }

  /** The last bytes, and the size. */
  Tail fetch() throws IOException {
    if (resource.size().isEmpty()) {
      Optional<Tail> tail = ask("bytes=-" + length);
      if (tail.isPresent()) {
        return tail.get();
      }
    }
    if (resource.size().isEmpty()) {
      Optional<Tail> empty = ask("bytes=0-0");
      if (empty.isPresent()) {
        return empty.get();
      }
    }
    return ofKnownSize();
  }

  private Tail ofKnownSize() throws IOException {
    byte[] all = resource.whole();
    if (all != null) {
      int from = Math.max(0, all.length - length);
      return new Tail(Arrays.copyOfRange(all, from, all.length), all.length);
    }
    long size = resource.size().orElseThrow();
    int count = (int) Math.min(length, size);
    return new Tail(new PartFetch(resource, size - count, count).fetch(), size);
  }

  /** Asks for the end, or at least for what tells the size; nothing if it was that. */
  private Optional<Tail> ask(String range) throws IOException {
    boolean suffix = range.startsWith("bytes=-");
    for (int failed = 1; ; failed++) {
      try (Response answer = resource.requests().part(range)) {
        return switch (answer.status()) {
          case 206 -> part(answer, range);
          case 200 -> whole(answer, suffix);
          default -> refused(answer, suffix);
        };
      } catch (ImageException e) {
        resource.checkOpen();
        throw e;
      } catch (IOException e) {
        resource.pause(failed, e);
      }
    }
  }

  private Optional<Tail> part(Response answer, String range) throws IOException {
    ContentRange part = ContentRange.of(answer).orElse(null);
    if (part == null || part.size().isEmpty()) {
      throw resource.unexpected(answer, range.substring("bytes=".length()) + " and the size");
    }
    resource.remember(answer, part.size());
    long size = part.size().getAsLong();
    int count = (int) Math.min(length, size);
    return part.first() == size - count && part.last() == size - 1
        ? Optional.of(new Tail(new PartFetch(resource, size - count, count).fetch(answer), size))
        : Optional.empty();
  }

  /** A server that sends all may still know of other ranges. */
  private Optional<Tail> whole(Response answer, boolean suffix) throws IOException {
    boolean small = answer.contentLength() >= 0 && !resource.isLarge(answer);
    if (!suffix || small) {
      resource.keepWhole(answer);
    }
    return Optional.empty();
  }

  private Optional<Tail> refused(Response answer, boolean suffix) throws IOException {
    OptionalLong size = ContentRange.sizeIn(answer);
    if (answer.status() == 416 && size.isPresent() && size.getAsLong() == 0) {
      return Optional.of(new Tail(new byte[0], 0));
    }
    if (suffix && NOT_UNDERSTOOD.contains(answer.status())) {
      return Optional.empty();
    }
    throw resource.refused(answer);
  }
}
