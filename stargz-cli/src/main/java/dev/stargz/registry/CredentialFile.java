package dev.stargz.registry;

import dev.stargz.image.ImageException;
import dev.stargz.image.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A file of credentials as {@code docker login} and {@code podman login} write it. */
final class CredentialFile {
  private static final int MAX_SIZE = 1 << 20;

  private final Path path;
  private final JsonObject auths;
  private final JsonObject helpers;
  private final Optional<String> store;

  private CredentialFile(Path path, JsonObject auths, JsonObject helpers, Optional<String> store) {
    this.path = path;
    this.auths = auths;
    this.helpers = helpers;
    this.store = store;
  }

  /**
   * Reads a file.
   *
   * @param legacy whether it is of the form of {@code .dockercfg}, logins and nothing around them
   * @return nothing if there is no such file
   * @throws ImageException if it can't be read
   */
  static Optional<CredentialFile> read(Path path, boolean legacy) throws IOException {
    JsonObject json;
    try {
      byte[] bytes = bytes(path);
      json = bytes.length == 0 ? JsonObject.EMPTY : JsonObject.parse(bytes); // as Podman has it
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new ImageException(path + ": the file of credentials can't be read", e);
    } catch (IllegalArgumentException e) {
      // Without the cause, which may quote what is a secret.
      throw new ImageException(path + ": expected credentials in JSON, found something else");
    }
    JsonObject logins = legacy ? json : json.object("auths").orElse(JsonObject.EMPTY);
    JsonObject helpers = json.object("credHelpers").orElse(JsonObject.EMPTY);
    Optional<String> store = json.string("credsStore").filter(name -> !name.isBlank());
    return Optional.of(new CredentialFile(path, logins, helpers, store));
  }

  private static byte[] bytes(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_SIZE + 1);
      if (bytes.length > MAX_SIZE) {
        throw new IOException("larger than " + MAX_SIZE + " bytes");
      }
      return bytes;
    }
  }

  /**
   * Who asks for a repository, by this file.
   *
   * @param log told of a store that isn't there, which need not be fatal
   * @throws ImageException if an entry, or the program that it names, is of no use
   */
  Optional<Credential> find(
      Repository repository, Map<String, String> environment, Consumer<String> log)
      throws IOException {
    for (String key : CredentialKeys.of(repository)) {
      Optional<Credential> found = helped(key, repository, environment);
      if (found.isEmpty()) {
        found = login(key);
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return stored(repository, environment, log);
  }

  private Optional<Credential> helped(
      String key, Repository repository, Map<String, String> environment) throws IOException {
    Optional<String> spelled = CredentialKeys.find(helpers.fields().keySet(), key);
    Optional<String> helper = spelled.flatMap(helpers::string).filter(name -> !name.isBlank());
    if (helper.isEmpty()) {
      return Optional.empty();
    }
    String server = key.contains("/") ? key : CredentialKeys.server(repository);
    return new CredentialHelper(helper.get(), environment).ask(server);
  }

  private Optional<Credential> stored(
      Repository repository, Map<String, String> environment, Consumer<String> log)
      throws IOException {
    if (store.isEmpty()) {
      return Optional.empty();
    }
    try {
      return new CredentialHelper(store.get(), environment).ask(CredentialKeys.server(repository));
    } catch (CredentialHelper.Missing e) {
      log.accept(path + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Credential> login(String key) throws ImageException {
    Optional<String> spelled = CredentialKeys.find(auths.fields().keySet(), key);
    Optional<JsonObject> entry = spelled.flatMap(auths::object);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    String origin = "the login for " + Redaction.of(spelled.orElse(key)) + " in " + path;
    Optional<String> auth = entry.get().string("auth").filter(text -> !text.isEmpty());
    String user = entry.get().string("username").orElse("");
    String password = entry.get().string("password").orElse("");
    if (auth.isPresent()) {
      String pair = decoded(auth.get(), origin);
      user = pair.substring(0, pair.indexOf(':'));
      password = pair.substring(pair.indexOf(':') + 1);
    }
    Optional<String> token = entry.get().string("identitytoken").filter(text -> !text.isEmpty());
    if (token.isPresent()) {
      return Optional.of(Credential.identityToken(user, token.get(), origin));
    }
    return user.isEmpty()
        ? Optional.empty()
        : Optional.of(Credential.login(user, password, origin));
  }

  private static String decoded(String auth, String origin) throws ImageException {
    String pair = "";
    try {
      pair = new String(Base64.getMimeDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // said below, without the cause
    }
    if (pair.indexOf(':') < 0) {
      throw new ImageException(
          origin + ": expected user and password in base64, found something else");
    }
    return pair.replaceFirst("\0+$", ""); // Docker pads to the length of its buffer
  }
}
