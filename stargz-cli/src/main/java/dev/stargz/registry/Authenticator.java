package dev.stargz.registry;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows what each registry wants to be shown, and keeps the tokens. A registry is first asked
 * without anything; what it then wants, all later requests have at once.
 */
final class Authenticator {
  // A request that is short may begin just before the token ends; one that moves a layer may not.
  private static final Duration SHORT_REQUEST = Duration.ofSeconds(5);
  private static final Duration LONG_REQUEST = Duration.ofSeconds(60);
  private static final long LONG_BODY = 64 << 10;

  private final Credentials credentials;
  private final TokenServer server;
  private final Clock clock;
  private final Map<Repository.Origin, Challenge> challenges = new ConcurrentHashMap<>();
  private final Map<Key, Slot<Token>> tokens = new ConcurrentHashMap<>();

  Authenticator(Credentials credentials, TokenServer server, Clock clock) {
    this.credentials = credentials;
    this.server = server;
    this.clock = clock;
  }

  /** What a token is for. */
  private record Key(Challenge challenge, String repository, List<String> scopes) {
    static Key of(Challenge challenge, Request request, List<String> scopes) {
      Map<String, String> where =
          Map.of(
              "realm", challenge.parameter("realm").orElse(""),
              "service", challenge.parameter("service").orElse(""));
      Challenge bare = new Challenge("bearer", where);
      return new Key(bare, request.repository().toString(), List.copyOf(scopes));
    }
  }

  /** The header for a request, if the registry is known to want one. */
  Optional<String> authorization(Request request) throws IOException {
    Challenge challenge = challenges.get(Repository.Origin.of(request.uri()));
    return challenge == null
        ? Optional.empty()
        : authorization(request, challenge, request.scopes(), Optional.empty());
  }

  /**
   * The header for a request that was refused without one, or with another.
   *
   * @param used the header that was of no use
   * @param scopes what the token must allow
   */
  Optional<String> authorization(
      Request request, Challenge challenge, List<String> scopes, Optional<String> used)
      throws IOException {
    challenges.put(Repository.Origin.of(request.uri()), challenge);
    if (challenge.scheme().equals("basic")) {
      return credentials.find(request.repository()).map(Credential::basic);
    }
    List<String> merged = Scopes.merge(scopes, List.of());
    return Optional.of(
        bearer(
            tokens
                .computeIfAbsent(Key.of(challenge, request, merged), any -> new Slot<>())
                .get(kept -> renewed(kept, request, challenge, merged, used))));
  }

  /** The token that is kept, unless it is about to end, or was of no use. */
  private Token renewed(
      Optional<Token> kept,
      Request request,
      Challenge challenge,
      List<String> scopes,
      Optional<String> used)
      throws IOException {
    boolean good =
        kept.filter(token -> isFresh(token, request))
            .map(Authenticator::bearer)
            .filter(header -> !used.equals(Optional.of(header)))
            .isPresent();
    return good ? kept.get() : fetch(request.repository(), challenge, scopes);
  }

  private Token fetch(Repository repository, Challenge challenge, List<String> scopes)
      throws IOException {
    URI realm = TokenServer.realm(repository, challenge);
    Optional<Credential> credential =
        credentials.mayGoTo(realm) ? credentials.find(repository) : Optional.empty();
    return server.fetch(
        repository,
        challenge,
        scopes,
        credential,
        secret -> credential.ifPresent(known -> credentials.renew(known, secret)));
  }

  private boolean isFresh(Token token, Request request) {
    boolean large = request.body().filter(body -> body.length() >= LONG_BODY).isPresent();
    Duration needed = large ? LONG_REQUEST : SHORT_REQUEST;
    return clock.instant().plus(needed).isBefore(token.expires());
  }

  private static String bearer(Token token) {
    return "Bearer " + token.value();
  }
}
