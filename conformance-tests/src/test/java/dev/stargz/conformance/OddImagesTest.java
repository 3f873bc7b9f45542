package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.conformance.Launcher.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found in registries besides ordinary images, from a real one into a real one. */
class OddImagesTest {
  private static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";
  private static final String EMPTY_CONFIG = "application/vnd.oci.empty.v1+json";
  private static final SourceImage TINY =
      SourceImage.of(
          TestLayer.gzip(tar().file("below", "below")), TestLayer.gzip(tar().file("above", "it")));

  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static Stargzify stargzify;

  @TempDir Path directory;
  private String repository;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    registry = DockerRegistry.settings().allowUrls("^https://").start(temp.resolve("registry"));
    stargzify = Stargzify.in(temp.resolve("machine"));
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void nameRepository(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName();
    repository = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
  }

  private String reference(String tag) {
    return registry.reference(repository + ":" + tag);
  }

  private Running.Result convert(String... options) throws IOException, InterruptedException {
    List<String> places = List.of(reference("plain"), reference("lazy"));
    String[] all = Stream.concat(Stream.of(options), places.stream()).toArray(String[]::new);
    Running.Result result = stargzify.run(all);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result;
  }

  /** Pushes an image whose first layer is described otherwise. */
  private void push(SourceImage image, String descriptor) throws Exception {
    image.pushBlobs(registry.api(), repository);
    String manifest = image.manifest().replace(image.layers().get(0).descriptor(), descriptor);
    assertThat(manifest).isNotEqualTo(image.manifest());
    registry.api().putManifest(repository, "plain", SourceImage.OCI_MANIFEST, manifest);
  }

  private JsonNode layer(int position) throws IOException, InterruptedException {
    return registry.api().json(repository, "lazy").get("layers").get(position);
  }

  private static String with(String descriptor, String fields) {
    return descriptor.substring(0, descriptor.length() - 1) + "," + fields + "}";
  }

  // ---- layers

  @Test
  void what_the_go_library_wrote_passes_through() throws Exception {
    Path source = Files.write(directory.resolve("in.tar"), TestLayer.base().bytes());
    GoBlob blob = GoBlob.of("build", source, directory.resolve("out.stargz"));
    byte[] bytes = Files.readAllBytes(blob.file());
    TestLayer layer = TestLayer.ofGzip(bytes);
    SourceImage image = SourceImage.of(layer, TestLayer.gzip(TestLayer.upper()));
    String annotation = "\"annotations\":{\"%s\":\"%s\"}".formatted(TOC_DIGEST, blob.tocDigest());
    push(image, with(layer.descriptor(), annotation));

    Running.Result result = convert();

    assertThat(result.err()).contains("passed through");
    assertThat(layer(0)).isEqualTo(registry.api().json(repository, "plain").at("/layers/0"));
    assertThat(layer(1).get("digest").asText()).isNotEqualTo(image.layers().get(1).digest());
    assertThat(registry.api().diffIds(repository, "lazy").get(0)).isEqualTo(layer.diffId());

    // Without the annotation no reader takes it for what it is.
    push(image, with(layer.descriptor(), "\"annotations\":{\"another\":\"one\"}"));
    convert();
    assertThat(layer(0).get("digest").asText()).isEqualTo(layer.digest());
    assertThat(layer(0).get("annotations").get(TOC_DIGEST).asText())
        .isEqualTo(blob.tocDigest().toString());
    assertThat(layer(0).get("annotations").get("another").asText()).isEqualTo("one");
  }

  /** podman asks {@code urls} first, and believes what zstd:chunked says of the bytes. */
  @Test
  void what_spoke_of_the_old_bytes_is_gone_and_podman_pulls() throws Exception {
    TestLayer layer = TestLayer.zstd(TestLayer.base());
    SourceImage image = SourceImage.of(layer, TestLayer.gzip(TestLayer.upper()));
    push(
        image,
        with(
            layer.descriptor(),
            """
            "urls":["https://example.invalid/layer"],"data":"%s","annotations":{\
            "io.github.containers.zstd-chunked.manifest-checksum":"sha256:%s",\
            "io.github.containers.zstd-chunked.manifest-position":"1:2:3:1","kept":"yes"}"""
                .formatted(Base64.getEncoder().encodeToString(layer.bytes()), "ab".repeat(32))));

    convert();

    JsonNode converted = layer(0);
    assertThat(converted.get("mediaType").asText()).isEqualTo(SourceImage.OCI_LAYER_GZIP);
    assertThat(converted.has("urls") || converted.has("data")).isFalse();
    assertThat(converted.get("annotations").toString()).doesNotContain("zstd-chunked");
    assertThat(converted.get("annotations").get("kept").asText()).isEqualTo("yes");
    Tree pulled = UnpackedImage.byPodman("docker://" + reference("lazy"));
    assertThat(pulled.withoutTocAndLandmark().paths()).contains("data/three", "bin/ping");
  }

  static Stream<Arguments> kept() {
    return Stream.of(
        Arguments.of("encrypted", "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"),
        Arguments.of("unknown", "application/vnd.example.layer.v7"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kept")
  void layers_that_nobody_can_read_are_kept_beside_the_converted(String name, String mediaType)
      throws Exception {
    TestLayer layer = TINY.layers().get(0);
    String descriptor = SourceImage.descriptor(mediaType, layer.bytes());
    push(TINY, descriptor);

    Running.Result result = convert();

    assertThat(layer(0)).isEqualTo(Json.parse(descriptor));
    assertThat(layer(1).get("annotations").has(TOC_DIGEST)).isTrue();
    assertThat(registry.api().diffIds(repository, "lazy").get(0)).isEqualTo(layer.diffId());
    assertThat(result.err()).contains("warning").contains("whole");
  }

  // ---- histories

  static Stream<Arguments> histories() {
    return Stream.of(
        Arguments.of("absent", ""),
        Arguments.of("null", ",\"history\":null"),
        Arguments.of("none", ",\"history\":[]"),
        Arguments.of("short", ",\"history\":[{\"created_by\":\"one\"}]"),
        Arguments.of("with empty layers", ",\"history\":[{\"empty_layer\":true},{},{}]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("histories")
  void a_history_stays_as_it_is_and_umoci_takes_the_image(String name, String history)
      throws Exception {
    String config =
        """
        {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers",\
        "diff_ids":["%s"]}%s}"""
            .formatted(String.join("\",\"", TINY.diffIds()), history);
    TINY.pushBlobs(registry.api(), repository);
    registry.api().putBlob(repository, config.getBytes(UTF_8));
    String old = SourceImage.descriptor(SourceImage.OCI_CONFIG, TINY.config().getBytes(UTF_8));
    String own = SourceImage.descriptor(SourceImage.OCI_CONFIG, config.getBytes(UTF_8));
    String manifest = TINY.manifest().replace(old, own);
    registry.api().putManifest(repository, "plain", SourceImage.OCI_MANIFEST, manifest);

    convert();

    String digest = registry.api().json(repository, "lazy").at("/config/digest").asText();
    String converted = new String(registry.api().blob(repository, digest), UTF_8);
    assertThat(converted).endsWith("]}" + history + "}");
    Path layout = directory.resolve("layout");
    Skopeo.copy("docker://" + reference("lazy"), "oci:" + layout + ":it");
    assertThat(UnpackedImage.byUmoci(layout + ":it", directory).paths()).contains("below", "above");
  }

  // ---- what is no image

  static Stream<Arguments> artifacts() {
    return Stream.of(
        Arguments.of("no layers", SourceImage.OCI_CONFIG, ""),
        Arguments.of("wasm", "application/vnd.wasm.config.v0+json", "application/wasm"),
        Arguments.of("chart", "application/vnd.cncf.helm.config.v1+json", "application/x.chart"),
        Arguments.of(
            "signature",
            SourceImage.OCI_CONFIG,
            "application/vnd.dev.cosign.simplesigning.v1+json"),
        Arguments.of("no config", EMPTY_CONFIG, SourceImage.OCI_LAYER_GZIP));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("artifacts")
  void artifacts_keep_their_digest(String name, String configType, String layerType)
      throws Exception {
    String layer = layerType.isEmpty() ? "" : blob(layerType, "content of " + name);
    String config = "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
    String manifest =
        "{\"schemaVersion\":2,\n \"mediaType\":\"%s\",\n \"config\":%s,\n \"layers\":[%s]}"
            .formatted(SourceImage.OCI_MANIFEST, blob(configType, config), layer);
    String digest =
        registry.api().putManifest(repository, "plain", SourceImage.OCI_MANIFEST, manifest);

    String other = registry.reference("other/" + repository + ":kept");
    assertThat(stargzify.convert(reference("plain"), other)).isEqualTo(digest);

    assertThat(registry.api().digest("other/" + repository, "kept")).hasValue(digest);
    if (!layerType.isEmpty()) {
      String layerDigest = Json.parse(layer).get("digest").asText();
      assertThat(registry.api().blob("other/" + repository, layerDigest)).isNotEmpty();
    }
  }

  private String blob(String mediaType, String content) throws IOException, InterruptedException {
    registry.api().putBlob(repository, content.getBytes(UTF_8));
    return SourceImage.descriptor(mediaType, content.getBytes(UTF_8));
  }

  /** BuildKit's cache: an index of layers and of a config that are no manifests. */
  @Test
  void an_index_of_blobs_keeps_its_digest() throws Exception {
    TestLayer layer = TINY.layers().get(0);
    registry.api().putBlob(repository, layer.bytes());
    String config = blob("application/vnd.buildkit.cacheconfig.v0", "{\"layers\":[]}");
    String index = SourceImage.index(List.of(layer.descriptor(), config));
    String digest = registry.api().putManifest(repository, "plain", SourceImage.OCI_INDEX, index);

    String other = registry.reference("other/cache:kept");
    assertThat(stargzify.convert(reference("plain"), other)).isEqualTo(digest);

    assertThat(registry.api().digest("other/cache", "kept")).hasValue(digest);
    assertThat(registry.api().blob("other/cache", layer.digest())).isEqualTo(layer.bytes());
  }

  @Test
  void an_index_in_an_index_stays_one() throws Exception {
    TINY.push(registry.api(), repository, "image");
    String inner = SourceImage.index(List.of(TINY.entry()));
    registry.api().putManifest(repository, SourceImage.OCI_INDEX, inner);
    String entry = SourceImage.descriptor(SourceImage.OCI_INDEX, inner.getBytes(UTF_8));
    String outer = SourceImage.index(List.of(entry, TINY.entry()));
    registry.api().putManifest(repository, "plain", SourceImage.OCI_INDEX, outer);

    Running.Result result = convert();

    assertThat(result.err()).contains("warning").contains("nested");
    JsonNode entries = registry.api().json(repository, "lazy").get("manifests");
    JsonNode nested = registry.api().json(repository, entries.at("/0/digest").asText());
    assertThat(nested.at("/manifests/0")).isEqualTo(entries.get(1));
    JsonNode image = registry.api().json(repository, entries.at("/1/digest").asText());
    assertThat(image.at("/layers/0/annotations").has(TOC_DIGEST)).isTrue();
  }
}
