package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An index of two platforms, with an attestation, a chart that is no image, annotations and fields
 * nobody knows, comes through with all of it: what has no new digest stays as it was, to the byte.
 */
class IndexTest {
  private static final String REPOSITORY = "index";

  private static final SourceImage AMD64 =
      SourceImage.of(
          TestLayer.gzip(tar().file("common", "to both")),
          TestLayer.gzip(tar().file("platform", "amd64")));

  private static final SourceImage ARM64 =
      SourceImage.of(
              TestLayer.gzip(tar().file("common", "to both")),
              TestLayer.gzip(tar().file("platform", "arm64")))
          .on("arm64");

  /** Digests and sizes are put in later. */
  private static final String INDEX =
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[\
      {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"AMD64","size":1001,\
      "platform":{"architecture":"amd64","os":"linux","os.features":["a.feature"]},\
      "dev.example.entry":{"number":1.50,"nothing":null},"annotations":{"entry":"<amd64>"}},\
      {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"ARM64","size":1002,\
      "platform":{"architecture":"arm64","os":"linux","variant":"v8"}},\
      {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"PROOF","size":1003,\
      "annotations":{"vnd.docker.reference.digest":"AMD64",\
      "vnd.docker.reference.type":"attestation-manifest"},\
      "platform":{"architecture":"unknown","os":"unknown"}},\
      {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"CHART","size":1004,\
      "artifactType":"application/vnd.cncf.helm.config.v1+json"}],\
      "annotations":{"of.the.index":"\\u00fc \\"kept\\"","org.opencontainers.image.ref.name":"x"},\
      "dev.example.unknown":[{"kept":true},1.0,[]]}""";

  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static Stargzify stargzify;
  private static String proof;
  private static String chart;

  @BeforeAll
  static void pushIndex() throws IOException, InterruptedException {
    registry = DockerRegistry.plain(temp.resolve("registry"));
    stargzify = Stargzify.in(temp.resolve("machine"));
    AMD64.pushBlobs(registry.api(), REPOSITORY);
    ARM64.pushBlobs(registry.api(), REPOSITORY);
    put(AMD64.manifest());
    put(ARM64.manifest());
    proof = attestation();
    put(proof);
    chart = chart();
    put(chart);
    putIndex("plain", index(AMD64.manifest(), ARM64.manifest(), proof));
    stargzify.convert(reference("plain"), reference("lazy"));
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  private static String reference(String tag) {
    return registry.reference(REPOSITORY + ":" + tag);
  }

  private static void put(String manifest) throws IOException, InterruptedException {
    registry.api().putManifest(REPOSITORY, SourceImage.OCI_MANIFEST, manifest);
  }

  private static void putIndex(String tag, String index) throws IOException, InterruptedException {
    registry.api().putManifest(REPOSITORY, tag, SourceImage.OCI_INDEX, index);
  }

  private static String index(String amd64, String arm64, String attestation) {
    return INDEX
        .replace("AMD64", digest(amd64))
        .replace("1001", "" + size(amd64))
        .replace("ARM64", digest(arm64))
        .replace("1002", "" + size(arm64))
        .replace("PROOF", digest(attestation))
        .replace("1003", "" + size(attestation))
        .replace("CHART", digest(chart))
        .replace("1004", "" + size(chart));
  }

  private static String digest(String json) {
    return Digest.of(json.getBytes(UTF_8)).toString();
  }

  private static int size(String json) {
    return json.getBytes(UTF_8).length;
  }

  /** As BuildKit writes them: an image by its config's type, whose layer is a statement. */
  private static String attestation() throws IOException, InterruptedException {
    String config = "{\"architecture\":\"unknown\",\"os\":\"unknown\",\"config\":{}}";
    String statement = "{\"_type\":\"https://in-toto.io/Statement/v0.1\"}";
    return artifact(SourceImage.OCI_CONFIG, config, "application/vnd.in-toto+json", statement);
  }

  private static String chart() throws IOException, InterruptedException {
    return artifact(
        "application/vnd.cncf.helm.config.v1+json",
        "{\"name\":\"a-chart\"}",
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        "no tar at all");
  }

  private static String artifact(String configType, String config, String type, String content)
      throws IOException, InterruptedException {
    registry.api().putBlob(REPOSITORY, config.getBytes(UTF_8));
    registry.api().putBlob(REPOSITORY, content.getBytes(UTF_8));
    return """
        {
          "schemaVersion": 2,
          "mediaType": "application/vnd.oci.image.manifest.v1+json",
          "config": %s,
          "layers": [ %s ]
        }"""
        .formatted(
            SourceImage.descriptor(configType, config.getBytes(UTF_8)),
            SourceImage.descriptor(type, content.getBytes(UTF_8)));
  }

  private static String text(String reference) throws IOException, InterruptedException {
    return new String(registry.api().manifest(REPOSITORY, reference), UTF_8);
  }

  // ---- the index

  @Test
  void the_index_differs_in_digests_and_sizes_alone() throws Exception {
    JsonNode entries = registry.api().json(REPOSITORY, "lazy").get("manifests");
    String amd64 = text(entries.get(0).get("digest").asText());
    String arm64 = text(entries.get(1).get("digest").asText());
    assertThat(amd64).isNotEqualTo(AMD64.manifest());
    assertThat(arm64).isNotEqualTo(ARM64.manifest());

    assertThat(text("lazy")).isEqualTo(index(amd64, arm64, proof));
    assertThat(text(digest(proof))).isEqualTo(proof);
    assertThat(text(digest(chart))).isEqualTo(chart);
  }

  @Test
  void a_manifest_is_the_source_s_with_other_layers_and_more_annotations() throws Exception {
    JsonNode entries = registry.api().json(REPOSITORY, "lazy").get("manifests");
    JsonNode manifest = registry.api().json(REPOSITORY, entries.get(1).get("digest").asText());
    JsonNode config = manifest.get("config");
    JsonNode common = manifest.at("/layers/0");
    JsonNode platform = manifest.at("/layers/1");
    String conversion = common.at("/annotations").get("dev.stargz.conversion").asText();
    assertThat(conversion).matches("1;estargz;level=6;.*;deflater=java:1");

    String expected =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json",\
        "digest":"%s","size":%d},"layers":[%s,%s],\
        "annotations":{"a.note":"kept","dev.stargz.source.digest":"%s",\
        "dev.stargz.conversion":"%s"},"dev.example.unknown":["kept",1.0]}"""
            .formatted(
                config.get("digest").asText(),
                config.get("size").asInt(),
                layer(common, ARM64.layers().get(0), conversion),
                layer(platform, ARM64.layers().get(1), conversion),
                digest(ARM64.manifest()),
                conversion);

    assertThat(manifest).isEqualTo(Json.parse(expected));
    assertThat(text(entries.get(1).get("digest").asText())).isEqualTo(expected);
  }

  /** A layer's descriptor, with what only its blob can tell taken from {@code found}. */
  private static String layer(JsonNode found, TestLayer source, String conversion)
      throws IOException, InterruptedException {
    byte[] blob = registry.api().blob(REPOSITORY, found.get("digest").asText());
    JsonNode annotations = found.get("annotations");
    return """
        {"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d,\
        "annotations":{"containerd.io/snapshot/stargz/toc.digest":"%s",\
        "io.containers.estargz.uncompressed-size":"%s","dev.stargz.toc.offset":"%s",\
        "dev.stargz.source.digest":"%s","dev.stargz.source.tail":"1024",\
        "dev.stargz.conversion":"%s"}}"""
        .formatted(
            Digest.of(blob),
            blob.length,
            annotations.get("containerd.io/snapshot/stargz/toc.digest").asText(),
            annotations.get("io.containers.estargz.uncompressed-size").asText(),
            annotations.get("dev.stargz.toc.offset").asText(),
            source.digest(),
            conversion);
  }

  @Test
  void the_layer_that_both_have_is_converted_once() throws Exception {
    JsonNode report =
        stargzify.convertToJson("--reuse=off", reference("plain"), registry.reference("once:lazy"));

    assertThat(report.get("layers")).hasSize(3);
    JsonNode entries = registry.api().json("once", "lazy").get("manifests");
    JsonNode amd64 = registry.api().json("once", entries.get(0).get("digest").asText());
    JsonNode arm64 = registry.api().json("once", entries.get(1).get("digest").asText());
    assertThat(amd64.at("/layers/0")).isEqualTo(arm64.at("/layers/0"));
  }

  // ---- options

  @Test
  void one_platform_is_converted_and_the_rest_stays() throws Exception {
    stargzify.convert("--platform=linux/arm64", reference("plain"), reference("arm64"));

    JsonNode entries = registry.api().json(REPOSITORY, "arm64").get("manifests");
    assertThat(entries).hasSize(4);
    String arm64 = text(entries.get(1).get("digest").asText());
    assertThat(arm64).isNotEqualTo(ARM64.manifest());
    assertThat(text("arm64")).isEqualTo(index(AMD64.manifest(), arm64, proof));
  }

  @Test
  void an_attestation_that_has_a_subject_follows_it() throws Exception {
    String subject =
        ",\n  \"subject\": "
            + SourceImage.descriptor(SourceImage.OCI_MANIFEST, AMD64.manifest().getBytes(UTF_8))
            + "\n}";
    String withSubject = proof.substring(0, proof.lastIndexOf('}')).stripTrailing() + subject;
    put(withSubject);
    putIndex("subject", index(AMD64.manifest(), ARM64.manifest(), withSubject));

    stargzify.convert(reference("subject"), reference("subject-lazy"));

    JsonNode entries = registry.api().json(REPOSITORY, "subject-lazy").get("manifests");
    String amd64 = entries.get(0).get("digest").asText();
    String proofNow = entries.get(2).get("digest").asText();
    assertThat(proofNow).isNotEqualTo(digest(withSubject));
    JsonNode attestation = registry.api().json(REPOSITORY, proofNow);
    assertThat(attestation.at("/subject/digest").asText()).isEqualTo(amd64);
    assertThat(attestation.at("/layers")).isEqualTo(Json.parse(withSubject).at("/layers"));
    assertThat(entries.get(2).at("/annotations").get("vnd.docker.reference.digest").asText())
        .isEqualTo(amd64);
  }

  @Test
  void skopeo_copies_the_whole_index() throws Exception {
    Needs.these("skopeo");
    Path layout = temp.resolve("layout");

    Skopeo.copy("docker://" + reference("lazy"), "oci:" + layout + ":lazy", "--all");

    JsonNode copied = Skopeo.inspect("oci:" + layout + ":lazy", "--raw");
    assertThat(copied.get("manifests")).hasSize(4);
    JsonNode entries = registry.api().json(REPOSITORY, "lazy").get("manifests");
    for (int i = 0; i < 4; i++) {
      assertThat(copied.get("manifests").get(i).get("digest"))
          .isEqualTo(entries.get(i).get("digest"));
    }
  }
}
