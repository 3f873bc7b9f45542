package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One upload that a registry has begun: always at the newest location that it named. For one thread
 * at a time. OCI distribution spec, "Pushing blobs".
 */
final class UploadSession {
  private static final RequestBody NOTHING = RequestBody.of(new byte[0]);

  private final RegistryHttp http;
  private final Repository repository;
  private final long leastChunk;
  private URI location;

  private UploadSession(RegistryHttp http, Repository repository, long leastChunk, URI location) {
    this.http = http;
    this.repository = repository;
    this.leastChunk = leastChunk;
    this.location = location;
  }

  /** Takes up what a {@code 202} to a {@code POST} began. */
  static UploadSession begun(
      RegistryHttp http, Repository repository, Response accepted, String asked)
      throws ImageException {
    String location =
        accepted
            .header("Location")
            .orElseThrow(
                () ->
                    new ImageException(
                        repository + ": " + asked + ": the answer 202 has no Location"));
    long leastChunk =
        accepted
            .header("OCI-Chunk-Min-Length")
            .filter(text -> text.strip().matches("\\d{1,18}"))
            .map(text -> Long.parseLong(text.strip()))
            .orElse(0L);
    URI resolved = UploadLocation.resolve(accepted.uri(), location, repository);
    return new UploadSession(http, repository, leastChunk, resolved);
  }

  /** The fewest bytes that the registry wants in a chunk but the last; 0 if it doesn't say. */
  long leastChunk() {
    return leastChunk;
  }

  /** Sends a whole blob and ends the upload. */
  Response put(ContentDigest digest, RequestBody body) throws IOException {
    URI end = UploadLocation.withDigest(location, digest);
    return http.send(
        request("PUT", end).with("Content-Type", "application/octet-stream").withBody(body));
  }

  /** Sends a part of a blob, which begins at {@code offset}. */
  Response patch(long offset, RequestBody chunk) throws IOException {
    URI asked = location;
    Response answer =
        http.send(
            request("PATCH", asked)
                .with("Content-Type", "application/octet-stream")
                .with("Content-Range", offset + "-" + (offset + chunk.length() - 1))
                .withBody(chunk));
    try {
      Optional<String> newest = answer.header("Location");
      if (newest.isPresent()) {
        location = UploadLocation.resolve(asked, newest.get(), repository);
      }
      return answer;
    } catch (IOException e) {
      answer.close();
      throw e;
    }
  }

  /** Ends the upload of what {@link #patch} sent. */
  Response commit(ContentDigest digest) throws IOException {
    return put(digest, NOTHING);
  }

  /** Tells the registry to forget the upload, whose failure is told elsewhere. */
  void cancel() {
    try {
      http.send(request("DELETE", location)).close();
    } catch (IOException e) {
      // Registries forget uploads by themselves after some days.
    }
  }

  private Request request(String method, URI uri) {
    return Request.of(repository, method, uri).withScopes(scopes(repository)).once();
  }

  /** What a token for writing must allow. Looks need {@code pull} besides. */
  static List<String> scopes(Repository repository) {
    return List.of("repository:" + repository.name() + ":pull,push");
  }
}
