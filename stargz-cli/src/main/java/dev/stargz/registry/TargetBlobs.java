package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a repository has of the blobs that are to be there, as far as {@code HEAD} tells. */
final class TargetBlobs {
  /** What a look found. */
  enum Held {
    /** All its bytes, as far as their number tells. */
    WHOLE,
    /** Another number of bytes: a registry whose disk ran full may say so for ever. */
    DAMAGED,
    /** Nothing. */
    ABSENT,
    /** The registry doesn't tell: Artifactory says 403 of what isn't there. */
    UNKNOWN
  }

  private final RegistryHttp http;
  private final Repository repository;
  private final Set<ContentDigest> whole = ConcurrentHashMap.newKeySet();
  private final Set<ContentDigest> damaged = ConcurrentHashMap.newKeySet();

  TargetBlobs(RegistryHttp http, Repository repository) {
    this.http = http;
    this.repository = repository;
  }

  /** Whether the blob was found whole, or pushed. */
  boolean isKnown(Descriptor blob) {
    return whole.contains(blob.digest());
  }

  /** Whether an earlier look found it damaged. */
  boolean isDamaged(Descriptor blob) {
    return damaged.contains(blob.digest());
  }

  /** Remembers that a blob is there. */
  void arrived(Descriptor blob) {
    damaged.remove(blob.digest());
    whole.add(blob.digest());
  }

  /** Looks, and remembers what it finds. */
  Held look(Descriptor blob) throws IOException {
    Held held = ask(blob);
    if (held == Held.WHOLE) {
      arrived(blob);
    } else {
      whole.remove(blob.digest());
    }
    if (held == Held.DAMAGED) {
      damaged.add(blob.digest());
    }
    return held;
  }

  private Held ask(Descriptor blob) throws IOException {
    Request request =
        Request.of(repository, "HEAD", repository.uri("blobs/" + blob.digest()))
            .withScopes(UploadSession.scopes(repository));
    try (Response answer = http.send(request)) {
      return switch (answer.status()) {
        case 200 -> size(blob, answer.contentLength());
        case 404 -> Held.ABSENT;
        // A store behind a redirect may refuse HEAD, for which the URL isn't signed.
        case 400, 403, 405 ->
            repository.isHome(answer.uri()) ? Held.UNKNOWN : askForFirstByte(blob);
        default -> throw http.failure(repository, "look for blob " + blob.digest(), answer, "");
      };
    }
  }

  private Held askForFirstByte(Descriptor blob) throws IOException {
    Request request =
        Request.of(repository, "GET", repository.uri("blobs/" + blob.digest()))
            .withScopes(UploadSession.scopes(repository))
            .with("Range", "bytes=0-0");
    try (Response answer = http.send(request)) {
      return switch (answer.status()) {
        case 200 -> size(blob, answer.contentLength());
        case 206 -> size(blob, wholeLength(answer));
        case 404 -> Held.ABSENT;
        default -> Held.UNKNOWN;
      };
    }
  }

  /** RFC 9110, 14.4; -1 if it isn't said. */
  private static long wholeLength(Response part) {
    String range = part.header("Content-Range").orElse("").strip();
    String whole = range.substring(range.indexOf('/') + 1);
    return whole.matches("\\d{1,18}") ? Long.parseLong(whole) : -1;
  }

  private static Held size(Descriptor blob, long found) {
    if (found < 0) {
      return Held.UNKNOWN;
    }
    return found == blob.size() ? Held.WHOLE : Held.DAMAGED;
  }
}
