package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * To tools that know nothing of it, a converted image is an ordinary one: skopeo copies and
 * describes it, umoci and podman unpack it to the tree of the source image.
 */
class SkopeoTest {
  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static Stargzify stargzify;

  @TempDir Path directory;
  private long start;

  @BeforeAll
  static void startRegistry() throws IOException, InterruptedException {
    Needs.these("skopeo");
    registry = DockerRegistry.plain(temp.resolve("registry"));
    stargzify = Stargzify.in(temp.resolve("machine"));
  }

  @AfterAll
  static void stopRegistry() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void lookAtTheClock() {
    start = System.currentTimeMillis() * 1_000_000;
  }

  @Test
  void skopeo_copies_it_to_a_layout_and_says_what_is_in_it() throws Exception {
    convert("copied", SourceImage.hard());
    Path layout = directory.resolve("layout");

    Skopeo.copy("docker://" + registry.reference("copied:lazy"), "oci:" + layout + ":lazy");

    byte[] manifest = registry.api().manifest("copied", "lazy");
    JsonNode copied = Skopeo.inspect("oci:" + layout + ":lazy", "--raw");
    assertThat(copied).isEqualTo(Json.parse(new String(manifest, UTF_8)));
    JsonNode config = Skopeo.inspect("oci:" + layout + ":lazy", "--config");
    assertThat(config.get("history")).hasSize(5);
    assertThat(config.at("/rootfs/diff_ids")).hasSize(4);
    JsonNode described = Skopeo.inspect("docker://" + registry.reference("copied:lazy"));
    assertThat(described.get("Layers")).hasSize(4);
    assertThat(described.at("/Labels/a.label").asText()).isEqualTo("<&>");
  }

  @Test
  void umoci_unpacks_the_source_s_tree() throws Exception {
    SourceImage source = SourceImage.hard();
    convert("umoci", source);
    Tree expected = UnpackedImage.byUmoci(layoutOf("umoci:plain"), directory);
    assertThat(expected.paths()).contains("data/three", "dev/block", "bin/ping");
    assertThat(expected.paths()).doesNotContain("gone", "data/one", "etc/removed");
    assertThat(expected.line("bin/ping").at("/xattrs").has("security.capability")).isTrue();

    Tree found = UnpackedImage.byUmoci(layoutOf("umoci:lazy"), directory);

    found.withoutTocAndLandmark().withoutTimesSince(start);
    found.shouldEqual(expected.withoutTimesSince(start));
  }

  /** Names that are no UTF-8, owners beyond all limits, times before 1970. */
  @Test
  void umoci_unpacks_the_source_s_tree_of_a_layer_made_by_tar() throws Exception {
    convert("hard", SourceImage.of(TestLayer.of(Layer.HARD)));
    Tree expected = UnpackedImage.byUmoci(layoutOf("hard:plain"), directory);
    assertThat(expected.paths()).hasSizeGreaterThan(40).contains("names/\\xaa", "modes/setuid");

    Tree found = UnpackedImage.byUmoci(layoutOf("hard:lazy"), directory);

    found.withoutTocAndLandmark().withoutTimesSince(start);
    found.shouldEqual(expected.withoutTimesSince(start));
  }

  @Test
  void podman_pulls_and_mounts_the_source_s_tree() throws Exception {
    convert("podman", SourceImage.hard());
    String registryImage = "docker://" + registry.reference("podman");
    Tree expected = UnpackedImage.byPodman(registryImage + ":plain");
    assertThat(expected.paths()).contains("data/three").doesNotContain("gone", "data/one");

    Tree found = UnpackedImage.byPodman(registryImage + ":lazy");

    found.withoutTocAndLandmark().withoutTimesSince(start);
    found.shouldEqual(expected.withoutTimesSince(start));
  }

  /** umoci can't read zstd at all; what is made of it, it can. */
  @Test
  void layers_in_zstd_and_plain_tar_become_ones_that_umoci_reads() throws Exception {
    TestLayer plainBase = TestLayer.plain(TestLayer.base());
    convert("zstd", SourceImage.of(plainBase, TestLayer.zstd(TestLayer.upper())));
    TestLayer upper = TestLayer.gzip(TestLayer.upper());
    SourceImage.of(TestLayer.gzip(TestLayer.base()), upper).write(directory.resolve("same"));

    Tree expected = UnpackedImage.byUmoci(directory.resolve("same") + ":latest", directory);
    Tree found = UnpackedImage.byUmoci(layoutOf("zstd:lazy"), directory);

    found.withoutTocAndLandmark().withoutTimesSince(start);
    found.shouldEqual(expected.withoutTimesSince(start));
  }

  /** Then all annotations are lost, which costs a conversion and no more. */
  @Test
  void what_skopeo_made_a_docker_image_of_and_back_is_converted_anew() throws Exception {
    String digest = convert("there", SourceImage.hard());
    String lazy = "docker://" + registry.reference("there:lazy");
    Skopeo.copy(lazy, lazy, "--format=v2s2");
    assertThat(registry.api().digest("there", "lazy")).isPresent().isNotEqualTo(digest);
    Skopeo.copy(lazy, lazy, "--format=oci");
    assertThat(registry.api().json("there", "lazy").at("/layers/0/annotations").isMissingNode())
        .isTrue();

    String again =
        stargzify.convert(registry.reference("there:plain"), registry.reference("there:lazy"));

    assertThat(again).isEqualTo(digest);
    assertThat(registry.api().digest("there", "lazy")).hasValue(digest);
  }

  private static String convert(String repository, SourceImage source)
      throws IOException, InterruptedException {
    source.push(registry.api(), repository, "plain");
    return stargzify.convert(
        registry.reference(repository + ":plain"), registry.reference(repository + ":lazy"));
  }

  /** Copies an image out of the registry; returns what umoci calls the copy. */
  private String layoutOf(String image) throws IOException, InterruptedException {
    Path layout = Files.createTempDirectory(directory, "layout");
    Files.delete(layout);
    Skopeo.copy("docker://" + registry.reference(image), "oci:" + layout + ":it");
    return layout + ":it";
  }
}
