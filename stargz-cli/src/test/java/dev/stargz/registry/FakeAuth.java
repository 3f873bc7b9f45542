package dev.stargz.registry;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who may do what: Basic, or Bearer with a token endpoint at {@code /token}. */
final class FakeAuth {
  private static final Pattern REPOSITORY =
      Pattern.compile("/v2/(.+)/(?:manifests|blobs|referrers|tags)/.+");

  private final String user;
  private final String password;
  private final Optional<Clock> bearer;
  private final Duration lifetime;
  private final AtomicInteger count = new AtomicInteger();
  private final Map<String, Instant> expiry = new ConcurrentHashMap<>();
  private final Map<String, List<String>> granted = new ConcurrentHashMap<>();

  private FakeAuth(String user, String password, Optional<Clock> bearer, Duration lifetime) {
    this.user = user;
    this.password = password;
    this.bearer = bearer;
    this.lifetime = lifetime;
  }

  static FakeAuth basic(String user, String password) {
    return new FakeAuth(user, password, Optional.empty(), Duration.ZERO);
  }

  /** Tokens of a lifetime, by a clock that the test moves. */
  static FakeAuth bearer(String user, String password, Clock clock, Duration lifetime) {
    return new FakeAuth(user, password, Optional.of(clock), lifetime);
  }

  /** Makes all tokens so far invalid. */
  void revoke() {
    expiry.clear();
  }

  /** The answer if the request isn't allowed, or asks for a token. */
  Optional<FakeAnswer> check(FakeRequest request, String origin) {
    if (bearer.isEmpty()) {
      boolean known = request.header("Authorization").filter(basic()::equals).isPresent();
      return known ? Optional.empty() : Optional.of(denied("Basic realm=\"fake\""));
    }
    if (request.path().equals("/token")) {
      return Optional.of(token(request));
    }
    if (isAllowed(request)) {
      return Optional.empty();
    }
    return Optional.of(
        denied(
            "Bearer realm=\""
                + origin
                + "/token\",service=\"fake registry\""
                + scope(request).map(scope -> ",scope=\"" + scope + "\"").orElse("")));
  }

  private static FakeAnswer denied(String challenge) {
    return FakeAnswer.error(401, "UNAUTHORIZED", "authentication required")
        .with("WWW-Authenticate: " + challenge);
  }

  private String basic() {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private FakeAnswer token(FakeRequest request) {
    if (request.header("Authorization").filter(basic()::equals).isEmpty()) {
      return FakeAnswer.error(401, "UNAUTHORIZED", "wrong password");
    }
    String token = "token-" + count.incrementAndGet();
    Instant now = bearer.orElseThrow().instant();
    expiry.put(token, now.plus(lifetime));
    granted.put(token, new ArrayList<>(request.query("scope")));
    return FakeAnswer.of(200)
        .with("Content-Type: application/json")
        .withBody("{\"token\":\"" + token + "\",\"expires_in\":" + lifetime.toSeconds() + "}");
  }

  private boolean isAllowed(FakeRequest request) {
    String token = request.header("Authorization").orElse("").replace("Bearer ", "");
    Instant until = expiry.get(token);
    if (until == null || !bearer.orElseThrow().instant().isBefore(until)) {
      return false;
    }
    return scope(request).map(needed -> covers(granted.get(token), needed)).orElse(true);
  }

  private static boolean covers(List<String> scopes, String needed) {
    int colon = needed.lastIndexOf(':');
    return scopes.stream()
        .filter(scope -> scope.startsWith(needed.substring(0, colon + 1)))
        .map(scope -> List.of(scope.substring(colon + 1).split(",")))
        .anyMatch(actions -> actions.containsAll(List.of(needed.substring(colon + 1).split(","))));
  }

  private static Optional<String> scope(FakeRequest request) {
    Matcher path = REPOSITORY.matcher(request.path());
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    return path.matches()
        ? Optional.of("repository:" + path.group(1) + (reads ? ":pull" : ":pull,push"))
        : Optional.empty();
  }
}
