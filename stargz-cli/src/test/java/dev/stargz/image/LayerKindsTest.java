package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.fixture.Blobs;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Layers that aren't simply a tar.gz. */
class LayerKindsTest extends ConverterFixture {
  private Descriptor foreign() {
    Descriptor layer =
        Descriptor.of(
            MediaTypes.DOCKER_FOREIGN_GZIP, ContentDigest.of(BASE.gzip()), BASE.gzip().length);
    JsonArray urls = new JsonArray(List.of(JsonScalar.of("https://example.com/layer")));
    return Descriptor.of(layer.json().with("urls", urls));
  }

  @Test
  void a_foreign_layer_stays_where_it_is_and_is_warned_of() throws IOException {
    TestImage.in(from)
        .layer(foreign(), ContentDigest.of(BASE.bytes()).toString())
        .layer(APP)
        .tag("a");
    ConversionReport report = convert();
    assertThat(layers().get(0).json())
        .isEqualTo(foreign().withMediaType(MediaTypes.OCI_FOREIGN_GZIP).json());
    assertThat(diffIds(config()).get(0)).isEqualTo(ContentDigest.of(BASE.bytes()).toString());
    assertThat(report.layers().get(0).arrival()).isEqualTo(Arrival.NONE);
    assertThat(report.warnings()).anyMatch(warning -> warning.contains("and the 1 above it whole"));
    assertThat(from.asked("open blob " + foreign().digest())).isEmpty();
  }

  @Test
  void a_foreign_layer_is_converted_if_so_asked() throws IOException {
    from.put(MediaTypes.DOCKER_FOREIGN_GZIP, BASE.gzip());
    TestImage.in(from).layer(foreign(), ContentDigest.of(BASE.bytes()).toString()).tag("a");
    convert(ConverterOptions.builder().includeForeign(true));
    assertThat(layers().get(0).mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
    assertThat(layers().get(0).urls()).isEmpty();
    assertThat(layers().get(0).annotation(Annotations.TOC_DIGEST)).isPresent();
  }

  @Test
  void encrypted_and_unknown_layers_are_copied_and_the_rest_is_converted() throws IOException {
    byte[] secret = {7, 7, 7};
    byte[] odd = {8};
    String diffId = ContentDigest.of(new byte[] {1}).toString();
    TestImage.in(from)
        .layer(from.put(MediaTypes.OCI_LAYER_GZIP + "+encrypted", secret), diffId)
        .layer(APP)
        .layer(from.put("application/vnd.example.layer", odd), diffId)
        .tag("a");
    ConversionReport report = convert();
    assertThat(report.layers())
        .extracting(ConversionReport.Layer::action)
        .containsExactly(Action.COPIED, Action.CONVERTED, Action.COPIED);
    assertThat(to.blob(ContentDigest.of(secret))).isEqualTo(secret);
    assertThat(to.blob(ContentDigest.of(odd))).isEqualTo(odd);
    assertThat(diffIds(config()).get(0)).isEqualTo(diffId);
    assertThat(report.warnings()).hasSize(2);
  }

  @Test
  void labels_of_another_compression_are_put_right_and_warned_of() throws IOException {
    TestImage.in(from)
        .layer(MediaTypes.OCI_LAYER_GZIP, APP.bytes(), APP.bytes())
        .layer(MediaTypes.OCI_LAYER, BASE.gzip(), BASE.bytes())
        .layer(MediaTypes.OCI_LAYER_GZIP, EMPTY.zstd(), EMPTY.bytes())
        .tag("a");
    ConversionReport report = convert();
    assertThat(layers()).allMatch(layer -> layer.mediaType().equals(MediaTypes.OCI_LAYER_GZIP));
    assertThat(report.warnings())
        .hasSize(3)
        .allMatch(warning -> warning.contains("its media type says"));
  }

  @Test
  void what_spoke_of_the_old_bytes_goes_and_the_rest_of_a_descriptor_stays() throws IOException {
    Descriptor zstd =
        from.put(MediaTypes.OCI_LAYER_ZSTD, APP.zstd())
            .withAnnotation("io.github.containers.zstd-chunked.manifest-checksum", "sha256:1")
            .withAnnotation("containerd.io/uncompressed", "sha256:2")
            .withAnnotation("org.example", "kept");
    JsonObject json =
        zstd.json()
            .with("data", "AAAA")
            .with("urls", new JsonArray(List.of(JsonScalar.of("https://example.com"))))
            .with("x-unknown", "kept");
    TestImage.in(from)
        .layer(Descriptor.of(json), ContentDigest.of(APP.bytes()).toString())
        .tag("a");
    convert();
    Descriptor layer = layers().get(0);
    assertThat(layer.annotations())
        .containsOnlyKeys(
            "org.example",
            Annotations.TOC_DIGEST,
            Annotations.UNCOMPRESSED_SIZE,
            Annotations.TOC_OFFSET,
            Annotations.SOURCE_DIGEST,
            Annotations.SOURCE_TAIL,
            Annotations.CONVERSION);
    assertThat(layer.json().fields())
        .containsOnlyKeys("mediaType", "digest", "size", "annotations", "x-unknown");
    assertThat(layer.mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
  }

  @Test
  void a_layer_with_a_hard_link_to_another_layer_is_copied_and_warned_of() throws IOException {
    var linked = tar().hardlink("b", "a").end();
    TestImage.in(from).layer(tar().file("a", "x").end()).layer(linked).layer(APP).tag("a");
    ConversionReport report = convert();
    assertThat(layers().get(1).digest()).isEqualTo(ContentDigest.of(linked.gzip()));
    assertThat(report.layers().get(1).action()).isEqualTo(Action.COPIED);
    assertThat(report.warnings()).anyMatch(warning -> warning.contains("'b'"));
    assertThat(report.warnings()).anyMatch(warning -> warning.contains("1 above it"));
  }

  @Test
  void a_layer_named_by_another_algorithm_is_checked_by_it() throws Exception {
    Descriptor sha512 = named(APP.gzip(), "SHA-512");
    TestImage.in(from).layer(sha512, ContentDigest.of(APP.bytes()).toString()).tag("a");
    from.damage(sha512.digest(), APP.gzip());
    convert();
    assertThat(layers().get(0).digest().algorithm()).isEqualTo("sha256");
    from.damage(sha512.digest(), BASE.gzip());
    assertThatThrownBy(() -> convert(ConverterOptions.builder().reuse(ConverterOptions.Reuse.OFF)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(sha512.digest().toString());
  }

  private static Descriptor named(byte[] bytes, String algorithm) throws NoSuchAlgorithmException {
    MessageDigest hash = MessageDigest.getInstance(algorithm);
    hash.update(bytes);
    return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, ContentDigest.of(hash), bytes.length);
  }

  @Test
  void a_stargz_whose_toc_lies_is_refused_unless_forced() throws IOException {
    Blobs.Blob honest = Blobs.convert(APP);
    byte[] lying = LyingBlob.of(honest, json -> json.replace("\"app\"", "\"apq\""));
    byte[] tar = new GZIPInputStream(new ByteArrayInputStream(lying)).readAllBytes();
    TestImage.in(from).layer(MediaTypes.OCI_LAYER_GZIP, lying, tar).tag("a");
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("its TOC lies")
        .hasMessageContaining("--force");
    assertThat(to.log()).isEmpty();
    ConversionReport forced = convert(ConverterOptions.builder().force(true));
    assertThat(forced.layers().get(0).action()).isEqualTo(Action.CONVERTED);
  }

  @Test
  void an_annotation_that_is_not_the_tocs_digest_is_checked_and_put_right() throws IOException {
    Blobs.Blob honest = Blobs.convert(APP);
    Descriptor stale =
        from.put(MediaTypes.OCI_LAYER_GZIP, honest.bytes())
            .withAnnotation(Annotations.TOC_DIGEST, ContentDigest.of(new byte[1]).toString());
    TestImage.in(from).layer(stale, honest.facts().diffId().toString()).tag("a");
    assertThat(convert().layers().get(0).action()).isEqualTo(Action.ANNOTATED);
    assertThat(layers().get(0).annotation(Annotations.TOC_DIGEST))
        .contains(honest.facts().tocDigest().toString());
  }

  @Test
  void the_same_stargz_twice_is_described_at_both_places() throws IOException {
    Blobs.Blob blob = Blobs.convert(APP);
    String diffId = blob.facts().diffId().toString();
    Descriptor bare = from.put(MediaTypes.OCI_LAYER_GZIP, blob.bytes());
    Descriptor told =
        bare.withAnnotation(Annotations.TOC_DIGEST, blob.facts().tocDigest().toString());
    Descriptor mislabelled = told.withMediaType(MediaTypes.OCI_LAYER);
    TestImage.in(from).layer(told, diffId).layer(bare, diffId).layer(mislabelled, diffId).tag("a");
    ConversionReport report = convert();
    assertThat(report.layers().get(0).action()).isEqualTo(Action.PASSED_THROUGH);
    assertThat(layers().get(0)).isEqualTo(told);
    assertThat(layers()).hasSize(3).allMatch(layer -> layer.equals(told));
  }

  @Test
  void a_foreign_stargz_is_no_longer_foreign_if_so_asked() throws IOException {
    Blobs.Blob blob = Blobs.convert(APP);
    Descriptor stored = from.put(MediaTypes.OCI_FOREIGN_GZIP, blob.bytes());
    JsonArray urls = new JsonArray(List.of(JsonScalar.of("https://example.com/layer")));
    Descriptor foreign =
        Descriptor.of(
            stored
                .withAnnotation(Annotations.TOC_DIGEST, blob.facts().tocDigest().toString())
                .json()
                .with("urls", urls));
    TestImage.in(from).layer(foreign, blob.facts().diffId().toString()).tag("a");
    convert(ConverterOptions.builder().includeForeign(true));
    assertThat(layers().get(0).mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
    assertThat(layers().get(0).urls()).isEmpty();
    assertThat(to.blob(stored.digest())).isEqualTo(blob.bytes());
  }

  @Test
  void an_encrypted_foreign_layer_is_copied_even_if_foreign_ones_are_converted()
      throws IOException {
    byte[] secret = {7, 7};
    Descriptor layer = from.put(MediaTypes.OCI_FOREIGN_GZIP + "+encrypted", secret);
    TestImage.in(from).layer(layer, ContentDigest.of(secret).toString()).layer(APP).tag("a");
    ConversionReport report = convert(ConverterOptions.builder().includeForeign(true));
    assertThat(report.layers())
        .extracting(ConversionReport.Layer::action)
        .containsExactly(Action.COPIED, Action.CONVERTED);
    assertThat(layers().get(0)).isEqualTo(layer);
  }

  @Test
  void without_ranges_the_result_is_the_same() throws IOException {
    Blobs.Blob blob = Blobs.convert(APP);
    Descriptor bare = from.put(MediaTypes.OCI_LAYER_GZIP, blob.bytes());
    TestImage.in(from).layer(BASE).layer(bare, blob.facts().diffId().toString()).tag("a");
    RawManifest with = convert().root().orElseThrow();
    from.refuseRanges();
    ConversionReport without =
        convert(ConverterOptions.builder().reuse(ConverterOptions.Reuse.OFF));
    assertThat(without.root()).contains(with);
    assertThat(without.layers())
        .extracting(ConversionReport.Layer::action)
        .containsExactly(Action.CONVERTED, Action.ANNOTATED);
  }

  @Test
  void a_config_named_by_another_algorithm_keeps_its_name_if_it_keeps_its_bytes() throws Exception {
    RawManifest plain =
        TestImage.in(from)
            .config("{\"os\":\"windows\",\"architecture\":\"amd64\"}")
            .layer(APP)
            .put();
    JsonObject json = JsonObject.parse(plain.bytes());
    Descriptor config = Descriptor.of(json.object("config").orElseThrow());
    byte[] bytes = from.blob(config.digest());
    Descriptor sha512 = named(bytes, "SHA-512").withMediaType(MediaTypes.OCI_CONFIG);
    from.damage(sha512.digest(), bytes);
    RawManifest renamed = from.put(json.with("config", sha512.json()), MediaTypes.OCI_MANIFEST);
    from.tag("a", renamed);
    assertThat(convert().root()).contains(renamed);
  }

  @Test
  void a_stargz_without_annotation_is_held_against_the_config() throws IOException {
    Blobs.Blob blob = Blobs.convert(APP);
    TestImage.in(from).layer(MediaTypes.OCI_LAYER_GZIP, blob.bytes(), BASE.bytes()).tag("a");
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("diff_ids say " + ContentDigest.of(BASE.bytes()));
    assertThat(to.log()).isEmpty();
  }

  @Test
  void a_layer_that_occurs_twice_has_one_diffid() {
    Descriptor layer = from.put(MediaTypes.OCI_LAYER_GZIP, APP.gzip());
    TestImage.in(from)
        .layer(layer, ContentDigest.of(APP.bytes()).toString())
        .layer(layer, ContentDigest.of(BASE.bytes()).toString())
        .tag("a");
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("occurs more than once")
        .hasMessageContaining(ContentDigest.of(BASE.bytes()).toString());
    assertThat(to.log()).isEmpty();
  }

  @Test
  void a_diffid_may_be_given_by_different_algorithms() throws Exception {
    Descriptor layer = from.put(MediaTypes.OCI_LAYER_GZIP, APP.gzip());
    TestImage.in(from)
        .layer(layer, named(APP.bytes(), "SHA-512").digest().toString())
        .layer(layer, ContentDigest.of(APP.bytes()).toString())
        .tag("a");
    convert();
    assertThat(layers().get(0)).isEqualTo(layers().get(1));
    assertThat(diffIds(config()).get(0)).isEqualTo(diffIds(config()).get(1));
  }

  @Test
  void a_stargz_that_is_made_anew_loses_its_landmark_without_a_word() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    convert();
    ConversionReport forced =
        new ImageConverter(ConverterOptions.builder().force(true).build())
            .convert(to.source("b"), to.target("c"));
    assertThat(forced.layers().get(0).action()).isEqualTo(Action.CONVERTED);
    assertThat(forced.warnings()).isEmpty();
  }
}
