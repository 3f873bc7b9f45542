package dev.stargz.registry;

import dev.stargz.image.BlobMissingException;
import dev.stargz.image.BlobSizeException;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Asks for a blob, or a part of it, wherever it is: the registry, its store, the blob's URLs. */
final class BlobRequests implements PartRequests {
  private final RegistryHttp http;
  private final Repository repository;
  private final Descriptor blob;
  private final Whereabouts whereabouts = new Whereabouts();

  /** Which of the blob's own URLs has it, if the registry hasn't. */
  private volatile @Nullable Request elsewhere;

  BlobRequests(RegistryHttp http, Repository repository, Descriptor blob) {
    this.http = http;
    this.repository = repository;
    this.blob = blob;
  }

  @Override
  public RegistryHttp http() {
    return http;
  }

  Descriptor blob() {
    return blob;
  }

  @Override
  public OptionalLong knownSize() {
    return OptionalLong.of(blob.size());
  }

  @Override
  public boolean mayChange() {
    return false;
  }

  @Override
  public String where() {
    return repository + ": blob " + blob.digest() + ": ";
  }

  @Override
  public Request home() {
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
        checkPosition(answer, position);
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
        elsewhere = request;
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

  @Override
  public ImageException refused(Response answer) {
    if (answer.status() == 404) {
      return new BlobMissingException(where() + "it isn't there: " + answer.outcome());
    }
    if (answer.status() == 416) {
      return isShorter(answer)
          ? new BlobSizeException(
              where() + "expected " + blob.size() + " bytes, the registry has fewer")
          : new ImageException(
              where() + "the registry doesn't send parts of a blob: " + answer.outcome());
    }
    return http.failure(repository, "get blob " + blob.digest(), answer, "");
  }

  @Override
  public ImageException withoutParts() {
    return new ImageException(
        where()
            + "the registry doesn't send parts of a blob; copy the image to a layout, and read"
            + " that");
  }

  /** Whether a 416 says that the blob ends before its size. RFC 9110, 14.4. */
  private boolean isShorter(Response answer) {
    return ContentRange.sizeIn(answer).orElse(Long.MAX_VALUE) < blob.size();
  }

  @Override
  public Response part(String range) throws IOException {
    UnaryOperator<Request> part = request -> request.with("Range", range);
    Request known = elsewhere;
    if (known != null) {
      Response answer = http.send(part.apply(known));
      if (answer.status() == 206) {
        return answer;
      }
      answer.close();
      elsewhere = null;
    }
    Response answer = whereabouts.ask(http, home(), part);
    return answer.status() == 404 && !blob.urls().isEmpty() ? fromUrls(part, answer) : answer;
  }

  /** Checks that what is left of a blob begins where it was asked to. RFC 9110, 14.4. */
  private void checkPosition(Response answer, long position) throws ImageException {
    Optional<ContentRange> range = ContentRange.of(answer);
    boolean right =
        range.isPresent()
            && range.get().first() == position
            && range.get().last() < blob.size()
            && range.get().size().orElse(blob.size()) == blob.size();
    if (!right) {
      throw new ImageException(
          where()
              + "asked for bytes "
              + position
              + "-"
              + (blob.size() - 1)
              + "/"
              + blob.size()
              + ", the answer has "
              + ContentRange.shown(answer));
    }
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

  /** The connection is not ours. */
  @Override
  public void close() {}
}
