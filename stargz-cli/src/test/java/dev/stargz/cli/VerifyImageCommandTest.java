package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.LyingBlob;
import dev.stargz.local.OciLayout;
import dev.stargz.registry.LoopbackRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code stargzify verify IMAGE}: layers against manifest, config, and their own tars. */
class VerifyImageCommandTest {
  private static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

  @TempDir Path directory;

  private static TarFixture base() {
    return tar().dir("bin/").file("bin/sh", "#!").mode(0755);
  }

  private static TarFixture app() {
    return tar().file("app", pattern(50_000));
  }

  @BeforeEach
  void convert() throws IOException {
    TinyImage.write(OciLayout.target(directory.resolve("in"), Optional.of("t")), base(), app());
    Result result = command().run("-q", "--chunk-size=20000", "oci:in:t", "oci:out:t");
    assertThat(result.exitCode()).as(String.join("\n", result.err())).isZero();
  }

  private CommandFixture command() {
    return CommandFixture.in(directory);
  }

  private EditedLayout out() {
    return EditedLayout.at(directory.resolve("out"));
  }

  private static String shortHex(String digest) {
    return digest.substring("sha256:".length(), "sha256:".length() + 12);
  }

  // ---- faithful

  @Test
  void a_converted_image_is_faithful_layer_by_layer() throws IOException {
    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        "layer 1 "
                            + shortHex(out().layerDigest(1))
                            + "  ok         \\d+ B, 5\\.1 kB uncompressed, 3 TOC entries"),
            line ->
                assertThat(line)
                    .matches(
                        "layer 2 "
                            + shortHex(out().layerDigest(2))
                            + "  ok         .* kB, .* kB uncompressed, 4 TOC entries"),
            line -> assertThat(line).isEqualTo("oci:out:t: 2 layers: 2 ok"));
  }

  @Test
  void json_has_an_object_for_each_layer() throws IOException {
    Result result = command().run("verify", "--json", "oci:out:t");

    assertThat(result.exitCode()).isZero();
    Map<String, Object> json = Json.parseObject(result.line());
    assertThat(json)
        .containsEntry("source", "oci:out:t")
        .containsEntry("faithful", true)
        .containsEntry("digest", out().digest())
        .containsEntry("mediaType", "application/vnd.oci.image.manifest.v1+json")
        .containsEntry("platform", "linux/amd64");
    List<?> layers = (List<?>) json.get("layers");
    assertThat(layers).hasSize(2);
    assertThat(((Map<?, ?>) layers.get(0)).keySet().stream().map(String::valueOf))
        .containsExactly(
            "number",
            "digest",
            "size",
            "mediaType",
            "stargz",
            "faithful",
            "diffId",
            "uncompressedSize",
            "tocDigest",
            "tocOffset",
            "tocEntries",
            "differences",
            "moreDifferences");
    assertThat(((Map<?, ?>) layers.get(1)).get("digest")).isEqualTo(out().layerDigest(2));
    assertThat(((Map<?, ?>) layers.get(1)).get("tocDigest"))
        .isEqualTo(out().annotation(2, TOC_DIGEST));
  }

  @Test
  void one_layer_alone_is_read_and_named_by_its_number() throws IOException {
    out().damage(1, new byte[] {1, 2, 3});

    Result result = command().run("verify", "--layer=2", "oci:out:t");

    assertThat(result.exitCode()).isZero();
    assertThat(result.lines()).hasSize(2).first().asString().startsWith("layer 2 ");
    assertThat(result.lines().get(1)).isEqualTo("oci:out:t: 1 layer: 1 ok");
  }

  @Test
  void an_image_in_a_registry_is_verified_there() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.start()) {
      String image = "http://" + registry.authority() + "/a/b:t";
      assertThat(command().run("-q", "oci:in:t", image).exitCode()).isZero();

      Result result = command().run("verify", image);

      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isZero();
      assertThat(result.lines()).last().asString().endsWith("/a/b:t: 2 layers: 2 ok");
    }
  }

  @Test
  void a_layer_that_is_there_twice_is_compared_twice() throws IOException {
    TinyImage.write(OciLayout.target(directory.resolve("in2"), Optional.of("t")), app(), app());
    assertThat(command().run("-q", "oci:in2:t", "oci:twice:t").exitCode()).isZero();

    assertThat(command().run("verify", "oci:twice:t").lines())
        .last()
        .isEqualTo("oci:twice:t: 2 layers: 2 ok");
  }

  // ---- lies of the manifest and the config

  @ParameterizedTest
  @CsvSource({
    TOC_DIGEST + ", sha256:0000000000000000000000000000000000000000000000000000000000000000",
    TOC_DIGEST + ", none at all",
    "io.containers.estargz.uncompressed-size, 7",
    "dev.stargz.toc.offset, 7",
    "dev.stargz.source.digest, sha256:7",
    "dev.stargz.source.tail, -7",
  })
  void a_wrong_annotation_is_a_difference(String key, String lie) throws IOException {
    String truth = out().annotation(2, key);
    out().manifest(json -> replaceLast(json, key + "\":\"" + truth, key + "\":\"" + lie));

    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines().get(1)).contains("differs    1 difference");
    assertThat(result.lines().get(2))
        .startsWith("  annotation " + key + ": expected ")
        .endsWith(", found " + lie);
    assertThat(result.lines()).last().isEqualTo("oci:out:t: 2 layers: 1 ok, 1 with differences");
    assertThat(result.err())
        .containsExactly(
            "stargzify: oci:out:t: layers and what is said of them differ in 1 places");
  }

  private static String replaceLast(String text, String from, String to) {
    int at = text.lastIndexOf(from);
    return at < 0 ? text : text.substring(0, at) + to + text.substring(at + from.length());
  }

  @Test
  void a_wrong_diff_id_is_a_difference() throws IOException {
    Map<?, ?> layer =
        (Map<?, ?>)
            ((List<?>)
                    Json.parseObject(command().run("verify", "--json", "oci:out:t").line())
                        .get("layers"))
                .get(0);
    String diffId = String.valueOf(layer.get("diffId"));
    String lie = Digest.of(new byte[0]).toString();
    out().config(json -> json.replace(diffId, lie));

    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines().get(1))
        .isEqualTo("  diffId in the config: expected " + diffId + ", found " + lie);
  }

  @Test
  void a_wrong_size_is_a_difference() throws IOException {
    byte[] other = Blobs.convert(tar().file("other", "other")).bytes();
    int size = out().layerBytes(1).length;
    out().damage(1, other);

    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines().get(1))
        .startsWith("  damage: expected none, found ")
        .contains("expected " + size + " bytes")
        .endsWith("found " + other.length);
  }

  @Test
  void a_wrong_digest_is_a_difference() throws IOException {
    byte[] other = out().layerBytes(1);
    other[9] ^= 1; // the operating system, which says nothing: another blob, the same files
    String digest = out().layerDigest(1);
    out().damage(1, other);

    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines())
        .contains("  digest in the manifest: expected " + Digest.of(other) + ", found " + digest);
  }

  @Test
  void a_flipped_byte_of_a_chunk_is_a_difference() throws IOException {
    byte[] bytes = out().layerBytes(2);
    bytes[bytes.length / 2] ^= 1;
    out().damage(2, bytes);

    String digest = out().layerDigest(2);

    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines())
        .anyMatch(
            line ->
                line.startsWith("  digest in the manifest: ") && line.endsWith(", found " + digest))
        .anyMatch(line -> line.startsWith("  damage: expected none, found "));
  }

  @Test
  void a_toc_that_lies_is_a_difference_even_under_its_right_digest() throws IOException {
    Blob blob = Blobs.convert(base(), WriterOptions.builder().threads(1).build());
    byte[] lie = LyingBlob.of(blob, json -> json.replace("\"mode\":493", "\"mode\":2541"));
    out().withoutAnnotations().replaceLayer(1, lie);

    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines()).anyMatch(line -> line.endsWith("mode: expected 493, found 2541"));
  }

  @Test
  void a_damaged_toc_is_a_difference_and_the_other_layers_are_read_all_the_same()
      throws IOException {
    byte[] bytes = out().layerBytes(1);
    int toc = Integer.parseInt(out().annotation(1, "dev.stargz.toc.offset"));
    bytes[toc + 40] ^= 1;
    out().damage(1, bytes);

    Result text = command().run("verify", "oci:out:t");
    Result json = command().run("verify", "--json", "oci:out:t");

    assertThat(text.exitCode()).isEqualTo(3);
    assertThat(text.lines().get(1)).startsWith("  damage: expected none, found ");
    assertThat(text.lines().get(2)).startsWith("layer 2 ").contains("  ok  ");
    assertThat(Json.parseObject(json.line())).containsEntry("faithful", false);
  }

  @Test
  void the_first_20_differences_of_a_layer_are_listed_and_the_rest_counted() throws IOException {
    TarFixture many = tar();
    for (int i = 0; i < 130; i++) {
      many.dir("d" + i);
    }
    byte[] lie = LyingBlob.of(Blobs.convert(many), json -> json.replace("493", "511"));
    out().withoutAnnotations().replaceLayer(1, lie);

    List<String> lines = command().run("verify", "oci:out:t").lines();

    // the diffID is another one, too
    assertThat(lines.get(0)).endsWith("differs    131 differences");
    assertThat(lines.get(21)).isEqualTo("  ... and 111 more");
    assertThat(lines.get(22)).startsWith("layer 2 ");
  }

  // ---- layers that are no stargz

  private void mix() throws IOException {
    byte[] plain = EditedLayout.at(directory.resolve("in")).layerBytes(2);
    out().withoutAnnotations().replaceLayer(2, plain);
  }

  @Test
  void a_layer_that_is_no_stargz_is_named_and_skipped() throws IOException {
    mix();

    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isZero();
    assertThat(result.lines().get(1)).endsWith("  no stargz  not read: no footer");
    assertThat(result.lines().get(2)).isEqualTo("oci:out:t: 2 layers: 1 ok, 1 no stargz");
    assertThat(result.err())
        .containsExactly("stargzify: warning: oci:out:t: 1 of 2 layers not verified: no stargz");
  }

  @Test
  void a_layer_that_is_annotated_as_a_stargz_and_has_no_footer_is_a_difference()
      throws IOException {
    byte[] bytes = out().layerBytes(2);
    bytes[bytes.length - 1] ^= 1;
    out().damage(2, bytes);

    Result result = command().run("verify", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines())
        .contains("  damage: expected none, found annotated as a stargz, but no footer");
  }

  @Test
  void json_says_how_many_layers_were_not_read() throws IOException {
    mix();
    assertThat(Json.parseObject(command().run("verify", "--json", "oci:out:t").line()))
        .containsEntry("faithful", true)
        .containsEntry("verified", 1L)
        .containsEntry("skipped", 1L);
    assertThat(Json.parseObject(command().run("verify", "--json", "oci:in:t").line()))
        .containsEntry("faithful", false)
        .containsEntry("verified", 0L);
  }

  @Test
  void such_a_layer_is_a_difference_if_all_must_be_a_stargz() throws IOException {
    mix();

    Result result = command().run("verify", "--require-stargz", "--json", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    Map<String, Object> json = Json.parseObject(result.line());
    assertThat(json).containsEntry("faithful", false);
    assertThat(((Map<?, ?>) ((List<?>) json.get("layers")).get(1)).get("reason"))
        .isEqualTo("no footer");
  }

  @Test
  void an_image_without_any_stargz_is_a_failure() throws IOException {
    Result result = command().run("verify", "oci:in:t");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .containsExactly(
            "stargzify: oci:in:t: no layer is a stargz, so nothing was verified; convert the image"
                + " first: stargzify SRC DST");
    assertThat(command().run("verify", "--require-stargz", "oci:in:t").exitCode()).isEqualTo(3);
  }

  // ---- how it is shown

  @Test
  void on_a_terminal_good_news_is_green_and_bad_news_red() throws IOException {
    byte[] bytes = out().layerBytes(2);
    bytes[bytes.length / 2] ^= 1;
    out().damage(2, bytes);

    List<String> lines = command().stdoutIsTerminal().run("verify", "oci:out:t").lines();

    assertThat(lines.get(0)).contains("\033[32mok       \033[0m");
    assertThat(lines.get(1)).contains("\033[31mdiffers  \033[0m");
    assertThat(
            command()
                .stdoutIsTerminal()
                .variable("NO_COLOR", "1")
                .run("verify", "oci:out:t")
                .lines())
        .noneMatch(line -> line.contains("\033"));
    assertThat(command().run("verify", "--color=always", "oci:out:t").lines().get(0))
        .contains("\033[32m");
  }

  @Test
  void threads_and_quiet_change_nothing_of_the_result() throws IOException {
    Result result = command().run("verify", "oci:out:t");

    assertThat(command().run("verify", "--threads=1", "-q", "oci:out:t").lines())
        .isEqualTo(result.lines());
    assertThat(command().run("verify", "--threads=0", "oci:out:t").exitCode()).isEqualTo(2);
  }

  @Test
  void who_reads_no_further_than_the_first_lines_gets_the_exit_code_of_all_layers()
      throws IOException {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(command().stdout(closed).run("verify", "oci:out:t").exitCode()).isZero();
    assertThat(command().stdout(closed).run("verify", "--json", "oci:out:t").exitCode()).isZero();

    byte[] bytes = out().layerBytes(2);
    bytes[bytes.length / 2] ^= 1;
    out().damage(2, bytes);

    Result result = command().stdout(closed).run("verify", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).singleElement().asString().contains(" differ in ");
    assertThat(command().stdout(closed).run("verify", "--json", "oci:out:t").exitCode())
        .isEqualTo(3);
  }
}
