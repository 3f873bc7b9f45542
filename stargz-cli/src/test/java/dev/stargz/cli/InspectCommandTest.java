package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.BlobFormat;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.local.OciLayout;
import dev.stargz.registry.LoopbackRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stargzify inspect SRC}: what footers, TOCs and manifests tell of layers. */
class InspectCommandTest {
  private static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

  @TempDir Path directory;

  private static TarFixture base() {
    return tar().dir("bin/").file("bin/sh", "#!").mode(0755).symlink("sh", "bin/sh");
  }

  private static TarFixture app() {
    return tar().file("app", pattern(50_000)).file("small", "small");
  }

  private CommandFixture command() {
    return CommandFixture.in(directory);
  }

  private CommandFixture with(byte[] blob) throws IOException {
    return command().file("x.stargz", blob);
  }

  private static Blob blob() throws IOException {
    return Blobs.convert(
        app().dir("d/"), WriterOptions.builder().threads(1).chunkSize(20_000).build());
  }

  // ---- one layer

  @Test
  void a_layer_is_shown_line_by_line() throws IOException {
    Blob blob = blob();
    int tocSize = blob.bytes().length - 51 - Math.toIntExact(blob.facts().tocOffset());

    Result result = with(blob.bytes()).run("inspect", "file:x.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.lines())
        .containsExactly(
            "file:x.stargz",
            "  stargz         eStargz, footer of 51 bytes, which readers of 47 take, too",
            "  lazy for       CRFS; containerd and Podman if its tocDigest is annotated",
            "  size           " + Amounts.bytes(blob.bytes().length) + " compressed",
            "  holds          4 entries: 1 directories, 3 files",
            "  content        50.0 kB in 2 files, 4 chunks",
            "  TOC            "
                + Amounts.bytes(tocSize)
                + " at byte "
                + blob.facts().tocOffset()
                + ", "
                + Amounts.bytes(blob.tocJson().length())
                + " of JSON",
            "  tocDigest      " + blob.facts().tocDigest(),
            overhead(blob, tocSize),
            "  prefetch       nothing",
            "  largest          50.0 kB  app (3 chunks)",
            "                       5 B  small (1 chunk)");
  }

  private static String overhead(Blob blob, int tocSize) {
    int further = blob.members().size() - 3; // but for the first one, the TOC and the footer
    long bytes = tocSize + 51 + 18L * further;
    return String.format(
        "  overhead       %s, %.1f %% of the blob: TOC, footer, the frames of %d further members",
        Amounts.bytes(bytes), 100.0 * bytes / blob.bytes().length, further);
  }

  @Test
  void prioritized_files_are_what_is_prefetched() throws IOException {
    Blob blob =
        Blobs.convert(
            app(),
            WriterOptions.builder().prioritizedFiles(List.of(EntryName.of("small"))).build());

    assertThat(with(blob.bytes()).run("inspect", "file:x.stargz").lines())
        .anyMatch(line -> line.matches("  prefetch       \\d+ B, 1 files"));
  }

  @Test
  void a_blob_of_2019_is_for_crfs_alone() throws IOException {
    Blob blob = Blobs.convert(app(), WriterOptions.builder().format(BlobFormat.STARGZ).build());

    assertThat(with(blob.bytes()).run("inspect", "file:x.stargz").lines())
        .contains(
            "  stargz         stargz of 2019, footer of 47 bytes",
            "  lazy for       CRFS",
            "  prefetch       not said: no landmark");
  }

  @Test
  void a_plain_archive_is_shown_as_what_it_is() throws IOException {
    Result result = with(app().gzip()).run("inspect", "file:x.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(result.lines())
        .containsExactly(
            "file:x.stargz",
            "  stargz         no: no footer",
            "  size           " + Amounts.bytes(app().gzip().length));
  }

  @Test
  void other_lazy_formats_are_named() throws IOException {
    byte[] chunked = (" ".repeat(100) + "GNUlInUx").getBytes(US_ASCII);

    assertThat(with(chunked).run("inspect", "file:x.stargz").lines())
        .contains("  stargz         no: a zstd:chunked blob");
  }

  @Test
  void a_damaged_toc_is_told() throws IOException {
    byte[] bytes = blob().bytes();
    bytes[bytes.length - 80] ^= 1;

    Result result = with(bytes).run("inspect", "file:x.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(result.lines().get(1)).startsWith("  stargz         no: damaged: byte ");
  }

  @Test
  void json_of_a_layer_has_exact_sizes() throws IOException {
    Blob blob = blob();

    Map<String, Object> json =
        Json.parseObject(
            with(blob.bytes()).run("inspect", "--json", "--largest=1", "file:x.stargz").line());

    assertThat(json.get("source")).isEqualTo("file:x.stargz");
    assertThat(json.get("kind")).isEqualTo("layer");
    Map<?, ?> layer = (Map<?, ?>) ((List<?>) json.get("layers")).get(0);
    assertThat(layer.keySet().stream().map(String::valueOf))
        .containsExactly(
            "number",
            "size",
            "stargz",
            "footer",
            "footerSize",
            "tocDigest",
            "lazyFor",
            "tocOffset",
            "tocSize",
            "tocJsonSize",
            "entries",
            "files",
            "contentSize",
            "chunks",
            "members",
            "overhead",
            "landmark",
            "prefetch",
            "largest",
            "differences",
            "moreDifferences");
    assertThat(layer.get("size")).isEqualTo((long) blob.bytes().length);
    assertThat(layer.get("footer")).isEqualTo("universal");
    assertThat(layer.get("lazyFor")).isEqualTo(List.of("CRFS"));
    assertThat(layer.get("entries")).isEqualTo(Map.of("dir", 1L, "reg", 3L, "chunk", 2L));
    assertThat(layer.get("landmark")).isEqualTo(".no.prefetch.landmark");
    assertThat(layer.get("largest"))
        .isEqualTo(List.of(Map.of("name", "app", "size", 50_000L, "chunks", 3L)));
  }

  @Test
  void names_of_files_cant_move_what_is_seen() throws IOException {
    Blob blob = Blobs.convert(tar().file("a\n\033[31m", "x"));

    assertThat(with(blob.bytes()).run("inspect", "file:x.stargz").lines())
        .last()
        .asString()
        .endsWith("a\\n\\x1B[31m (1 chunk)");
  }

  // ---- images

  private EditedLayout out() {
    return EditedLayout.at(directory.resolve("out"));
  }

  private void convert() throws IOException {
    TinyImage.write(OciLayout.target(directory.resolve("in"), Optional.of("t")), base(), app());
    Result result = command().run("-q", "--chunk-size=20000", "oci:in:t", "oci:out:t");
    assertThat(result.exitCode()).as(String.join("\n", result.err())).isZero();
  }

  @Test
  void an_image_is_a_table_of_layers_with_sums_and_the_largest_files() throws IOException {
    convert();

    Result result = command().run("inspect", "--largest=2", "oci:out:t");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    List<String> lines = result.lines();
    assertThat(lines.get(0)).isEqualTo("oci:out:t: image for linux/amd64, 2 layers");
    assertThat(lines.get(1))
        .isEqualTo(
            "  manifest       " + out().digest() + "  application/vnd.oci.image.manifest.v1+json");
    assertThat(lines.subList(2, lines.size()).stream().map(line -> line.replaceAll(" +", " ")))
        .satisfiesExactly(
            line -> assertThat(line).isEmpty(),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "layer digest footer size tar entries files chunks TOC overhead prefetch"
                            + " lazy for"),
            line ->
                assertThat(line)
                    .matches(
                        " 1 \\w{12} 51/47 \\d+ B .* kB 4 1 1 \\d+ B \\d+ B 0 B containerd, Podman,"
                            + " CRFS"),
            line ->
                assertThat(line)
                    .matches(
                        " 2 \\w{12} 51/47 .* kB .* kB 3 2 4 \\d+ B \\d+ B 0 B containerd, Podman,"
                            + " CRFS"),
            line -> assertThat(line).matches(" all .* kB 7 3 5 .*B .*B 0 B"),
            line -> assertThat(line).isEmpty(),
            line -> assertThat(line).isEqualTo("largest layer chunks file"),
            line -> assertThat(line).isEqualTo("50.0 kB 2 3 app"),
            line -> assertThat(line).isEqualTo(" 5 B 2 1 small"));
  }

  @Test
  void one_layer_of_an_image_is_shown_line_by_line_with_what_the_manifest_says()
      throws IOException {
    convert();

    List<String> lines = command().run("inspect", "--layer=2", "oci:out:t").lines();

    assertThat(lines.get(2))
        .isEqualTo(
            "  layer 2        "
                + out().layerDigest(2)
                + "  application/vnd.oci.image.layer.v1.tar+gzip");
    assertThat(lines.get(3)).startsWith("  diffId         sha256:");
    assertThat(lines)
        .contains("  lazy for       containerd, Podman, CRFS")
        .contains("  tocDigest      " + out().annotation(2, TOC_DIGEST) + ", as annotated")
        .anyMatch(line -> line.matches("  size .* kB compressed, .* kB uncompressed as annotated"));
  }

  @Test
  void a_layer_that_is_no_stargz_and_what_follows_from_it_are_told() throws IOException {
    convert();
    out()
        .withoutAnnotations()
        .replaceLayer(1, EditedLayout.at(directory.resolve("in")).layerBytes(1));

    List<String> lines = command().run("inspect", "--largest=0", "oci:out:t").lines();

    assertThat(lines)
        .endsWith(
            "layer 1: no footer",
            "layer 2: its TOC's digest is not annotated",
            "containerd fetches layer 1 whole, and the 1 above it, too");
    assertThat(lines.get(4).replaceAll(" +", " ")).matches(" 1 \\w{12} none \\d+ B");
    assertThat(lines.get(5)).endsWith("  CRFS");
  }

  @Test
  void a_wrong_annotation_is_told() throws IOException {
    convert();
    String truth = out().annotation(1, TOC_DIGEST);
    String lie = out().annotation(2, TOC_DIGEST);
    out().manifest(json -> json.replace(truth, lie));

    Result text = command().run("inspect", "oci:out:t");
    Result json = command().run("inspect", "--json", "oci:out:t");

    assertThat(text.lines())
        .contains("layer 1: annotation " + TOC_DIGEST + ": expected " + truth + ", found " + lie)
        .contains("containerd fetches layer 1 whole, and the 1 above it, too");
    List<?> layers = (List<?>) Json.parseObject(json.line()).get("layers");
    assertThat(((Map<?, ?>) layers.get(0)).get("tocAnnotation")).isEqualTo("wrong");
    assertThat(((Map<?, ?>) layers.get(0)).get("lazyFor")).isEqualTo(List.of("CRFS"));
    assertThat(((Map<?, ?>) layers.get(1)).get("tocAnnotation")).isEqualTo("right");
  }

  @Test
  void headings_are_bold_on_a_terminal() throws IOException {
    convert();

    assertThat(command().stdoutIsTerminal().run("inspect", "oci:out:t").lines().get(0))
        .isEqualTo("\033[1moci:out:t: image for linux/amd64, 2 layers\033[0m");
  }

  @Test
  void of_a_registry_only_ends_of_layers_are_fetched() throws IOException {
    TinyImage.write(
        OciLayout.target(directory.resolve("large"), Optional.of("t")),
        tar().file("large", pattern(3_000_000)));
    try (LoopbackRegistry registry = LoopbackRegistry.start()) {
      String image = "http://" + registry.authority() + "/a/b:t";
      assertThat(command().run("-q", "oci:large:t", image).exitCode()).isZero();
      int before = registry.requests().size();

      Result result = command().run("inspect", image);

      assertThat(result.exitCode()).as(String.join("\n", result.err())).isZero();
      List<String> requests = registry.requests().subList(before, registry.requests().size());
      assertThat(requests.stream().filter(line -> line.contains("/blobs/"))).hasSizeLessThan(5);
    }
  }

  @Test
  void usage_errors_are_told() throws IOException {
    assertThat(command().run("inspect").exitCode()).isEqualTo(2);
    assertThat(command().run("inspect", "--largest=-1", "file:x").err().get(0))
        .isEqualTo("stargzify: --largest: expected 0 to 1000, found -1");
  }
}
