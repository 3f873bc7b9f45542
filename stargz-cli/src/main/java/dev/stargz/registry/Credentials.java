package dev.stargz.registry;

import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds who asks, once for each repository, and keeps it as long as the connection: what the
 * options say, then files, then the helpers that clouds are known for.
 */
final class Credentials {
  private final RegistryOptions options;
  private final CredentialFiles files;
  private final Map<String, Slot<Optional<Credential>>> found = new ConcurrentHashMap<>();
  private final Map<Credential, Credential> renewed = new ConcurrentHashMap<>();
  private final Set<String> secrets;

  /**
   * Credentials as options, environment and files have them.
   *
   * @param secrets told of all that must not be shown
   */
  Credentials(RegistryOptions options, Set<String> secrets) {
    this.options = options;
    this.secrets = secrets;
    this.files = new CredentialFiles(options.environment(), options.log());
  }

  /**
   * Who asks; nobody if there is nothing to show, or it mustn't be shown there.
   *
   * @throws dev.stargz.image.ImageException if a file or helper is of no use
   */
  Optional<Credential> find(Repository repository) throws IOException {
    if (!mayGoTo(repository.base())) {
      return Optional.empty();
    }
    Optional<Credential> known =
        found
            .computeIfAbsent(repository.toString(), any -> new Slot<>())
            .get(before -> before.isPresent() ? before.get() : lookUp(repository));
    known.ifPresent(credential -> secrets.add(credential.secret()));
    return known.map(credential -> renewed.getOrDefault(credential, credential));
  }

  private Optional<Credential> lookUp(Repository repository) throws IOException {
    if (options.credential(repository).isPresent()) {
      return options.credential(repository);
    }
    if (options.credentialHelper().isPresent()) {
      return new CredentialHelper(options.credentialHelper().get(), options.environment())
          .ask(CredentialKeys.server(repository));
    }
    Optional<Credential> filed = files.find(repository);
    return filed.isPresent() ? filed : wellKnown(repository);
  }

  /** The helpers of clouds, if they are installed; who hasn't them asks as nobody. */
  private Optional<Credential> wellKnown(Repository repository) throws InterruptedIOException {
    if (!options.environment().containsKey("PATH") || !repository.authority().contains(".")) {
      return Optional.empty();
    }
    try {
      ImageReference image = ImageReference.of(repository.authority(), repository.name(), null);
      CredentialRetriever clouds =
          CredentialRetrieverFactory.forImage(image, event -> {}, options.environment())
              .wellKnownCredentialHelpers();
      return CredentialHelper.awaited(clouds::retrieve, CredentialHelper.LONGEST)
          .map(
              known ->
                  Credential.login(
                      known.getUsername(), known.getPassword(), "the cloud's credential helper"));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (Exception e) {
      options.log().accept(repository + ": the cloud's credential helper gave no credentials");
      return Optional.empty();
    }
  }

  /** Whether credentials may be shown there. */
  boolean mayGoTo(URI uri) {
    return options.mayShowCredentials(uri);
  }

  /** Remembers the secret that takes a used one's place, for all who used that. */
  void renew(Credential credential, String secret) {
    Credential next = credential.withSecret(secret);
    secrets.add(secret);
    renewed.replaceAll((first, last) -> last.equals(credential) ? next : last);
    renewed.putIfAbsent(credential, next);
  }

  /** Says who asked, and what to try; never a secret. */
  String hint(Repository repository) {
    if (!mayGoTo(repository.base())) {
      return "credentials are not sent over plain HTTP: --send-credentials-over-http allows that";
    }
    Slot<Optional<Credential>> slot = found.getOrDefault(repository.toString(), new Slot<>());
    return hint(slot.peek().orElse(Optional.empty()));
  }

  static String hint(Optional<Credential> credential) {
    return credential
        .map(known -> "asked with " + known + ": is it right, and allowed to do this?")
        .orElse(
            "asked without credentials: 'docker login' or the options for credentials give some");
  }
}
