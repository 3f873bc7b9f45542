package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.conformance.Launcher.Running;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code verify} and {@code inspect} on images in Debian's registry: what is right is found right,
 * by ours and by the Go library's writer, and each lie is found; counted in the access log, a
 * verification is one download.
 */
class VerifyImageTest {
  private static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

  @TempDir static Path temp;
  private static DockerRegistry registry;

  @TempDir Path machine;
  private Stargzify stargzify;
  private String repository;

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
  void makeMachine(TestInfo test) throws IOException {
    stargzify = Stargzify.in(machine);
    repository = "t" + Digest.of(test.getDisplayName().getBytes(UTF_8)).toString().substring(7, 27);
  }

  private String reference(String tag) {
    return registry.reference(repository + ":" + tag);
  }

  /** An image of four layers, hard and easy, converted. */
  private JsonNode convert() throws IOException, InterruptedException {
    SourceImage.hard().push(registry.api(), repository, "plain");
    stargzify.convert(reference("plain"), reference("lazy"));
    return registry.api().json(repository, "lazy");
  }

  private JsonNode verify(int exitCode, String tag) throws IOException, InterruptedException {
    Running.Result result = stargzify.run("verify", "--json", reference(tag));
    assertThat(result.exitCode()).as("%s\n%s", result.out(), result.err()).isEqualTo(exitCode);
    return Json.parse(result.out());
  }

  private static List<String> whats(JsonNode layer) {
    return layer.get("differences").findValuesAsText("what");
  }

  // ---- right

  @Test
  void a_converted_image_is_faithful_and_verifying_it_is_one_download() throws Exception {
    JsonNode manifest = convert();

    List<Access> accesses =
        registry.accessesOf(() -> assertThat(verify(0, "lazy").get("layers")).hasSize(4));

    for (JsonNode layer : manifest.get("layers")) {
      long size = layer.get("size").asLong();
      long toc = size - layer.at("/annotations/dev.stargz.toc.offset").asLong();
      long fetched =
          accesses.stream()
              .filter(access -> access.names(layer.get("digest").asText()))
              .filter(Access::pullsBlob)
              .mapToLong(Access::bytes)
              .sum();
      assertThat(fetched).isBetween(size, size + toc + (1 << 16));
    }
  }

  @ParameterizedTest
  @CsvSource({"DEBIAN, build", "DEBIAN, append"})
  void an_image_whose_layer_the_go_library_wrote_is_faithful_and_lazy(Layer layer, String writer)
      throws Exception {
    GoBlob blob = GoBlob.of(writer, layer);
    pushImage(blob);

    assertThat(verify(0, "go").at("/layers/0/faithful").asBoolean()).isTrue();

    JsonNode inspected =
        Json.parse(stargzify.run("inspect", "--json", reference("go")).out()).at("/layers/0");
    assertThat(inspected.get("footer").asText()).isEqualTo("estargz");
    assertThat(inspected.get("tocAnnotation").asText()).isEqualTo("right");
    assertThat(inspected.get("lazyFor").toString()).isEqualTo("[\"containerd\",\"Podman\"]");
  }

  private void pushImage(GoBlob blob) throws IOException, InterruptedException {
    RegistryApi api = registry.api();
    byte[] layer = Files.readAllBytes(blob.file());
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
            + "\"diff_ids\":[\""
            + diffId(blob.file())
            + "\"]}}";
    api.putBlob(repository, layer);
    api.putBlob(repository, config.getBytes(UTF_8));
    String annotation = "{\"%s\":\"%s\"}".formatted(TOC_DIGEST, blob.tocDigest());
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                SourceImage.OCI_MANIFEST,
                SourceImage.descriptor(SourceImage.OCI_CONFIG, config.getBytes(UTF_8)),
                SourceImage.descriptor(SourceImage.OCI_LAYER_GZIP, layer)
                    .replaceFirst("}$", ",\"annotations\":" + annotation + "}"));
    api.putManifest(repository, "go", SourceImage.OCI_MANIFEST, manifest);
  }

  /** As gunzip and coreutils tell it. */
  private static String diffId(Path blob) throws IOException, InterruptedException {
    byte[] line = Command.bash("gunzip -c \"$1\" | sha256sum", blob);
    return "sha256:" + new String(line, UTF_8).substring(0, 64);
  }

  // ---- lies

  @ParameterizedTest
  @CsvSource({
    TOC_DIGEST + ", sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "io.containers.estargz.uncompressed-size, 12345",
    "dev.stargz.toc.offset, 12345"
  })
  void a_wrong_annotation_is_found(String key, String lie) throws Exception {
    JsonNode manifest = convert();
    String truth = manifest.at("/layers/3/annotations").get(key).asText();
    rewrite(json -> json.replace("\"" + truth + "\"", "\"" + lie + "\""));

    JsonNode found = verify(3, "rewritten");

    assertThat(whats(found.at("/layers/3"))).contains("annotation " + key);
    assertThat(whats(found.at("/layers/0"))).isEmpty();
  }

  /** Pushes the converted image's manifest with another text. */
  private void rewrite(UnaryOperator<String> change) throws IOException, InterruptedException {
    String before = new String(registry.api().manifest(repository, "lazy"), UTF_8);
    String after = change.apply(before);
    assertThat(after).isNotEqualTo(before);
    registry.api().putManifest(repository, "rewritten", SourceImage.OCI_MANIFEST, after);
  }

  @Test
  void a_wrong_diff_id_is_found() throws Exception {
    JsonNode manifest = convert();
    String digest = manifest.at("/config/digest").asText();
    String diffId = registry.api().diffIds(repository, "lazy").get(1);
    String lie = Digest.of(new byte[0]).toString();
    String config = new String(registry.api().blob(repository, digest), UTF_8).replace(diffId, lie);
    String newDigest = registry.api().putBlob(repository, config.getBytes(UTF_8));
    rewrite(json -> json.replace(digest, newDigest));

    assertThat(whats(verify(3, "rewritten").at("/layers/1")))
        .containsExactly("diffId in the config");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void a_wrong_size_is_found(int more) throws Exception {
    long size = convert().at("/layers/3/size").asLong();
    rewrite(json -> json.replace("\"size\":" + size + ",", "\"size\":" + (size + more) + ","));

    assertThat(whats(verify(3, "rewritten").at("/layers/3"))).containsExactly("damage");
  }

  @Test
  void a_byte_that_is_flipped_in_the_registrys_storage_is_found() throws Exception {
    String digest = convert().at("/layers/3/digest").asText();
    String hex = digest.substring("sha256:".length());
    Path data =
        temp.resolve("registry/storage/docker/registry/v2/blobs/sha256")
            .resolve(hex.substring(0, 2))
            .resolve(hex)
            .resolve("data");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    try {
      assertThat(whats(verify(3, "lazy").at("/layers/3")))
          .contains("digest in the manifest", "damage");
    } finally {
      bytes[bytes.length / 2] ^= 1; // other images here have the same layer
      Files.write(data, bytes);
    }
  }

  @Test
  void an_image_that_isnt_converted_is_told_from_one_that_is() throws Exception {
    SourceImage.small().push(registry.api(), repository, "plain");

    Running.Result verified = stargzify.run("verify", reference("plain"));
    Running.Result inspected = stargzify.run("inspect", reference("plain"));

    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.err()).contains("no layer is a stargz");
    assertThat(inspected.exitCode()).isZero();
    assertThat(inspected.out()).contains("layer 1: no footer");
  }
}
