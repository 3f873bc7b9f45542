package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same conversion on a second machine, where nothing is left of the first, moves no layer: what
 * the registry has is found by its annotations. Counted in the registry's access log.
 */
class SecondRunTest {
  private static final SourceImage SOURCE = SourceImage.hard();

  @TempDir static Path temp;
  private static DockerRegistry registry;

  private String repository;
  private String digest;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    registry = DockerRegistry.plain(temp.resolve("registry"));
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void convertOnce(TestInfo test) throws IOException, InterruptedException {
    repository = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    SOURCE.push(registry.api(), repository, "plain");
    List<Access> accesses =
        registry.accessesOf(() -> digest = convert("first", reference("plain"), reference("lazy")));
    // What is counted below happens when there is nothing to reuse.
    assertThat(accesses).filteredOn(Access::pullsWholeBlob).hasSizeGreaterThan(4);
    assertThat(accesses).filteredOn(Access::pushesBlob).hasSizeGreaterThan(4);
  }

  private String reference(String tag) {
    return registry.reference(repository + ":" + tag);
  }

  /** Runs the command on a machine of its own. */
  private String convert(String machine, String... args) throws IOException, InterruptedException {
    return Stargzify.in(temp.resolve(repository).resolve(machine)).convert(args);
  }

  private String digestOf(String tag) throws IOException, InterruptedException {
    return registry.api().digest(repository, tag).orElseThrow();
  }

  @Test
  void it_moves_no_blob_and_writes_no_tag() throws Exception {
    List<Access> accesses =
        registry.accessesOf(
            () ->
                assertThat(convert("second", reference("plain"), reference("lazy")))
                    .isEqualTo(digest));

    assertThat(digestOf("lazy")).isEqualTo(digest);
    shouldMoveNoLayer(accesses);
    assertThat(accesses).noneMatch(access -> access.method().equals("PUT"));
  }

  @Test
  void an_image_with_one_more_layer_moves_that_one_alone() throws Exception {
    TestLayer more = TestLayer.gzip(TestLayer.upper().file("one-more", "file"));
    SourceImage grown = SOURCE.with(more);
    grown.push(registry.api(), repository, "grown");

    List<Access> accesses =
        registry.accessesOf(() -> convert("second", reference("grown"), reference("lazy")));

    Set<String> pulled = new HashSet<>();
    for (Access access : accesses) {
      if (access.pullsBlob() && isLayer(grown, access.digest())) {
        pulled.add(access.digest());
      }
    }
    assertThat(pulled).containsExactly(more.digest());
    JsonNode layers = registry.api().json(repository, "lazy").get("layers");
    assertThat(layers).hasSize(5);
    assertThat(pushed(accesses)).contains(layers.get(4).get("digest").asText());
    for (int i = 0; i < 4; i++) {
      assertThat(pushed(accesses)).doesNotContain(layers.get(i).get("digest").asText());
    }
  }

  private static boolean isLayer(SourceImage image, String digest) {
    return image.layers().stream().anyMatch(layer -> layer.digest().equals(digest));
  }

  private static List<String> pushed(List<Access> accesses) {
    return accesses.stream().filter(Access::pushesBlob).map(Access::digest).toList();
  }

  @Test
  void another_tag_is_made_from_the_first_one_s_layers() throws Exception {
    List<Access> accesses =
        registry.accessesOf(
            () ->
                convert(
                    "second",
                    "--reuse-from",
                    reference("lazy"),
                    reference("plain"),
                    reference("other")));

    assertThat(digestOf("other")).isEqualTo(digest);
    shouldMoveNoLayer(accesses);
  }

  @Test
  void one_layer_of_all_is_found_again() throws Exception {
    String flat = convert("first-flat", "--flatten", reference("plain"), reference("flat"));

    List<Access> accesses =
        registry.accessesOf(
            () ->
                assertThat(convert("second", "--flatten", reference("plain"), reference("flat")))
                    .isEqualTo(flat));

    shouldMoveNoLayer(accesses);
    assertThat(accesses).noneMatch(access -> access.method().equals("PUT"));
  }

  @Test
  void of_an_index_no_platform_moves_a_layer() throws Exception {
    List<String> entries = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64")) {
      SourceImage image = SOURCE.on(architecture);
      image.push(registry.api(), repository, architecture);
      entries.add(image.entry());
    }
    String index = SourceImage.index(entries);
    registry.api().putManifest(repository, "index", SourceImage.OCI_INDEX, index);
    String both = convert("first-index", reference("index"), reference("both"));

    for (String reuse : List.of("--reuse=auto", "--reuse=verify")) {
      List<Access> accesses =
          registry.accessesOf(
              () ->
                  assertThat(
                          convert(
                              "second-" + reuse.substring(8),
                              reuse,
                              reference("index"),
                              reference("both")))
                      .isEqualTo(both));

      assertThat(accesses).noneMatch(Access::pushesBlob);
      assertThat(accesses)
          .noneMatch(access -> isLayer(SOURCE, access.digest()) && access.pullsBlob());
    }
  }

  /** It reads what is there to prove it; the source's layers stay where they are. */
  @Test
  void proven_reuse_pulls_no_source_layer_and_pushes_none() throws Exception {
    List<Access> accesses =
        registry.accessesOf(
            () ->
                assertThat(
                        convert("second", "--reuse=verify", reference("plain"), reference("lazy")))
                    .isEqualTo(digest));

    assertThat(accesses).noneMatch(Access::pushesBlob);
    assertThat(accesses)
        .filteredOn(Access::pullsBlob)
        .noneMatch(access -> isLayer(SOURCE, access.digest()));
  }

  @Test
  void without_reuse_everything_is_pulled_again() throws Exception {
    List<Access> accesses =
        registry.accessesOf(
            () ->
                assertThat(convert("second", "--reuse=off", reference("plain"), reference("lazy")))
                    .isEqualTo(digest));

    for (TestLayer layer : SOURCE.layers()) {
      assertThat(accesses)
          .anyMatch(access -> access.pullsWholeBlob() && access.names(layer.digest()));
    }
  }

  @Test
  void another_level_is_another_conversion() throws Exception {
    List<Access> accesses =
        registry.accessesOf(
            () ->
                assertThat(convert("second", "--level=1", reference("plain"), reference("lazy")))
                    .isNotEqualTo(digest));

    assertThat(accesses).filteredOn(Access::pullsWholeBlob).hasSizeGreaterThan(3);
  }

  @Test
  void a_layer_that_is_gone_is_made_again() throws Exception {
    String lost = registry.api().json(repository, "lazy").at("/layers/3/digest").asText();
    registry.api().delete(repository + "/blobs/" + lost);

    List<Access> accesses =
        registry.accessesOf(
            () ->
                assertThat(convert("second", reference("plain"), reference("lazy")))
                    .isEqualTo(digest));

    assertThat(registry.api().blob(repository, lost)).isNotEmpty();
    assertThat(pushed(accesses)).contains(lost);
    assertThat(accesses)
        .filteredOn(access -> access.pullsWholeBlob() && isLayer(SOURCE, access.digest()))
        .hasSize(1);
  }

  /** They are what others wrote into the registry, and so can be anything. */
  @Test
  void annotations_that_are_damaged_cost_a_conversion_and_no_more() throws Exception {
    ObjectNode manifest = (ObjectNode) registry.api().json(repository, "lazy");
    ArrayNode layers = (ArrayNode) manifest.get("layers");
    set(layers.get(0), "dev.stargz.source.digest", "sha256:short");
    set(layers.get(1), "dev.stargz.source.digest", "x".repeat(1_000_000));
    set(layers.get(2), "containerd.io/snapshot/stargz/toc.digest", "md5:" + "0".repeat(32));
    set(layers.get(3), "dev.stargz.conversion", "2;{}\u0000\n");
    ((ObjectNode) manifest.get("annotations")).put("dev.stargz.source.digest", "");
    String damaged = manifest.toString();
    registry.api().putManifest(repository, "lazy", SourceImage.OCI_MANIFEST, damaged);

    assertThat(convert("second", reference("plain"), reference("lazy"))).isEqualTo(digest);
    assertThat(new String(registry.api().manifest(repository, "lazy"), UTF_8))
        .doesNotContain("xxxx");
  }

  private static void set(JsonNode layer, String annotation, String value) {
    ((ObjectNode) layer.get("annotations")).put(annotation, value);
  }

  private static void shouldMoveNoLayer(List<Access> accesses) {
    assertThat(accesses).isNotEmpty().noneMatch(Access::pushesBlob);
    assertThat(accesses)
        .noneMatch(access -> isLayer(SOURCE, access.digest()) && access.pullsBlob());
    assertThat(accesses)
        .filteredOn(Access::pullsWholeBlob)
        .allMatch(access -> access.bytes() < 4096);
  }
}
