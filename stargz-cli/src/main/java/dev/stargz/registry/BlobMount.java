package dev.stargz.registry;

import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes a blob over from another repository of the same registry, with the credentials for the
 * destination. Whatever the registry says against it, the blob can still be pushed. OCI
 * distribution spec, "Mounting a blob from another repository".
 */
final class BlobMount {
  private final RegistryHttp http;
  private final Repository repository;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  BlobMount(RegistryHttp http, Repository repository) {
    this.http = http;
    this.repository = repository;
  }

  /**
   * How a try ended.
   *
   * @param done whether the registry says that it has the blob
   * @param begun an upload that it began instead
   */
  record Result(boolean done, Optional<UploadSession> begun) {
    static final Result REFUSED = new Result(false, Optional.empty());
  }

  /** Whether blobs of {@code source} can be had by a mount. */
  boolean isPossible(Repository source) {
    return source.sameRegistry(repository)
        && !source.name().equals(repository.name())
        && !refused.contains(source.name());
  }

  /** Tries it. */
  Result mount(Descriptor blob, Repository source) throws IOException {
    String from = URLEncoder.encode(source.name(), StandardCharsets.UTF_8);
    String digest = URLEncoder.encode(blob.digest().toString(), StandardCharsets.UTF_8);
    String path = "blobs/uploads/?mount=" + digest + "&from=" + from;
    Request request =
        Request.of(repository, "POST", repository.uri(path)).withScopes(scopes(source));
    try (Response answer = http.send(request.once())) {
      if (answer.status() == 401 || answer.status() == 403) {
        refused.add(source.name());
      }
      return switch (answer.status()) {
        case 201 -> new Result(true, Optional.empty());
        case 202 ->
            new Result(
                false,
                Optional.of(
                    UploadSession.begun(http, repository, answer, "mount " + blob.digest())));
        default -> Result.REFUSED;
      };
    } catch (ImageException e) {
      // No token for the other repository, no answer, or one that leads astray: what is wrong
      // beyond the mount, the push will say.
      return Result.REFUSED;
    }
  }

  /** The destination's first: some token servers read no other. */
  private List<String> scopes(Repository source) {
    return List.of(
        "repository:" + repository.name() + ":pull,push", "repository:" + source.name() + ":pull");
  }
}
