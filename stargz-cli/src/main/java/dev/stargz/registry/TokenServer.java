package dev.stargz.registry;

import dev.stargz.image.ImageException;
import dev.stargz.image.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Asks for tokens as Docker's registries have it: distribution's "token" and "oauth" documents. */
final class TokenServer {
  private static final int MAX_ANSWER = 1 << 20;
  private static final long SHORTEST_SECONDS = 60;
  // What servers answer that know no POST: Artifactory 401, GCR 404, ACR 400.
  private static final Set<Integer> NO_POST = Set.of(400, 401, 404, 405);

  private final Sender sender;
  private final Clock clock;

  TokenServer(Sender sender, Clock clock) {
    this.sender = sender;
    this.clock = clock;
  }

  /** How requests get there: as they are, tried again while the server is busy. */
  @FunctionalInterface
  interface Sender {
    Response send(Request request) throws IOException;
  }

  /**
   * Gets a token.
   *
   * @param renewed given the credential's new secret if the server sends one
   * @throws ImageException if the server refuses
   */
  Token fetch(
      Repository repository,
      Challenge challenge,
      List<String> scopes,
      Optional<Credential> credential,
      Consumer<String> renewed)
      throws IOException {
    URI realm = realm(repository, challenge);
    if (credential.isPresent() && credential.get().identityToken()) {
      Request post = post(repository, realm, challenge, scopes, credential.get());
      try (Response answer = sender.send(post)) {
        boolean byName =
            NO_POST.contains(answer.status()) && !credential.get().username().isEmpty();
        if (!byName) {
          return token(post, answer, credential, renewed);
        }
      }
    }
    Request get = get(repository, realm, challenge, scopes, credential);
    try (Response answer = sender.send(get)) {
      return token(get, answer, credential, unasked -> {});
    }
  }

  /**
   * Where tokens are to be had.
   *
   * @throws ImageException if that is no address, or one that must not be asked
   */
  static URI realm(Repository repository, Challenge challenge) throws ImageException {
    String realm = challenge.parameter("realm").orElse("");
    URI uri;
    try {
      uri = new URI(realm.replace(" ", "%20"));
    } catch (java.net.URISyntaxException e) {
      throw new ImageException(repository + ": the token server's address is none");
    }
    Hosts.refuseHostile(uri, repository, "the token server");
    return uri;
  }

  private static Request get(
      Repository repository,
      URI realm,
      Challenge challenge,
      List<String> scopes,
      Optional<Credential> credential) {
    List<String> query = new ArrayList<>();
    Optional.ofNullable(realm.getRawQuery()).ifPresent(query::add);
    challenge.parameter("service").ifPresent(service -> query.add(field("service", service)));
    scopes.forEach(scope -> query.add(field("scope", scope)));
    String base = realm.toString().replaceFirst("[?#].*", "");
    URI uri = URI.create(query.isEmpty() ? base : base + "?" + String.join("&", query));
    Request get = Request.of(repository, "GET", uri);
    return credential.map(known -> get.with("Authorization", known.basic())).orElse(get);
  }

  private static Request post(
      Repository repository,
      URI realm,
      Challenge challenge,
      List<String> scopes,
      Credential credential) {
    List<String> form = new ArrayList<>();
    form.add(field("grant_type", "refresh_token"));
    challenge.parameter("service").ifPresent(service -> form.add(field("service", service)));
    form.add(field("client_id", "stargzify"));
    form.add(field("scope", String.join(" ", scopes)));
    form.add(field("refresh_token", credential.secret()));
    byte[] body = String.join("&", form).getBytes(StandardCharsets.US_ASCII);
    return Request.of(repository, "POST", realm)
        .with("Content-Type", "application/x-www-form-urlencoded")
        .withBody(RequestBody.of(body));
  }

  private static String field(String name, String value) {
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private Token token(
      Request request, Response answer, Optional<Credential> credential, Consumer<String> renewed)
      throws IOException {
    String asked = "get a token from " + Redaction.of(request.uri());
    if (answer.status() != 200) {
      // No answer of the registry: its 403 may mean that something isn't there, this one doesn't.
      throw new ImageException(
          request.repository()
              + ": "
              + asked
              + ": "
              + answer.outcome()
              + "; "
              + Credentials.hint(credential));
    }
    byte[] bytes = answer.document(MAX_ANSWER + 1);
    Optional<JsonObject> json = json(bytes);
    Optional<String> token =
        json.flatMap(fields -> fields.string("token").filter(text -> !text.isEmpty()))
            .or(() -> json.flatMap(fields -> fields.string("access_token")));
    if (token.isEmpty() || !token.get().matches("[\\x21-\\x7e]+")) {
      throw new ImageException(
          request.repository() + ": " + asked + ": expected a token, found something else");
    }
    json.flatMap(fields -> fields.string("refresh_token")).ifPresent(renewed);
    long seconds = json.map(fields -> fields.number("expires_in").orElse(0)).orElse(0L);
    long lifetime = Math.min(Math.max(seconds, SHORTEST_SECONDS), 86_400);
    return new Token(token.get(), clock.instant().plusSeconds(lifetime));
  }

  private static Optional<JsonObject> json(byte[] bytes) {
    if (bytes.length > MAX_ANSWER) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonObject.parse(bytes));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // without the cause, which may quote a token
    }
  }
}
