package dev.stargz.registry;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds who asks, once for each repository, and keeps it as long as the connection. */
final class Credentials {
  private final RegistryOptions options;
  private final Map<String, Optional<Credential>> found = new ConcurrentHashMap<>();

  Credentials(RegistryOptions options) {
    this.options = options;
  }

  /** Who asks; nobody if there is nothing to show, or it mustn't be shown there. */
  Optional<Credential> find(Repository repository) throws IOException {
    if (!isSafe(repository)) {
      return Optional.empty();
    }
    Optional<Credential> known = found.get(repository.toString());
    if (known != null) {
      return known;
    }
    Optional<Credential> first = options.credential();
    found.put(repository.toString(), first);
    return first;
  }

  private boolean isSafe(Repository repository) {
    return repository.scheme().equals("https")
        || Hosts.isLoopback(repository.base())
        || options.sendCredentialsOverHttp();
  }

  /** Remembers the secret that takes a used one's place. */
  void renew(Repository repository, Credential credential, String secret) {
    found.put(repository.toString(), Optional.of(credential.withSecret(secret)));
  }

  /** Says who asked, and what to try; never a secret. */
  String hint(Repository repository) {
    if (!isSafe(repository)) {
      return "credentials are not sent over plain HTTP: --send-credentials-over-http allows that";
    }
    return hint(found.getOrDefault(repository.toString(), Optional.empty()));
  }

  static String hint(Optional<Credential> credential) {
    return credential
        .map(known -> "asked with " + known + ": is it right, and allowed to do this?")
        .orElse(
            "asked without credentials: 'docker login' or the options for credentials give some");
  }
}
