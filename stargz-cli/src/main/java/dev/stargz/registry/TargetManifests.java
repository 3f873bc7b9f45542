package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.Optional;

/** What a repository has of manifests and tags. */
final class TargetManifests {
  private static final String ACCEPT = String.join(", ", MediaTypes.MANIFESTS);

  private final RegistryHttp http;
  private final Repository repository;

  TargetManifests(RegistryHttp http, Repository repository) {
    this.http = http;
    this.repository = repository;
  }

  /**
   * The digest of a manifest; nothing if there is none, or if the registry says of none that it is
   * forbidden.
   *
   * @param name a tag or a digest
   */
  Optional<ContentDigest> digestOf(String name) throws IOException {
    try (Response answer = http.send(request("HEAD", name))) {
      if (answer.status() == 404 || answer.status() == 403) {
        return Optional.empty();
      }
      if (answer.status() == 200) {
        Optional<ContentDigest> digest = digest(answer);
        return digest.isPresent() ? digest : get(name).map(ContentDigest::of);
      }
      if (answer.status() == 405) {
        return get(name).map(ContentDigest::of);
      }
      throw http.failure(repository, "look for manifest " + name, answer, "");
    }
  }

  /**
   * A manifest's bytes; nothing if there is none.
   *
   * @param name a tag or a digest
   * @throws RegistryException if it is forbidden, even if only because there is none
   */
  Optional<byte[]> get(String name) throws IOException {
    try (Response answer = http.send(request("GET", name))) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      if (answer.status() != 200) {
        throw http.failure(repository, "get manifest " + name, answer, "");
      }
      return Optional.of(answer.document(RawManifest.MAX_SIZE + 1));
    }
  }

  /** The digest that the registry says a manifest has. */
  static Optional<ContentDigest> digest(Response answer) {
    return answer.header("Docker-Content-Digest").flatMap(TargetManifests::parsed);
  }

  private static Optional<ContentDigest> parsed(String digest) {
    try {
      return Optional.of(ContentDigest.parse(digest.strip()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Request request(String method, String name) {
    return Request.of(repository, method, repository.uri("manifests/" + name))
        .with("Accept", ACCEPT)
        .withScopes(UploadSession.scopes(repository));
  }
}
