package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.conformance.Launcher.Running;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's registry takes what the command sends, over plain HTTP and TLS, with a password and with
 * tokens. All registries here serve one storage; the plain one shows what came of it.
 */
class RegistryTest {
  private static final SourceImage SMALL =
      SourceImage.of(
          TestLayer.gzip(tar().dir("a/").file("a/file", "below")),
          TestLayer.plain(tar().file("a/other", "above")));

  private static final String CONFIG_TYPE = "application/vnd.docker.container.image.v1+json";
  private static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

  @TempDir static Path temp;
  private static Path storage;
  private static DockerRegistry plain;
  private static Certificate certificate;

  @TempDir Path machine;
  private Stargzify stargzify;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    storage = temp.resolve("storage");
    plain = DockerRegistry.settings().start(temp.resolve("plain"), storage);
    certificate = Certificate.forLoopback(temp.resolve("certificate"));
    SMALL.push(plain.api(), "small", "plain");
  }

  @AfterAll
  static void stop() {
    if (plain != null) {
      plain.close();
    }
  }

  @BeforeEach
  void makeMachine() throws IOException {
    stargzify = Stargzify.in(machine);
  }

  // ---- plain HTTP

  @Test
  void an_oci_image_becomes_one_that_is_lazy_and_otherwise_the_same() throws Exception {
    SourceImage source = SourceImage.hard();
    String before = source.push(plain.api(), "hard", "oci");

    String digest = stargzify.convert(plain.reference("hard:oci"), plain.reference("hard:lazy"));

    assertThat(plain.api().digest("hard", "lazy")).hasValue(digest);
    assertThat(plain.api().digest("hard", "oci")).hasValue(before);
    shouldBeWellMade("hard", "lazy");
    JsonNode was = plain.api().json("hard", "oci");
    JsonNode is = plain.api().json("hard", "lazy");
    assertThat(is.get("dev.example.unknown")).isEqualTo(was.get("dev.example.unknown"));
    assertThat(is.at("/annotations/a.note").asText()).isEqualTo("kept");
    shouldDifferInDiffIdsAlone("hard", was, is);
  }

  private static void shouldDifferInDiffIdsAlone(String repository, JsonNode was, JsonNode is)
      throws IOException, InterruptedException {
    String before = config(repository, was);
    String after = config(repository, is);
    JsonNode diffIdsBefore = Json.parse(before).at("/rootfs/diff_ids");
    JsonNode diffIdsAfter = Json.parse(after).at("/rootfs/diff_ids");
    assertThat(diffIdsAfter).hasSameSizeAs(diffIdsBefore).isNotEqualTo(diffIdsBefore);
    String expected = before;
    for (int i = 0; i < diffIdsBefore.size(); i++) {
      expected = expected.replace(diffIdsBefore.get(i).asText(), diffIdsAfter.get(i).asText());
    }
    assertThat(after).isEqualTo(expected);
  }

  private static String config(String repository, JsonNode manifest)
      throws IOException, InterruptedException {
    String digest = manifest.at("/config/digest").asText();
    return new String(plain.api().blob(repository, digest), UTF_8);
  }

  /** Every claim of the manifest about its blobs holds of what the registry has. */
  private static void shouldBeWellMade(String repository, String tag)
      throws IOException, InterruptedException {
    JsonNode manifest = plain.api().json(repository, tag);
    List<String> diffIds = plain.api().diffIds(repository, tag);
    assertThat(manifest.get("layers")).hasSameSizeAs(diffIds);
    for (int i = 0; i < diffIds.size(); i++) {
      JsonNode layer = manifest.get("layers").get(i);
      byte[] blob = plain.api().blob(repository, layer.get("digest").asText());
      assertThat(Digest.of(blob).toString()).isEqualTo(layer.get("digest").asText());
      assertThat(blob).hasSize(layer.get("size").asInt());
      assertThat(layer.get("mediaType").asText()).isEqualTo(SourceImage.OCI_LAYER_GZIP);
      String tocDigest = layer.get("annotations").get(TOC_DIGEST).asText();
      Path file = Files.write(temp.resolve("blob"), blob);
      byte[] tar = Command.bash("gunzip -c < \"$1\"", file);
      assertThat(Digest.of(tar).toString()).isEqualTo(diffIds.get(i));
      Command.run(Needs.oracle(), "list", file, tocDigest);
    }
  }

  @Test
  void a_docker_image_becomes_an_oci_image_through_and_through() throws Exception {
    SourceImage.hard().write(machine.resolve("layout"));
    String reference = "docker://" + plain.reference("docker:plain");
    Skopeo.copy("oci:" + machine.resolve("layout") + ":latest", reference, "--format=v2s2");
    assertThat(plain.api().json("docker", "plain").at("/config/mediaType").asText())
        .isEqualTo(CONFIG_TYPE);

    stargzify.convert(plain.reference("docker:plain"), plain.reference("docker:lazy"));

    shouldBeWellMade("docker", "lazy");
    JsonNode manifest = plain.api().json("docker", "lazy");
    assertThat(manifest.get("mediaType").asText()).isEqualTo(SourceImage.OCI_MANIFEST);
    assertThat(manifest.at("/config/mediaType").asText()).isEqualTo(SourceImage.OCI_CONFIG);
  }

  @Test
  void a_blob_that_another_repository_has_is_mounted() throws Exception {
    SMALL.push(plain.api(), "from", "plain");
    stargzify.convert(plain.reference("from:plain"), plain.reference("from:lazy"));

    List<Access> accesses =
        plain.accessesOf(
            () -> stargzify.convert(plain.reference("from:lazy"), plain.reference("to:lazy")));

    assertThat(plain.api().digest("to", "lazy")).isEqualTo(plain.api().digest("from", "lazy"));
    assertThat(accesses)
        .anyMatch(
            access ->
                access.method().equals("POST")
                    && access.query().contains("mount=")
                    && access.status() == 201);
    shouldPushNoLayer(accesses, "to");
  }

  private static void shouldPushNoLayer(List<Access> accesses, String repository)
      throws IOException, InterruptedException {
    for (JsonNode layer : plain.api().json(repository, "lazy").get("layers")) {
      String digest = layer.get("digest").asText();
      assertThat(accesses).noneMatch(access -> access.pushesBlob() && access.names(digest));
    }
  }

  @Test
  void a_foreign_layer_is_kept_where_the_registry_lets_it_be() throws Exception {
    Path directory = temp.resolve("lenient");
    try (DockerRegistry lenient =
        DockerRegistry.settings().allowUrls("^https://example\\.com/").start(directory)) {
      String foreign = pushWithForeignLayer(lenient.api());

      Running.Result result =
          stargzify.run(lenient.reference("foreign:plain"), lenient.reference("foreign:lazy"));

      assertThat(result.exitCode()).as(result.err()).isZero();
      JsonNode layers = lenient.api().json("foreign", "lazy").get("layers");
      assertThat(layers.get(0)).isEqualTo(Json.parse(foreign));
      assertThat(layers.get(1).get("annotations").has(TOC_DIGEST)).isTrue();
      assertThat(result.err()).contains("whole");

      // The plain registry answers 500 to it, which is no reason to try and try again.
      List<Access> accesses =
          plain.accessesOf(
              () -> {
                Running.Result refused =
                    stargzify.run(
                        lenient.reference("foreign:plain"), plain.reference("foreign:lazy"));
                assertThat(refused.exitCode()).isEqualTo(1);
                assertThat(refused.err()).contains("urls").contains(plain.address());
              });
      assertThat(accesses)
          .filteredOn(access -> access.method().equals("PUT") && access.status() == 500)
          .hasSizeBetween(1, 2);
      assertThat(plain.api().digest("foreign", "lazy")).isEmpty();
    }
  }

  private static String pushWithForeignLayer(RegistryApi api)
      throws IOException, InterruptedException {
    String foreign =
        """
        {"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",\
        "digest":"sha256:%s","size":123,"urls":["https://example.com/layer"]}"""
            .formatted("ab".repeat(32));
    SMALL.pushBlobs(api, "foreign");
    String first = SMALL.layers().get(0).descriptor();
    api.putManifest(
        "foreign", "plain", SourceImage.OCI_MANIFEST, SMALL.manifest().replace(first, foreign));
    return foreign;
  }

  // ---- TLS

  @Test
  void tls_with_a_private_authority_takes_a_ca_file() throws Exception {
    try (DockerRegistry tls = start("tls", DockerRegistry.settings().tls(certificate))) {
      String from = tls.reference("small:plain");
      String to = tls.reference("small:over-tls");

      Running.Result refused = stargzify.run("https://" + from, "https://" + to);
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("--ca-file").contains(tls.address());
      assertThat(plain.api().digest("small", "over-tls")).isEmpty();

      String digest = stargzify.convert("--ca-file", certificate.authority() + "", from, to);
      assertThat(plain.api().digest("small", "over-tls")).hasValue(digest);
    }
  }

  @Test
  void insecure_takes_any_certificate() throws Exception {
    try (DockerRegistry tls = start("insecure", DockerRegistry.settings().tls(certificate))) {
      String digest =
          stargzify.convert(
              "--insecure", tls.reference("small:plain"), tls.reference("small:insecure"));

      assertThat(plain.api().digest("small", "insecure")).hasValue(digest);
    }
  }

  /** The registry answers with locations in plain HTTP then, and nginx with 413 to a layer. */
  @Test
  void tls_may_end_at_a_proxy_that_the_registry_does_not_know_of() throws Exception {
    try (Nginx nginx = Nginx.before(plain, certificate, "4200k", temp.resolve("nginx"))) {
      SourceImage.hard().push(plain.api(), "hard", "for-nginx");

      String digest =
          stargzify.convert(
              "--ca-file",
              certificate.authority() + "",
              nginx.reference("hard:for-nginx"),
              nginx.reference("behind/nginx:lazy"));

      assertThat(plain.api().digest("behind/nginx", "lazy")).hasValue(digest);
      shouldBeWellMade("behind/nginx", "lazy");
      assertThat(nginx.log()).contains("\" 413 ").contains("PATCH /v2/behind/nginx/blobs/uploads/");
    }
  }

  // ---- passwords

  @Test
  void a_password_comes_from_docker_s_config_file() throws Exception {
    try (DockerRegistry closed = start("htpasswd", DockerRegistry.settings().htpasswd())) {
      String from = closed.reference("small:plain");
      String to = closed.reference("small:by-password");

      Running.Result refused = stargzify.run(from, to);
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("401").contains(closed.address());

      stargzify.logIn(closed.address(), DockerRegistry.PASSWORD);
      String digest = stargzify.convert("-v", from, to);
      assertThat(plain.api().digest("small", "by-password")).hasValue(digest);
    }
  }

  @Test
  void a_wrong_password_is_an_error_that_does_not_show_it() throws Exception {
    try (DockerRegistry closed = start("wrong", DockerRegistry.settings().htpasswd())) {
      stargzify.logIn(closed.address(), "wr0ng-of-ci");

      Running.Result result =
          stargzify.run(
              "-v", "--stacktrace", closed.reference("small:plain"), closed.reference("small:no"));

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err()).contains("401").doesNotContain("wr0ng");
      String base64 = Base64.getEncoder().encodeToString("ci:wr0ng-of-ci".getBytes(UTF_8));
      assertThat(result.err()).doesNotContain(base64);
      assertThat(plain.api().digest("small", "no")).isEmpty();
    }
  }

  @Test
  void a_password_comes_from_where_skopeo_and_podman_keep_it() throws Exception {
    Needs.these("skopeo");
    Path authFile = machine.resolve("auth.json");
    try (DockerRegistry closed = start("login", DockerRegistry.settings().htpasswd())) {
      Command.bash(
          "printf %s \"$1\" | skopeo login --authfile \"$2\" --tls-verify=false -u \"$3\""
              + " --password-stdin \"$4\" > /dev/null",
          DockerRegistry.PASSWORD, authFile, DockerRegistry.USER, closed.address());

      String digest =
          stargzify
              .with("REGISTRY_AUTH_FILE", authFile + "")
              .convert(closed.reference("small:plain"), closed.reference("small:by-login"));

      assertThat(plain.api().digest("small", "by-login")).hasValue(digest);
    }
  }

  @Test
  void no_process_has_the_password_in_its_arguments() throws Exception {
    Hold hold = new Hold();
    try (DockerRegistry closed = start("process-list", DockerRegistry.settings().htpasswd());
        FaultProxy proxy = FaultProxy.before(closed)) {
      proxy.once("PUT .*/manifests/", Fault.holdingRequest(0, hold));
      Running running =
          stargzify.start(
              "-vv",
              "--to-username=" + DockerRegistry.USER,
              "--to-password-stdin",
              plain.reference("small:plain"),
              proxy.reference("small:process-list"));
      running.stdin().write((DockerRegistry.PASSWORD + "\n").getBytes(UTF_8));
      running.stdin().flush();
      running.await(hold::isReached);

      String all = new String(Command.bash("cat /proc/[0-9]*/cmdline | tr '\\0' ' '"), UTF_8);

      assertThat(all).contains("--to-password-stdin").doesNotContain(DockerRegistry.PASSWORD);
      hold.release();
      Running.Result result = running.end();
      Stargzify.digest(result);
      String pair = DockerRegistry.USER + ":" + DockerRegistry.PASSWORD;
      assertThat(result.err())
          .doesNotContain(DockerRegistry.PASSWORD)
          .doesNotContain(Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
  }

  @Test
  void a_password_comes_from_stdin_for_one_side() throws Exception {
    try (DockerRegistry closed = start("stdin", DockerRegistry.settings().htpasswd())) {
      Running.Result result =
          stargzify.runWithStdin(
              DockerRegistry.PASSWORD + "\n",
              "-v",
              "--to-username",
              DockerRegistry.USER,
              "--to-password-stdin",
              plain.reference("small:plain"),
              closed.reference("small:from-stdin"));

      String digest = Stargzify.digest(result);
      assertThat(plain.api().digest("small", "from-stdin")).hasValue(digest);
      assertThat(result.err()).doesNotContain(DockerRegistry.PASSWORD);
    }
  }

  /** Whoever may be asked for earlier results need not be whom the password is for. */
  @Test
  void a_password_that_is_given_for_dst_goes_to_no_other_registry() throws Exception {
    try (DockerRegistry closed = start("dst", DockerRegistry.settings().htpasswd());
        DockerRegistry other = start("elsewhere", DockerRegistry.settings().htpasswd());
        FaultProxy proxy = FaultProxy.before(other)) {
      Running.Result result =
          stargzify.runWithStdin(
              DockerRegistry.PASSWORD + "\n",
              "--to-username=" + DockerRegistry.USER,
              "--to-password-stdin",
              "--reuse-from=" + proxy.reference("small:plain"),
              plain.reference("small:plain"),
              closed.reference("small:one-side"));

      String digest = Stargzify.digest(result);
      assertThat(plain.api().digest("small", "one-side")).hasValue(digest);
      assertThat(result.err()).contains(proxy.address());
      assertThat(proxy.requests()).isNotEmpty();
      assertThat(proxy.requests())
          .noneMatch(request -> request.header("Authorization").isPresent());
    }
  }

  // ---- tokens

  /** Tokens live for two seconds, and the conversion takes longer. */
  @Test
  void tokens_that_run_out_on_the_way_are_asked_for_again() throws Exception {
    try (TokenServer tokens = TokenServer.start(temp.resolve("tokens"), 2);
        DockerRegistry guarded = start("guarded", DockerRegistry.settings().tokens(tokens));
        FaultProxy proxy = FaultProxy.before(guarded)) {
      proxy.on("(PUT|PATCH) .*/blobs/uploads/", Fault.slow(200_000_000));
      proxy.on("GET .*/blobs/", Fault.slow(3_000_000));
      stargzify.logIn(proxy.address(), DockerRegistry.PASSWORD);
      SourceImage.hard().push(plain.api(), "hard", "for-tokens");

      Running.Result result =
          stargzify.run(
              "-vv", proxy.reference("hard:for-tokens"), proxy.reference("other/hard:by-token"));

      String digest = Stargzify.digest(result);
      assertThat(tokens.handedOut()).hasSizeGreaterThan(2);
      assertThat(result.err()).contains("/v2/other/hard/").doesNotContain(tokens.handedOut());
      assertThat(plain.api().digest("other/hard", "by-token")).hasValue(digest);
      List<String> asked = tokens.requests();
      assertThat(asked).allMatch(query -> query.startsWith("account=none&"));
      assertThat(asked).allMatch(query -> query.contains("service=registry"));
      assertThat(asked).filteredOn(query -> query.contains("other%2Fhard")).hasSizeGreaterThan(1);
      assertThat(guarded.accesses())
          .as("requests whose token had run out")
          .filteredOn(access -> access.status() == 401)
          .hasSizeGreaterThan(2);
    }
  }

  /** A mount takes a token for both repositories. */
  @Test
  void with_tokens_a_blob_of_another_repository_is_mounted_too() throws Exception {
    try (TokenServer tokens = TokenServer.start(temp.resolve("mount"), 600);
        DockerRegistry guarded = start("mount-guarded", DockerRegistry.settings().tokens(tokens))) {
      stargzify.logIn(guarded.address(), DockerRegistry.PASSWORD);
      String lazy = guarded.reference("small:for-mount");
      stargzify.convert(guarded.reference("small:plain"), lazy);

      List<Access> accesses =
          guarded.accessesOf(() -> stargzify.convert(lazy, guarded.reference("mounted:lazy")));

      assertThat(accesses)
          .filteredOn(access -> access.query().contains("mount=") && access.status() == 201)
          .hasSizeGreaterThan(1);
      assertThat(accesses)
          .filteredOn(access -> access.query().contains("mount="))
          .as("that was asked for with the first token")
          .noneMatch(access -> access.status() == 401);
      shouldPushNoLayer(accesses, "mounted");
      assertThat(tokens.requests())
          .anyMatch(query -> query.matches(".*mounted%3Apull%2Cpush.*small%3Apull.*"));
    }
  }

  @Test
  void a_token_for_nobody_lets_pull_and_not_push() throws Exception {
    try (TokenServer tokens = TokenServer.start(temp.resolve("anonymous"), 600);
        DockerRegistry guarded = start("nobody", DockerRegistry.settings().tokens(tokens))) {
      Running.Result result =
          stargzify.run(guarded.reference("small:plain"), guarded.reference("small:by-nobody"));
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err()).contains(guarded.address());

      String digest =
          stargzify.convert(guarded.reference("small:plain"), plain.reference("small:pulled"));
      assertThat(plain.api().digest("small", "pulled")).hasValue(digest);
    }
  }

  private static DockerRegistry start(String name, DockerRegistry.Settings settings)
      throws IOException, InterruptedException {
    return settings.start(temp.resolve(name), storage);
  }
}
