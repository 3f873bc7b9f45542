package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.conformance.FaultProxy.Rule;
import dev.stargz.conformance.Launcher.Running;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What goes wrong between the command and a real registry is overcome, or ends the run with an
 * error and no tag.
 */
class FaultProxyTest {
  private static final byte[] NOISE = new byte[5 << 20];

  static {
    new Random(4).nextBytes(NOISE);
  }

  private static final TestLayer BIG = TestLayer.gzip(tar().file("noise", NOISE));
  private static final SourceImage SOURCE = SourceImage.of(BIG, TestLayer.gzip(TestLayer.base()));

  private static final long HALF = 2_500_000;

  /** From the start or from the middle on; asking for a footer is something else. */
  private static final String PULL = "GET .*/blobs/" + BIG.digest() + "[^ ]* range:(bytes=\\d+-)? ";

  private static final String UPLOAD = "PUT .*/uploads/.*digest=.* length:[1-9]";
  private static final String LARGE_UPLOAD = "PUT .*/uploads/.*digest=.* length:5\\d{6}";
  private static final String TAG = "PUT .*/manifests/lazy";

  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static String expected;

  @TempDir Path machine;
  private FaultProxy proxy;
  private Stargzify stargzify;
  private String target;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    registry = DockerRegistry.plain(temp.resolve("registry"));
    SOURCE.push(registry.api(), "source", "plain");
    expected =
        Stargzify.in(temp.resolve("machine"))
            .convert(registry.reference("source:plain"), registry.reference("expected:lazy"));
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void startProxy(TestInfo test) throws IOException {
    proxy = FaultProxy.before(registry);
    stargzify = Stargzify.in(machine);
    String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName();
    target = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
  }

  @AfterEach
  void stopProxy() throws IOException {
    proxy.close();
  }

  private Running.Result run(String... options) throws IOException, InterruptedException {
    List<String> places =
        List.of(proxy.reference("source:plain"), proxy.reference(target + ":lazy"));
    return stargzify.run(Stream.concat(Stream.of(options), places.stream()).toArray(String[]::new));
  }

  // ---- overcome

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("a pull is cut in the middle", PULL, 1, Fault.cuttingAnswer(HALF)),
        Arguments.of("a pull is cut twice", PULL, 2, Fault.cuttingAnswer(HALF / 3)),
        Arguments.of("a pull is cut before its first byte", PULL, 1, Fault.cuttingAnswer(0)),
        Arguments.of("a pull meets a 500", PULL, 1, Fault.error(500, "UNKNOWN")),
        Arguments.of("a push is cut in the middle", UPLOAD, 1, Fault.cuttingRequest(HALF)),
        Arguments.of("a push's answer is lost", UPLOAD, 1, Fault.losingAnswer()),
        Arguments.of("a push is forgotten", UPLOAD, 1, Fault.error(404, "BLOB_UPLOAD_UNKNOWN")),
        Arguments.of("a push is too large", LARGE_UPLOAD, 9, Fault.error(413, "SIZE_INVALID")),
        Arguments.of("a push meets a 416", LARGE_UPLOAD, 1, Fault.error(416, "RANGE_INVALID")),
        Arguments.of("a push meets a 502", UPLOAD, 1, Fault.answering(502, "<html>Bad Gateway")),
        Arguments.of("bytes change on the way up", UPLOAD, 1, Fault.corruptingRequest(100)),
        Arguments.of("blobs can't be asked for", "HEAD .*/blobs/", 4, Fault.error(403, "DENIED")),
        Arguments.of("an upload isn't opened", "POST ", 1, Fault.error(503, "UNAVAILABLE")),
        Arguments.of(
            "there are too many requests",
            "GET .*/manifests/",
            1,
            Fault.error(429, "TOOMANYREQUESTS", "Retry-After: 1")),
        Arguments.of("the tag's answer is lost", TAG, 1, Fault.losingAnswer()),
        Arguments.of("the tag meets a 503", TAG, 1, Fault.error(503, "UNAVAILABLE")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void it_is_overcome_that(String what, String request, int times, Fault fault) throws Exception {
    Rule rule = proxy.on(request, 0, times, fault);

    Running.Result result = run("-v");

    assertThat(rule.applied()).as("there was such a request").isTrue();
    assertThat(Stargzify.digest(result)).as(what).isEqualTo(expected);
    assertThat(registry.api().digest(target, "lazy")).hasValue(expected);
    for (String digest : blobs()) {
      assertThat(Digest.of(registry.api().blob(target, digest)).toString()).isEqualTo(digest);
    }
    assertThat(stargzify.temporaryFiles()).isEmpty();
  }

  private List<String> blobs() throws IOException, InterruptedException {
    return registry.api().json(target, "lazy").findValuesAsText("digest").stream()
        .filter(digest -> digest.startsWith("sha256:"))
        .toList();
  }

  @Test
  void a_pull_that_was_cut_goes_on_where_it_ended() throws Exception {
    proxy.on(PULL, 0, 1, Fault.cuttingAnswer(HALF));

    assertThat(Stargzify.digest(run())).isEqualTo(expected);

    List<HttpHead> pulls = new ArrayList<>(proxy.requests("GET", BIG.digest()));
    pulls.removeIf(pull -> pull.header("Range").orElse("").matches("bytes=\\d*-\\d+"));
    assertThat(pulls).hasSize(2);
    assertThat(pulls.get(0).header("Range")).isEmpty();
    String from = pulls.get(1).header("Range").orElseThrow();
    assertThat(from).startsWith("bytes=").endsWith("-");
    assertThat(Long.parseLong(from.substring(6, from.length() - 1))).isBetween(1L, HALF);
  }

  /** A registry that can't go on in the middle begins anew. */
  @Test
  void a_pull_that_was_cut_begins_anew_where_ranges_are_refused() throws Exception {
    proxy.on(PULL, 0, 1, Fault.cuttingAnswer(HALF));
    Rule refused = proxy.on("GET .*range:bytes=\\d+- ", Fault.error(416, "RANGE_INVALID"));

    assertThat(Stargzify.digest(run())).isEqualTo(expected);

    assertThat(refused.applied()).isTrue();
  }

  // ---- fatal

  static Stream<Arguments> fatalFaults() {
    return Stream.of(
        Arguments.of("a layer's bytes are others", PULL, Fault.corruptingAnswer(HALF), "digest"),
        Arguments.of("the source isn't there", ".*/source/manifests/", Fault.error(404, "X"), ""),
        Arguments.of("the source is forbidden", ".*/source/", Fault.error(403, "DENIED"), "403"),
        Arguments.of("nobody is let in", ".*/source/", Fault.error(401, "UNAUTHORIZED"), "401"),
        Arguments.of("the registry is down", "POST ", Fault.error(503, "UNAVAILABLE"), "503"),
        Arguments.of("pushing is forbidden", "POST ", Fault.error(403, "DENIED"), "403"),
        Arguments.of("nobody may write the tag", TAG, Fault.error(403, "DENIED"), "403"),
        Arguments.of("there is a web page", "manifests/plain", html(), ""));
  }

  private static Fault html() {
    return Fault.answering(200, "<html>Log in to our network", "Content-Type: text/html");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fatalFaults")
  void it_ends_the_run_without_a_tag_that(String what, String request, Fault fault, String said)
      throws Exception {
    Rule rule = proxy.on(request, fault);

    Running.Result result = run("--retries", "2");

    assertThat(rule.applied()).as("there was such a request").isTrue();
    assertThat(result.exitCode()).as("%s; it said:\n%s", what, result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(proxy.address()).contains(said);
    assertThat(result.err()).doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(registry.api().digest(target, "lazy")).isEmpty();
    assertThat(stargzify.temporaryFiles()).isEmpty();
  }

  static Stream<Arguments> silences() {
    return Stream.of(
        Arguments.of("before an answer", "GET .*/manifests/plain", 0),
        Arguments.of("within a blob", PULL, HALF),
        Arguments.of("within an upload", UPLOAD, HALF));
  }

  /** Somebody who says nothing any more is waited for as long as was asked for. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void silence_ends_the_run_after_the_timeout(String when, String request, long bytes)
      throws Exception {
    Hold hold = new Hold();
    boolean up = request.startsWith("PUT");
    proxy.on(request, up ? Fault.holdingRequest(bytes, hold) : Fault.holdingAnswer(bytes, hold));

    Running running =
        stargzify.start(
            "--timeout=1",
            "--retries=0",
            proxy.reference("source:plain"),
            proxy.reference(target + ":lazy"));
    running.await(hold::isReached);

    Running.Result result = running.endWithin(30);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains(proxy.address()).doesNotContain("Exception");
    assertThat(registry.api().digest(target, "lazy")).isEmpty();
    assertThat(stargzify.temporaryFiles()).isEmpty();
  }

  /** Nothing that was made of it, not even its first half, may get anywhere. */
  @Test
  void of_a_corrupt_layer_nothing_is_pushed() throws Exception {
    proxy.on(PULL, Fault.corruptingAnswer(2_050_000));

    Running.Result result = run();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains(BIG.digest());
    String converted = registry.api().json("expected", "lazy").at("/layers/0/digest").asText();
    assertThat(proxy.requests())
        .noneMatch(
            head -> head.method().equals("PUT") && head.target().contains(converted.substring(7)));
    assertThat(proxy.requests("PUT", "/manifests/")).isEmpty();
  }

  // ---- redirects

  @Test
  void a_redirect_to_another_host_is_followed_without_credentials() throws Exception {
    try (DockerRegistry closed =
            DockerRegistry.settings()
                .htpasswd()
                .start(temp.resolve("closed"), temp.resolve("registry/storage"));
        FaultProxy front = FaultProxy.before(closed);
        FaultProxy store = FaultProxy.before(registry)) {
      String signed = "?X-Signature=very-secret";
      String path = "/v2/source/blobs/" + BIG.digest();
      front.on(
          PULL, Fault.answering(307, "", "Location: http://" + store.address() + path + signed));

      stargzify.logIn(front.address(), DockerRegistry.PASSWORD);

      Running.Result result =
          stargzify.run(
              "-v", front.reference("source:plain"), registry.reference(target + ":lazy"));

      assertThat(Stargzify.digest(result)).isEqualTo(expected);
      assertThat(front.requests("GET", path)).isNotEmpty();
      assertThat(front.requests("GET", path).get(0).header("Authorization")).isPresent();
      List<HttpHead> stored = store.requests("GET", path + signed);
      assertThat(stored).isNotEmpty();
      assertThat(stored).noneMatch(head -> head.header("Authorization").isPresent());
      assertThat(result.err())
          .doesNotContain("very-secret")
          .doesNotContain(DockerRegistry.PASSWORD);
    }
  }

  /** Stores answer so when a signature has run out. */
  @Test
  void a_redirect_that_ran_out_is_asked_for_again() throws Exception {
    try (FaultProxy store = FaultProxy.before(registry)) {
      String path = "/v2/source/blobs/" + BIG.digest();
      String first = "Location: http://" + store.address() + path + "?signed=first";
      String second = "Location: http://" + store.address() + path + "?signed=second";
      proxy.on(PULL, 0, 1, Fault.answering(307, "", first));
      proxy.on(PULL, Fault.answering(307, "", second));
      store.on("signed=first", Fault.answering(403, "<Error>Request has expired</Error>"));

      assertThat(Stargzify.digest(run())).isEqualTo(expected);

      assertThat(store.requests("GET", "signed=second")).isNotEmpty();
    }
  }
}
