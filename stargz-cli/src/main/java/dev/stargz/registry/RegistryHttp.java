package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Requests to registries: with credentials, redirects followed, tried again when that may help. May
 * be used by several threads.
 */
final class RegistryHttp implements Closeable {
  private final RegistryOptions options;
  private final HttpTransport transport;
  private final Backoff backoff;
  private final Consumer<String> log;
  private final Credentials credentials;
  private final Authenticator authenticator;
  private final Redirects redirects;
  private volatile boolean closed;
  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  // What a registry wanted besides, so that it isn't asked in vain each time.
  private final Map<Wish, List<String>> wider = new ConcurrentHashMap<>();

  private RegistryHttp(RegistryOptions options, HttpTransport transport) {
    this.options = options;
    this.transport = transport;
    this.backoff = new Backoff(options);
    this.log = options.log();
    this.credentials = new Credentials(options, secrets);
    TokenServer tokens =
        new TokenServer(
            request -> retrying(request, next -> exchange(next, Optional.empty())),
            options.clock());
    this.authenticator = new Authenticator(credentials, tokens, options.clock());
    this.redirects = new Redirects(this::authorized);
  }

  /** What a request's token was to allow, and where. */
  private record Wish(Repository.Origin registry, List<String> scopes) {}

  static RegistryHttp open(RegistryOptions options) throws IOException {
    return new RegistryHttp(options, HttpTransport.open(options));
  }

  /** How often something is tried. */
  int tries() {
    return options.tries();
  }

  /** Waits before another try; for callers that repeat more than one request. */
  void pause(int failed, Optional<Response> answer) throws InterruptedIOException {
    backoff.pause(failed, answer);
  }

  /** Whether another try may help after a connection broke; waits for it. */
  boolean retries(int failed, IOException e) throws InterruptedIOException {
    boolean hopeless =
        closed || e instanceof ImageException || Thread.currentThread().isInterrupted();
    if (hopeless || failed >= tries()) {
      return false;
    }
    pause(failed, Optional.empty());
    return true;
  }

  /**
   * Sends a request.
   *
   * @return the answer, whatever its status; the caller closes it
   * @throws RequestBodyException if what is to be sent can't be read; its cause tells why
   * @throws InterruptedIOException if the thread is interrupted
   * @throws BrokenConnectionException if no answer came
   * @throws ImageException if no token was to be had, the registry's answers must not be followed,
   *     or its certificate isn't trusted
   */
  Response send(Request request) throws IOException {
    return retrying(request, redirects::send);
  }

  private Response retrying(Request request, TokenServer.Sender sender) throws IOException {
    for (int tried = 1; ; tried++) {
      boolean last = !request.retried() || tried >= tries();
      Optional<Response> answer = Optional.empty();
      try {
        Response response = sender.send(request);
        if (last || !Backoff.isTransient(response.status())) {
          return response;
        }
        response.close();
        answer = Optional.of(response);
      } catch (ImageException | RequestBodyException e) {
        throw e;
      } catch (IOException e) {
        if (last || closed || Failures.isForGood(e) || Thread.currentThread().isInterrupted()) {
          throw broken(request, e);
        }
      }
      Duration pause = backoff.pause(tried, answer);
      log.accept(request + ": tried again after " + pause.toMillis() + " ms");
    }
  }

  /** What to throw when a connection broke and no other try is left. */
  IOException broken(Request request, IOException e) {
    if (e instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
      return e;
    }
    String message = request.repository() + ": " + request + ": " + Failures.reason(e);
    return Failures.isForGood(e)
        ? new ImageException(message, e)
        : new BrokenConnectionException(message, e);
  }

  /** Asks with what is known of the registry; if that isn't enough, with what it wants. */
  private Response authorized(Request request) throws IOException {
    if (!request.repository().isHome(request.uri())) {
      return exchange(request, Optional.empty());
    }
    if (request.login().isPresent()) {
      request.login().ifPresent(login -> secrets.add(login.secret()));
      return exchange(request, request.login().map(Credential::basic));
    }
    if (!request.credentials()) {
      return exchange(request, Optional.empty());
    }
    Wish wish = new Wish(Repository.Origin.of(request.uri()), request.scopes());
    List<String> scopes = wider.getOrDefault(wish, request.scopes());
    Optional<String> used = authenticator.authorization(request.withScopes(scopes));
    Response answer = exchange(request, used);
    for (int round = 0; round < 2 && isRefused(answer); round++) {
      Optional<Challenge> challenge = challenge(request, answer);
      List<String> wanted = wanted(challenge, scopes, round);
      if (challenge.isEmpty() || (round > 0 && wanted.equals(scopes))) {
        return answer;
      }
      scopes = wanted;
      Optional<String> next = authenticator.authorization(request, challenge.get(), scopes, used);
      if (next.isEmpty() || next.equals(used)) {
        return answer;
      }
      used = next;
      answer.close();
      answer = exchange(request, used);
      if (round > 0 && !isRefused(answer)) {
        wider.put(wish, scopes);
      }
    }
    return answer;
  }

  private static boolean isRefused(Response answer) {
    return answer.status() == 401 || (answer.status() == 403 && isForScopes(answer));
  }

  /** RFC 6750, 3.1. */
  private static boolean isForScopes(Response answer) {
    return Challenge.choose(answer.headers("WWW-Authenticate"))
        .flatMap(challenge -> challenge.parameter("error"))
        .filter("insufficient_scope"::equals)
        .isPresent();
  }

  /** What the registry asks for counts if we have nothing to ask for, or that wasn't enough. */
  private static List<String> wanted(
      Optional<Challenge> challenge, List<String> scopes, int round) {
    List<String> theirs =
        challenge.flatMap(one -> one.parameter("scope")).map(List::of).orElse(List.of());
    boolean needed = round > 0 || scopes.isEmpty();
    return Scopes.merge(scopes, needed ? theirs : List.of());
  }

  /** Some registries' 401 lacks the challenge: the registry's root has it. */
  private Optional<Challenge> challenge(Request request, Response answer) throws IOException {
    Optional<Challenge> given = Challenge.choose(answer.headers("WWW-Authenticate"));
    if (given.isPresent() || !answer.headers("WWW-Authenticate").isEmpty()) {
      return given;
    }
    Request ping = Request.of(request.repository(), "GET", request.repository().base());
    try (Response root = exchange(ping, Optional.empty())) {
      return Challenge.choose(root.headers("WWW-Authenticate"));
    }
  }

  private Response exchange(Request request, Optional<String> authorization) throws IOException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept-Encoding", "identity");
    authorization.ifPresent(value -> headers.put("Authorization", value));
    authorization
        .or(() -> Optional.ofNullable(request.headers().get("Authorization")))
        .ifPresent(value -> secrets.add(value.substring(value.indexOf(' ') + 1)));
    try {
      Response answer = transport.exchange(request, headers).without(secrets);
      log.accept(request + ": " + answer.outcome());
      return answer;
    } catch (IOException e) {
      log.accept(request + ": " + Failures.reason(e));
      throw e;
    }
  }

  /** The status of a registry's root; throws what the connection throws. */
  int probe(Repository registry) throws IOException {
    Request root = Request.of(registry, "GET", registry.base());
    try (Response answer = exchange(root, Optional.empty())) {
      return answer.status();
    }
  }

  /**
   * An error about an answer that wasn't the one that was asked for.
   *
   * @param asked what for, such as {@code "push blob sha256:12ab…"}
   * @param hint what to try; may be empty
   */
  RegistryException failure(Repository repository, String asked, Response answer, String hint) {
    boolean refused =
        (answer.status() == 401 || answer.status() == 403) && repository.isHome(answer.uri());
    String who = refused ? credentials.hint(repository) : "";
    String both = hint.isEmpty() || who.isEmpty() ? hint + who : hint + "; " + who;
    return RegistryException.of(repository, asked, answer, both);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    transport.close();
  }
}
