package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ImageException;
import dev.stargz.image.MediaTypes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest extends RegistryFixture {
  private static final String SECRET = "s3cr3t-pass:word";
  private static final String TOKEN = "{\"access_token\":\"t0\",\"token\":\"t1\"}";

  @BeforeEach
  void manifest() {
    registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, "{\"layers\":[]}");
    registry.store().putManifest("a/c", "t", MediaTypes.OCI_MANIFEST, "{\"layers\":[]}");
  }

  private RegistryConnection user() throws Exception {
    return connect(options().login("user", SECRET));
  }

  /** A registry that wants the token {@code t1}, and says so in its own way. */
  private void wants(String challenge) {
    registry
        .on("GET", "/v2/.*")
        .answer(
            (request, truth) ->
                request.header("Authorization").filter("Bearer t1"::equals).isPresent()
                    ? truth.of(request)
                    : FakeAnswer.of(401, "WWW-Authenticate: " + challenge));
  }

  private int status(RegistryConnection connection, Request request) throws IOException {
    try (Response response = connection.http().send(request)) {
      return response.status();
    }
  }

  @Test
  void basic_is_shown_at_once_after_the_first_challenge() throws Exception {
    registry.auth(FakeAuth.basic("user", SECRET));
    RegistryConnection connection = user();

    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);
    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);

    assertThat(registry.requests()).hasSize(3);
  }

  @Test
  void a_token_is_kept_while_it_lasts_and_then_fetched_anew() throws Exception {
    registry.auth(FakeAuth.bearer("user", SECRET, clock, Duration.ofMinutes(5)));
    RegistryConnection connection = user();

    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);
    clock.move(Duration.ofSeconds(290));
    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);
    assertThat(registry.requests("GET", "/token")).hasSize(1);
    clock.move(Duration.ofSeconds(8));
    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);

    List<FakeRequest> tokens = registry.requests("GET", "/token");
    assertThat(tokens).hasSize(2);
    assertThat(tokens.get(0).target())
        .isEqualTo("/token?service=fake+registry&scope=repository%3Aa%2Fb%3Apull");
  }

  @Test
  void a_token_that_is_refused_early_is_replaced_once() throws Exception {
    FakeAuth auth = FakeAuth.bearer("user", SECRET, clock, Duration.ofMinutes(5));
    registry.auth(auth);
    RegistryConnection connection = user();
    status(connection, get("manifests/t"));

    auth.revoke();

    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);
    assertThat(registry.requests("GET", "/token")).hasSize(2);
  }

  @Test
  void a_lifetime_below_a_minute_counts_as_one() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\"");
    registry
        .on("GET", "/token")
        .answer(FakeAnswer.of(200).withBody("{\"token\":\"t1\",\"expires_in\":3}"));
    RegistryConnection connection = connect();

    status(connection, get("manifests/t"));
    clock.move(Duration.ofSeconds(50));
    status(connection, get("manifests/t"));

    assertThat(registry.requests("GET", "/token")).hasSize(1);
  }

  @Test
  void before_a_large_body_a_token_about_to_end_is_replaced() throws Exception {
    registry.auth(FakeAuth.bearer("user", SECRET, clock, Duration.ofMinutes(5)));
    RegistryConnection connection = user();
    List<String> both = List.of("repository:a/b:pull,push");
    status(connection, get("manifests/t").withScopes(both));
    clock.move(Duration.ofSeconds(250));
    Repository repository = registry.repository("a/b");
    Request put = Request.of(repository, "PUT", repository.uri("manifests/u")).withScopes(both);

    status(connection, put.withBody(RequestBody.of(new byte[1000])));
    assertThat(registry.requests("GET", "/token")).hasSize(1);
    status(connection, put.withBody(RequestBody.of(new byte[100_000])));

    assertThat(registry.requests("GET", "/token")).hasSize(2);
    assertThat(registry.requests("PUT", ".*")).hasSize(2);
  }

  @Test
  void the_realms_own_query_stays_and_all_is_encoded() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token?acct=1&x=a%20b\",service=\"a b=&\"");
    registry.on("GET", "/token").answer(FakeAnswer.of(200).withBody(TOKEN));

    Request two =
        get("manifests/t").withScopes(List.of("repository:a/b:pull,push", "repository:c:pull"));

    assertThat(status(connect(), two)).isEqualTo(200);
    assertThat(registry.requests("GET", "/token").get(0).target())
        .isEqualTo(
            "/token?acct=1&x=a%20b&service=a+b%3D%26&scope=repository%3Aa%2Fb%3Apull%2Cpush"
                + "&scope=repository%3Ac%3Apull");
  }

  @Test
  void a_service_may_be_missing_and_access_token_will_do() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\"");
    registry.on("GET", "/token").answer(FakeAnswer.of(200).withBody("{\"access_token\":\"t1\"}"));

    assertThat(status(connect(), get("manifests/t"))).isEqualTo(200);
    assertThat(registry.requests("GET", "/token").get(0).query("service")).isEmpty();
  }

  @Test
  void a_401_without_challenge_sends_us_to_the_root() throws Exception {
    registry.on("GET", "/v2/a/b/.*").times(1).answer(FakeAnswer.of(401));
    registry.auth(FakeAuth.basic("user", SECRET));

    assertThat(status(user(), get("manifests/t"))).isEqualTo(200);
    assertThat(registry.requests("GET", "/v2/")).hasSize(1);
  }

  @Test
  void a_scope_that_the_registry_misses_is_asked_for_once() throws Exception {
    String bearer = "Bearer realm=\"" + registry.origin() + "/token\"";
    registry
        .on("GET", "/v2/.*")
        .answer(
            (request, truth) -> {
              String token = request.header("Authorization").orElse("");
              return token.equals("Bearer t2")
                  ? truth.of(request)
                  : FakeAnswer.of(
                      401,
                      "WWW-Authenticate: "
                          + bearer
                          + ",error=\"insufficient_scope\""
                          + ",scope=\"repository:a/b:pull,push repository:z:pull\"");
            });
    registry
        .on("GET", "/token")
        .answer(
            (request, truth) ->
                FakeAnswer.of(200)
                    .withBody(
                        "{\"token\":\""
                            + (request.query("scope").size() > 1 ? "t2" : "t1")
                            + "\"}"));

    assertThat(status(connect(), get("manifests/t"))).isEqualTo(200);
    assertThat(registry.requests("GET", "/token").get(1).query("scope"))
        .containsExactly("repository:a/b:pull,push", "repository:z:pull");
  }

  @Test
  void a_refusal_for_good_is_an_answer_and_not_a_loop() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\"");
    registry.on("GET", "/token").answer(FakeAnswer.of(200).withBody("{\"token\":\"other\"}"));

    assertThat(status(connect(), get("manifests/t"))).isEqualTo(401);
    assertThat(registry.requests("GET", "/v2/.*").size()).isLessThanOrEqualTo(3);
  }

  // Identity tokens

  private static final String IDENTITY = "a+/=&b";

  @Test
  void an_identity_token_is_posted_with_every_field_encoded() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\",service=\"s v\"");
    registry
        .on("POST", "/token")
        .answer(
            (request, truth) -> {
              request.body();
              return FakeAnswer.of(200).withBody(TOKEN);
            });
    RegistryConnection connection = connect(options().login("<token>", IDENTITY));

    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);

    FakeRequest post = registry.requests("POST", "/token").get(0);
    assertThat(post.header("Content-Length")).isPresent();
    assertThat(new String(post.body(), StandardCharsets.US_ASCII))
        .isEqualTo(
            "grant_type=refresh_token&service=s+v&client_id=stargzify"
                + "&scope=repository%3Aa%2Fb%3Apull&refresh_token=a%2B%2F%3D%26b");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 405})
  void a_server_that_knows_no_post_is_asked_by_name(int status) throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\"");
    registry
        .on("POST", "/token")
        .answer(
            (request, truth) -> {
              request.body();
              return FakeAnswer.of(status);
            });
    registry.on("GET", "/token").answer(FakeAnswer.of(200).withBody(TOKEN));
    Credential credential = Credential.identityToken("user", IDENTITY, "a test");
    RegistryHttp http = connect().http();
    TokenServer server = new TokenServer(request -> http.send(request.anonymous()), clock);

    Token token =
        server.fetch(
            registry.repository("a/b"),
            Challenge.parse("Bearer realm=" + registry.origin() + "/token").get(0),
            List.of("repository:a/b:pull"),
            Optional.of(credential),
            secret -> {});

    assertThat(token.value()).isEqualTo("t1");
    assertThat(registry.requests("GET", "/token").get(0).header("Authorization"))
        .contains(credential.basic());
  }

  @Test
  void a_new_refresh_token_takes_the_old_ones_place() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\"");
    registry
        .on("POST", "/token")
        .answer(
            (request, truth) -> {
              request.body();
              return FakeAnswer.of(200)
                  .withBody("{\"access_token\":\"t1\",\"refresh_token\":\"next\"}");
            });
    RegistryConnection connection = connect(options().login("<token>", IDENTITY));

    status(connection, get("manifests/t"));
    clock.move(Duration.ofSeconds(100));
    status(connection, get("manifests/t"));

    assertThat(registry.requests("POST", "/token").get(1).form("refresh_token"))
        .containsExactly("next");
  }

  // What must not happen

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/token",
        "http://0xa9.254.169.254:70000/",
        "http://2852039166/token",
        "ftp://example.com/token",
        "http://192.168.1.1/token",
        "http://100.100.100.200/latest/meta-data",
        "http://127.0.0.1:99999/token",
      })
  void a_realm_that_only_this_machine_reaches_is_refused(String realm) throws Exception {
    wants("Bearer realm=\"" + realm + "\"");
    RegistryConnection connection = user();

    assertThatThrownBy(() -> status(connection, get("manifests/t")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("/a/b: ")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void a_plain_realm_of_an_encrypted_registry_and_loopback_from_afar_are_refused() {
    Repository far = new Repository("https", "registry.example", "a/b");

    for (String realm :
        List.of(
            "http://auth.example/t",
            "https://127.0.0.1/t",
            "https://localhost/t",
            "https://localhost./t",
            "https://a.localhost/t",
            "https://auth.example:99999/t",
            "https://auth.example:0/t",
            "https://[::1]/t",
            "https://0/t",
            "https://[fd00::1]/t",
            "https://10.0.0.1/t")) {
      assertThatThrownBy(() -> Hosts.refuseHostile(URI.create(realm), far, "the token server"))
          .as(realm)
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("registry.example/a/b: the token server " + realm + " is refused");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:5000,true",
    "http://127.3.2.1,true",
    "http://[::1]:5000,true",
    "http://a.localhost,false",
    "http://localhost.example,false",
    "http://10.0.0.1,false",
    "https://r.example,true",
  })
  void who_may_see_credentials(String uri, boolean may) {
    Credentials credentials =
        new Credentials(options().login("user", SECRET).build(), new HashSet<>());

    assertThat(credentials.mayGoTo(URI.create(uri))).isEqualTo(may);
  }

  @Test
  void a_redirect_to_another_host_drops_the_credentials_and_keeps_the_range() throws Exception {
    byte[] bytes = new byte[1000];
    String digest = registry.store().putBlob("a/b", bytes).digest().toString();
    registry.auth(FakeAuth.basic("user", SECRET));
    try (FakeRegistry store = FakeRegistry.start()) {
      store.store().putBlob("s", bytes);
      registry
          .on("GET", "/v2/a/b/blobs/.*")
          .times(2)
          .change(
              answer ->
                  answer.status() == 401
                      ? answer
                      : FakeAnswer.of(
                          307, "Location: " + store.origin() + "/v2/s/blobs/" + digest));

      assertThat(status(user(), get("blobs/" + digest).with("Range", "bytes=1-2"))).isEqualTo(206);

      assertThat(store.requests().get(0).header("Authorization")).isEmpty();
      assertThat(store.requests().get(0).header("Range")).contains("bytes=1-2");
    }
  }

  @Test
  void a_redirect_within_the_registry_keeps_the_credentials() throws Exception {
    registry.auth(FakeAuth.basic("user", SECRET));
    registry.on("GET", "/v2/a/b/manifests/old").answer(FakeAnswer.of(302, "Location: t"));

    assertThat(status(user(), get("manifests/old"))).isEqualTo(200);
  }

  @Test
  void redirects_end_after_five_and_only_what_reads_is_redirected() throws Exception {
    registry.on("GET", ".*").answer(FakeAnswer.of(302, "Location: t"));
    registry.on("POST", ".*").answer(FakeAnswer.of(307, "Location: t"));
    RegistryConnection connection = connect();
    Request post = Request.of(registry.repository("a/b"), "POST", get("x").uri());

    assertThatThrownBy(() -> status(connection, get("manifests/t")))
        .hasMessageContaining("redirected more than 5 times");
    assertThat(registry.requests("GET", ".*")).hasSize(6);
    assertThat(status(connection, post)).isEqualTo(307);
  }

  @Test
  void credentials_do_not_go_over_plain_http_unless_told() throws Exception {
    Repository far = new Repository("http", "registry.example", "a/b");

    Credentials careful = new Credentials(options().login("user", SECRET).build(), new HashSet<>());
    Credentials told =
        new Credentials(
            options().login("user", SECRET).sendCredentialsOverHttp(true).build(), new HashSet<>());

    assertThat(careful.find(far)).isEmpty();
    assertThat(careful.hint(far)).contains("--send-credentials-over-http");
    assertThat(told.find(far)).isPresent();
  }

  @Test
  void a_token_server_over_plain_http_elsewhere_is_shown_no_credentials() throws Exception {
    environment.put("HTTP_PROXY", registry.origin()); // which is not asked about loopback
    wants("Bearer realm=\"http://auth.example/token\"");
    registry.on("GET", "http://auth.example/token").answer(FakeAnswer.of(200).withBody(TOKEN));

    assertThat(status(user(), get("manifests/t"))).isEqualTo(200);
    assertThat(
            status(
                connect(options().login("user", SECRET).sendCredentialsOverHttp(true)),
                get("manifests/t")))
        .isEqualTo(200);

    assertThat(registry.requests("GET", "http://auth.example/token"))
        .extracting(request -> request.header("Authorization").isPresent())
        .containsExactly(false, true);
  }

  @Test
  void a_token_server_that_fails_for_a_moment_is_asked_again() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\"");
    registry.on("GET", "/token").times(1).answer(FakeAnswer.of(429, "Retry-After: 2"));
    registry.on("GET", "/token").times(1).answer(FakeAnswer.nothing());
    registry.on("GET", "/token").answer(FakeAnswer.of(200).withBody(TOKEN));

    assertThat(status(connect(), get("manifests/t"))).isEqualTo(200);
    assertThat(pauses).hasSize(2).startsWith(Duration.ofSeconds(2));
  }

  @Test
  void no_secret_is_in_a_log_or_an_error() throws Exception {
    registry.auth(FakeAuth.bearer("user", "another", clock, Duration.ofMinutes(5)));
    registry
        .on("GET", "/token")
        .answer(
            FakeAnswer.of(401)
                .withBody("denied for {\"password\":\"" + SECRET + "\"} Bearer abcdefghijkl"));
    RegistryConnection connection = user();

    assertThatThrownBy(() -> status(connection, get("manifests/t")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("/a/b: get a token from http://127.0.0.1")
        .hasMessageContaining("401 Unauthorized")
        .hasMessageContaining("asked with the given user name and password")
        .hasMessageNotContaining(SECRET)
        .hasMessageNotContaining("abcdefghijkl")
        .hasNoCause();
    assertThat(String.join("\n", log)).doesNotContain(SECRET, "abcdefghijkl");
    assertThat(Credential.login("user", SECRET, "x").toString()).doesNotContain(SECRET);
  }

  @Test
  void a_refresh_token_that_nobody_asked_for_is_not_a_password() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\"");
    registry
        .on("GET", "/token")
        .answer(FakeAnswer.of(200).withBody("{\"token\":\"t1\",\"refresh_token\":\"rrr\"}"));
    RegistryConnection connection = user();

    status(connection, get("manifests/t"));
    clock.move(Duration.ofSeconds(100));
    status(connection, get("manifests/t"));

    List<FakeRequest> tokens = registry.requests("GET", "/token");
    assertThat(tokens).hasSize(2);
    assertThat(tokens.get(1).header("Authorization"))
        .isEqualTo(tokens.get(0).header("Authorization"));
  }

  @Test
  void a_new_refresh_token_is_for_all_repositories() throws Exception {
    wants("Bearer realm=\"" + registry.origin() + "/token\"");
    registry
        .on("POST", "/token")
        .answer(
            (request, truth) ->
                FakeAnswer.of(200)
                    .withBody(
                        "{\"access_token\":\"t1\",\"refresh_token\":\""
                            + request.form("refresh_token").get(0)
                            + "+\"}"));
    RegistryConnection connection = connect(options().login("<token>", "r0"));
    Repository other = registry.repository("a/c");
    Request second = Request.of(other, "GET", other.uri("manifests/t"));

    status(connection, second);
    status(connection, get("manifests/t"));
    clock.move(Duration.ofSeconds(100));
    status(connection, second);

    List<String> shown = new ArrayList<>();
    for (FakeRequest post : registry.requests("POST", "/token")) {
      shown.addAll(post.form("refresh_token"));
    }
    assertThat(shown).containsExactly("r0", "r0+", "r0++");
  }

  @Test
  @Timeout(60)
  void many_threads_fetch_one_token() throws Exception {
    FakeAuth auth = FakeAuth.bearer("user", SECRET, clock, Duration.ofMinutes(5));
    registry.auth(auth);
    RegistryConnection connection = user();
    status(connection, get("manifests/t"));
    auth.revoke();
    CountDownLatch start = new CountDownLatch(1);
    List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  statuses.add(status(connection, get("manifests/t")));
                } catch (IOException | InterruptedException e) {
                  statuses.add(-1);
                }
              });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(statuses).hasSize(8).containsOnly(200);
    assertThat(registry.requests("GET", "/token")).hasSize(2);
  }

  @Test
  @Timeout(60)
  void an_interrupt_ends_the_wait_for_another_threads_token() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Slot<String> slot = new Slot<>();
    Thread first =
        new Thread(
            () -> {
              try {
                slot.get(
                    before -> {
                      asked.countDown();
                      awaitQuietly(never);
                      return "late";
                    });
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    first.start();
    asked.await();

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> slot.get(before -> "mine")).isInstanceOf(InterruptedIOException.class);

    assertThat(Thread.interrupted()).isTrue();
    never.countDown();
    first.join();
    assertThat(slot.peek()).contains("late");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void what_a_registry_wants_besides_is_asked_for_at_once_from_then_on() throws Exception {
    registry
        .on("GET", "/v2/.*")
        .answer(
            (request, truth) ->
                request.header("Authorization").filter("Bearer t2"::equals).isPresent()
                    ? truth.of(request)
                    : FakeAnswer.of(
                        401,
                        "WWW-Authenticate: Bearer realm=\""
                            + registry.origin()
                            + "/token\",scope=\"repository:z:pull\""));
    registry
        .on("GET", "/token")
        .answer(
            (request, truth) ->
                FakeAnswer.of(200)
                    .withBody("{\"token\":\"t" + request.query("scope").size() + "\"}"));
    RegistryConnection connection = connect();

    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);
    int before = registry.requests().size();
    assertThat(status(connection, get("manifests/t"))).isEqualTo(200);

    assertThat(registry.requests()).hasSize(before + 1);
  }

  @Test
  void a_login_that_is_for_one_registry_is_shown_to_no_other() throws Exception {
    registry.auth(FakeAuth.basic("user", SECRET));
    String image = registry.authority() + "/a/b:t";
    RegistryConnection meant = connect(options().login("user", SECRET).loginFor(image));
    RegistryConnection other = connect(options().login("user", SECRET).loginFor("r.example/a/b"));

    assertThat(status(meant, get("manifests/t"))).isEqualTo(200);
    int before = registry.requests().size();
    assertThat(status(other, get("manifests/t"))).isEqualTo(401);

    assertThat(registry.requests().subList(before, before + 1))
        .allMatch(request -> request.header("Authorization").isEmpty());
    assertThat(registry.requests()).hasSize(before + 1);
  }

  @Test
  void a_secret_that_the_registry_repeats_is_not_shown() throws Exception {
    registry
        .on("GET", "/v2/.*")
        .answer(
            (request, truth) ->
                FakeAnswer.error(
                        401,
                        "UNAUTHORIZED",
                        request
                            .header("Authorization")
                            .map(sent -> "no user me with " + SECRET + " or " + sent)
                            .orElse("who are you"))
                    .with("WWW-Authenticate: Basic realm=x"));

    try (Response response = user().http().send(get("manifests/t"))) {
      assertThat(response.outcome()).contains("no user me with ...").doesNotContain(SECRET);
    }
    assertThat(String.join("\n", log)).doesNotContain(SECRET, "dXNlcjpz");
  }

  @Test
  void a_store_that_refuses_is_not_said_to_want_another_login() throws Exception {
    try (FakeRegistry store = FakeRegistry.start()) {
      store.on("GET", ".*").answer(FakeAnswer.of(403));
      registry.on("GET", ".*").answer(FakeAnswer.of(307, "Location: " + store.origin() + "/x"));
      RegistryHttp http = user().http();

      try (Response response = http.send(get("blobs/x"))) {
        assertThat(http.failure(registry.repository("a/b"), "get blob x", response, ""))
            .hasMessageEndingWith("/a/b: get blob x: 403 Forbidden");
      }
    }
  }

  @Test
  void another_host_that_asks_for_credentials_gets_none() throws Exception {
    registry.auth(FakeAuth.basic("user", SECRET));
    try (FakeRegistry store = FakeRegistry.start()) {
      store.auth(FakeAuth.basic("user", SECRET));
      registry
          .on("GET", "/v2/a/b/blobs/.*")
          .answer(FakeAnswer.of(307, "Location: " + store.origin() + "/v2/a/b/blobs/x"));
      RegistryConnection connection = user();
      status(connection, get("manifests/t"));

      assertThat(status(connection, get("blobs/x"))).isEqualTo(401);

      assertThat(store.requests())
          .isNotEmpty()
          .allMatch(request -> request.header("Authorization").isEmpty());
    }
  }
}
