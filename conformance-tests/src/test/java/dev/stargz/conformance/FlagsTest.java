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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the flags of the 2019 tool do to an image in a registry, and how other tools see that. */
class FlagsTest {
  private static final SourceImage SOURCE = SourceImage.small();

  /** An empty layer as everybody compresses it: 1,024 zeros in 32 bytes of gzip. */
  private static final String EMPTY_LAYER =
      "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4";

  @TempDir static Path temp;
  private static DockerRegistry registry;

  @TempDir Path directory;
  private Stargzify stargzify;
  private String repository;
  private String before;
  private long start;

  @BeforeAll
  static void startRegistry() throws IOException, InterruptedException {
    registry = DockerRegistry.plain(temp.resolve("registry"));
  }

  @AfterAll
  static void stopRegistry() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void pushSource(TestInfo test) throws IOException, InterruptedException {
    start = System.currentTimeMillis() * 1_000_000;
    stargzify = Stargzify.in(directory.resolve("machine"));
    String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName();
    repository = name.replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
    before = SOURCE.push(registry.api(), repository, "plain");
  }

  private String reference(String tag) {
    return registry.reference(repository + ":" + tag);
  }

  private String digestOf(String tag) throws IOException, InterruptedException {
    return registry.api().digest(repository, tag).orElseThrow();
  }

  // ---- -upgrade

  @ParameterizedTest
  @ValueSource(strings = {"-upgrade", "--upgrade"})
  void upgrade_converts_a_tag_in_place(String flag) throws Exception {
    String digest = stargzify.convert(flag, reference("plain"));
    assertThat(digestOf("plain")).isEqualTo(digest).isNotEqualTo(before);

    List<Access> again =
        registry.accessesOf(
            () -> assertThat(stargzify.convert(flag, reference("plain"))).isEqualTo(digest));
    assertThat(again).noneMatch(access -> access.method().equals("PUT"));
  }

  @Test
  void upgrade_writes_further_tags_and_a_backup() throws Exception {
    String digest =
        stargzify.convert(
            "--upgrade", "--tag=one", "--tag=two", "--backup-tag=was", reference("plain"));

    assertThat(List.of(digestOf("plain"), digestOf("one"), digestOf("two"))).containsOnly(digest);
    assertThat(digestOf("was")).isEqualTo(before);
  }

  @Test
  void upgrade_leaves_a_tag_alone_that_has_moved_meanwhile() throws Exception {
    SourceImage other = SourceImage.of(TestLayer.gzip(tar().file("other", "image")));
    Hold hold = new Hold();
    try (FaultProxy proxy = FaultProxy.before(registry)) {
      proxy.once("POST .*/uploads/", Fault.holdingRequest(0, hold));
      Running running =
          stargzify.start("--upgrade", "--tag=more", proxy.reference(repository + ":plain"));
      running.await(hold::isReached);
      String moved = other.push(registry.api(), repository, "plain");
      hold.release();

      Running.Result result = running.end();

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err()).contains(before).contains(moved);
      assertThat(digestOf("plain")).isEqualTo(moved);
      assertThat(registry.api().digest(repository, "more")).isEmpty();
    }
  }

  @Test
  void a_digest_cannot_be_upgraded() throws Exception {
    Running.Result result =
        stargzify.run("--upgrade", registry.reference(repository + "@" + before));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("digest");
  }

  @Test
  void a_tag_is_upgraded_only_from_the_digest_that_is_given_with_it() throws Exception {
    String other = SourceImage.of(TestLayer.gzip(tar())).push(registry.api(), repository, "other");

    Running.Result result = stargzify.run("--upgrade", reference("plain") + "@" + other);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(digestOf("plain")).isEqualTo(before);

    String digest = stargzify.convert("--upgrade", reference("plain") + "@" + before);
    assertThat(digestOf("plain")).isEqualTo(digest).isNotEqualTo(before);
  }

  // ---- -flatten

  @ParameterizedTest
  @ValueSource(strings = {"-flatten", "--flatten"})
  void flatten_makes_one_layer_of_the_same_tree(String flag) throws Exception {
    stargzify.convert(flag, reference("plain"), reference("flat"));

    JsonNode manifest = registry.api().json(repository, "flat");
    assertThat(manifest.get("layers")).hasSize(1);
    JsonNode config = registry.api().jsonBlob(repository, manifest.at("/config/digest").asText());
    assertThat(config.get("history")).hasSize(5);
    assertThat(config.get("history"))
        .filteredOn(entry -> !entry.path("empty_layer").asBoolean())
        .hasSize(1);
    Tree expected = unpack("plain").withoutTimesSince(start);
    assertThat(expected.paths()).contains("data/three").doesNotContain("gone", "data/one");
    Tree flat = unpack("flat").withoutTocAndLandmark().withoutTimesSince(start);
    flat.shouldEqual(expected);
    if (flag.startsWith("--")) {
      Tree byPodman =
          UnpackedImage.byPodman("docker://" + reference("flat"))
              .withoutTocAndLandmark()
              .withoutTimesSince(start);
      assertThat(byPodman.paths()).isEqualTo(expected.paths());
    }
  }

  private Tree unpack(String tag) throws IOException, InterruptedException {
    Path layout = directory.resolve(tag);
    Skopeo.copy("docker://" + reference(tag), "oci:" + layout + ":it");
    return UnpackedImage.byUmoci(layout + ":it", directory);
  }

  // ---- -insecure

  @ParameterizedTest
  @ValueSource(strings = {"-insecure", "--insecure"})
  void insecure_lets_plain_http_be(String flag) throws Exception {
    String digest =
        stargzify.convert(flag, "http://" + reference("plain"), "http://" + reference("lazy"));

    assertThat(digestOf("lazy")).isEqualTo(digest);
  }

  // ---- --meta

  @Test
  void meta_is_a_variant_with_config_and_no_files_that_others_pull() throws Exception {
    stargzify.convert("--meta", reference("meta"), reference("plain"), reference("lazy"));

    JsonNode manifest = registry.api().json(repository, "meta");
    assertThat(manifest.get("layers")).hasSize(1);
    assertThat(manifest.at("/layers/0/digest").asText()).isEqualTo(EMPTY_LAYER);
    assertThat(manifest.at("/layers/0/size").asInt()).isEqualTo(32);
    assertThat(manifest.at("/annotations").get("dev.stargz.meta.for").asText())
        .contains(digestOf("lazy"));
    JsonNode config = registry.api().jsonBlob(repository, manifest.at("/config/digest").asText());
    assertThat(config.get("config")).isEqualTo(Json.parse(SOURCE.config()).get("config"));
    byte[] empty = Command.bash("head -c 1024 /dev/zero");
    assertThat(config.at("/rootfs/diff_ids/0").asText()).isEqualTo(Digest.of(empty).toString());

    Tree pulled = UnpackedImage.byPodman("docker://" + reference("meta"));
    assertThat(pulled.paths()).containsExactly("");
    Skopeo.copy("docker://" + reference("meta"), "docker-archive:" + directory.resolve("meta.tar"));
    assertThat(Files.size(directory.resolve("meta.tar"))).isLessThan(20_000);
  }

  // ---- results

  @Test
  void the_digest_goes_into_a_file_for_the_next_step() throws Exception {
    Path file = directory.resolve("digest");

    String digest =
        stargzify.convert("--digest-file", file + "", reference("plain"), reference("lazy"));

    assertThat(Files.readString(file, UTF_8).strip()).isEqualTo(digest);
  }

  @Test
  void a_signing_step_finds_all_old_and_new_digests_in_the_json() throws Exception {
    JsonNode report = stargzify.convertToJson(reference("plain"), reference("lazy"));

    assertThat(report.get("digest").asText()).isEqualTo(digestOf("lazy"));
    assertThat(report.get("manifests").toString()).contains(before).contains(digestOf("lazy"));
    JsonNode layers = registry.api().json(repository, "lazy").get("layers");
    assertThat(layers).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(report.get("layers").toString())
          .contains(SOURCE.layers().get(i).digest())
          .contains(layers.get(i).get("digest").asText());
    }
  }

  @Test
  void a_dry_run_writes_nothing() throws Exception {
    List<Access> accesses =
        registry.accessesOf(
            () -> {
              Running.Result result =
                  stargzify.run("--dry-run", reference("plain"), reference("lazy"));
              assertThat(result.exitCode()).as(result.err()).isZero();
            });

    assertThat(accesses).isNotEmpty();
    assertThat(accesses).allMatch(access -> List.of("GET", "HEAD").contains(access.method()));
    long pulled = accesses.stream().filter(Access::pullsBlob).mapToLong(Access::bytes).sum();
    assertThat(pulled).as("bytes of config and footers").isLessThan(2000);
    assertThat(registry.api().digest(repository, "lazy")).isEmpty();
  }
}
