package dev.stargz.registry;

import dev.stargz.image.BlobMissingException;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks for a blob, or a part of it, wherever it is: the registry, its store, the blob's URLs. */
final class BlobRequests {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final Pattern WHOLE = Pattern.compile("bytes\\s+\\*/(\\d{1,18})");

  private final RegistryHttp http;
  private final Repository repository;
  private final Descriptor blob;
  // Where the registry sent us last; asked at once until it refuses.
  private volatile @Nullable URI store;

  BlobRequests(RegistryHttp http, Repository repository, Descriptor blob) {
    this.http = http;
    this.repository = repository;
    this.blob = blob;
  }

  RegistryHttp http() {
    return http;
  }

  Descriptor blob() {
    return blob;
  }

  /** Who and what, for messages. */
  String where() {
    return repository + ": blob " + blob.digest() + ": ";
  }

  private Request home() {
    return Request.of(repository, "GET", repository.uri("blobs/" + blob.digest()));
  }

  /**
   * Opens the blob at a position; a server that doesn't do that sends it from its start, which is
   * then skipped.
   */
  Response openAt(long position) throws IOException {
    UnaryOperator<Request> part =
        request -> position == 0 ? request : request.with("Range", "bytes=" + position + "-");
    Response answer = http.send(part.apply(home()));
    if (answer.status() == 404 && !blob.urls().isEmpty()) {
      answer = fromUrls(part, answer);
    } else if (answer.status() == 416 && position > 0 && !isShorter(answer)) {
      answer.close(); // some proxies refuse all ranges
      answer = http.send(home());
    }
    return positioned(answer, position);
  }

  private Response positioned(Response answer, long position) throws IOException {
    try {
      if (answer.status() == 206) {
        checkRange(answer, position, -1);
      } else if (answer.status() == 200) {
        skip(answer.body(), position);
      } else {
        throw refused(answer);
      }
      return answer;
    } catch (IOException | RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  /** Nobody's credentials go there: the manifest may come from anybody. */
  private Response fromUrls(UnaryOperator<Request> part, Response refused) throws IOException {
    for (String url : blob.urls()) {
      Request request = home().withUri(uri(url)).anonymous();
      Hosts.refuseInternal(request.uri(), repository, "the blob's URL");
      Response answer = http.send(part.apply(request));
      if (answer.status() == 200 || answer.status() == 206) {
        return answer;
      }
      answer.close();
    }
    throw refused(refused);
  }

  private URI uri(String url) throws ImageException {
    try {
      return new URI(url);
    } catch (java.net.URISyntaxException e) {
      throw new ImageException(where() + "one of its URLs is none");
    }
  }

  /** The error that an answer to a request for this blob is. */
  ImageException refused(Response answer) {
    if (answer.status() == 404) {
      return new BlobMissingException(where() + "it isn't there: " + answer.outcome());
    }
    if (answer.status() == 416) {
      return new ImageException(
          isShorter(answer)
              ? where() + "expected " + blob.size() + " bytes, the registry has fewer"
              : where() + "the registry doesn't send parts of a blob: " + answer.outcome());
    }
    return http.failure(repository, "get blob " + blob.digest(), answer, "");
  }

  /** Whether a 416 says that the blob ends before its size. RFC 9110, 14.4. */
  private boolean isShorter(Response answer) {
    Matcher whole = WHOLE.matcher(answer.header("Content-Range").orElse("").strip());
    return whole.matches() && Long.parseLong(whole.group(1)) < blob.size();
  }

  /** Asks for a range; where the registry sent us before, if that is still good. */
  Response range(long offset, long length) throws IOException {
    String range = "bytes=" + offset + "-" + (offset + length - 1);
    URI known = store;
    if (known != null) {
      Response answer = http.send(home().withUri(known).with("Range", range));
      if (answer.status() == 206) {
        return answer;
      }
      answer.close();
      store = null;
    }
    Response answer = http.send(home().with("Range", range));
    if (answer.status() == 404 && !blob.urls().isEmpty()) {
      return fromUrls(request -> request.with("Range", range), answer);
    }
    if (answer.status() == 206 && !repository.isHome(answer.uri())) {
      store = answer.uri();
    }
    return answer;
  }

  /**
   * Checks that a part begins where it was asked to. RFC 9110, 14.4.
   *
   * @param length how much was asked for; -1 for all that follows
   * @return the position of its last byte, perhaps before that of what was asked for
   */
  long checkRange(Response answer, long offset, long length) throws ImageException {
    String header = answer.header("Content-Range").orElse("").strip();
    Matcher range = CONTENT_RANGE.matcher(header);
    long last = length < 0 ? blob.size() - 1 : offset + length - 1;
    if (range.matches()) {
      long from = Long.parseLong(range.group(1));
      long to = Long.parseLong(range.group(2));
      String whole = range.group(3);
      boolean ours = whole.equals("*") || Long.parseLong(whole) == blob.size();
      if (ours && from == offset && to >= offset && to <= last) {
        return to;
      }
    }
    throw new ImageException(
        where()
            + "asked for bytes "
            + offset
            + "-"
            + last
            + "/"
            + blob.size()
            + ", the answer has '"
            + Redaction.of(header)
            + "'");
  }

  static void skip(InputStream in, long count) throws IOException {
    byte[] buffer = new byte[64 << 10];
    long left = count;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("cut before byte " + count);
      }
      left -= read;
    }
  }

  /** What to throw when a connection has broken too often. */
  IOException broken(IOException e) {
    return http.broken(home(), e);
  }

  /** Whether another try may help; waits for it. */
  boolean retries(int failed, IOException e) throws IOException {
    boolean hopeless = e instanceof ImageException || Thread.currentThread().isInterrupted();
    if (hopeless || failed >= http.tries()) {
      return false;
    }
    http.pause(failed, Optional.empty());
    return true;
  }
}
