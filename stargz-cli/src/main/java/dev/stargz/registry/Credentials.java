package dev.stargz.registry;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds who asks, once for each repository, and keeps it as long as the connection: what the
 * options say, then files, then the helpers that clouds are known for.
 */
final class Credentials {
  private final RegistryOptions options;
  private final CredentialFiles files;
  private final Map<String, Optional<Credential>> found = new HashMap<>();

  Credentials(RegistryOptions options) {
    this.options = options;
    this.files = new CredentialFiles(options.environment(), options.log());
  }

  /**
   * Who asks; nobody if there is nothing to show, or it mustn't be shown there.
   *
   * @throws dev.stargz.image.ImageException if a file or helper is of no use
   */
  synchronized Optional<Credential> find(Repository repository) throws IOException {
    if (!isSafe(repository)) {
      return Optional.empty();
    }
    Optional<Credential> known = found.get(repository.toString());
    if (known == null) {
      known = lookUp(repository);
      found.put(repository.toString(), known);
    }
    return known;
  }

  private Optional<Credential> lookUp(Repository repository) throws IOException {
    if (options.credential().isPresent()) {
      return options.credential();
    }
    if (options.credentialHelper().isPresent()) {
      return new CredentialHelper(options.credentialHelper().get(), options.environment())
          .ask(CredentialKeys.server(repository));
    }
    Optional<Credential> filed = files.find(repository);
    return filed.isPresent() ? filed : wellKnown(repository);
  }

  /** The helpers of clouds, if they are installed; who hasn't them asks as nobody. */
  private Optional<Credential> wellKnown(Repository repository) {
    if (!options.environment().containsKey("PATH") || !repository.authority().contains(".")) {
      return Optional.empty();
    }
    try {
      ImageReference image = ImageReference.of(repository.authority(), repository.name(), null);
      return CredentialRetrieverFactory.forImage(image, event -> {}, options.environment())
          .wellKnownCredentialHelpers()
          .retrieve()
          .map(
              known ->
                  Credential.login(
                      known.getUsername(), known.getPassword(), "the cloud's credential helper"));
    } catch (CredentialRetrievalException | RuntimeException e) {
      options.log().accept(repository + ": the cloud's credential helper gave no credentials");
      return Optional.empty();
    }
  }

  private boolean isSafe(Repository repository) {
    return repository.scheme().equals("https")
        || Hosts.isLoopback(repository.base())
        || options.sendCredentialsOverHttp();
  }

  /** Remembers the secret that takes a used one's place. */
  synchronized void renew(Repository repository, Credential credential, String secret) {
    found.put(repository.toString(), Optional.of(credential.withSecret(secret)));
  }

  /** Says who asked, and what to try; never a secret. */
  synchronized String hint(Repository repository) {
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
