package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageConverterTest extends ConverterFixture {
  @Test
  void every_layer_becomes_a_stargz_that_descriptor_and_config_describe() throws IOException {
    RawManifest source = TestImage.in(from).layer(BASE).layer(EMPTY).layer(APP).tag("a");
    ConversionReport report = convert();
    assertThat(layers()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      Descriptor layer = layers().get(i);
      assertThat(layer.mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP);
      byte[] blob = to.blob(layer.digest());
      assertThat(blob).hasSize((int) layer.size());
      Digest tocDigest = Digest.parse(layer.annotation(Annotations.TOC_DIGEST).orElseThrow());
      try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob), tocDigest)) {
        var verified = StargzVerifier.verify(reader);
        assertThat(verified.isFaithful()).isTrue();
        assertThat(diffIds(config()).get(i)).isEqualTo(verified.diffId().orElseThrow().toString());
      }
    }
    assertThat(report.root()).contains(to.tagged("b").orElseThrow());
    assertThat(report.sourceDigest()).isEqualTo(source.digest());
    assertThat(report.tagMoved()).isTrue();
    assertThat(report.layers())
        .extracting(ConversionReport.Layer::action)
        .containsExactly(Action.CONVERTED, Action.CONVERTED, Action.CONVERTED);
    assertThat(report.warnings()).isEmpty();
  }

  @Test
  void config_and_manifest_keep_what_they_are_not_about() throws IOException {
    TestImage.in(from)
        .layer(BASE)
        .manifest("{\"annotations\":{\"a\":\"b\"},\"x-number\":1.50}")
        .tag("a");
    convert();
    assertThat(text(config()))
        .startsWith(
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2024-05-01T10:00:00.123Z\","
                + "\"config\":{\"Env\":[\"A=\\u003cb>\"],\"Image\":\"\"},"
                + "\"x-unknown\":[1.50,1e3],\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[");
    assertThat(text(result())).contains("\"x-number\":1.50");
    assertThat(result().object("annotations").orElseThrow().string("a")).contains("b");
  }

  @Test
  void the_same_layer_twice_is_converted_once_and_fills_both_positions() throws IOException {
    TestImage.in(from).layer(APP).layer(BASE).layer(APP).tag("a");
    convert();
    assertThat(layers().get(0).digest()).isEqualTo(layers().get(2).digest());
    assertThat(diffIds(config()).get(0)).isEqualTo(diffIds(config()).get(2));
    assertThat(from.asked("open blob " + ContentDigest.of(APP.gzip()))).hasSize(1);
  }

  @Test
  void the_same_tar_in_two_compressions_keeps_its_positions() throws IOException {
    TestImage.in(from)
        .layer(MediaTypes.OCI_LAYER_ZSTD, APP.zstd(), APP.bytes())
        .layer(BASE)
        .layer(APP)
        .tag("a");
    convert();
    assertThat(diffIds(config()).get(0))
        .isEqualTo(diffIds(config()).get(2))
        .isNotEqualTo(diffIds(config()).get(1));
    assertThat(layers()).allMatch(layer -> layer.mediaType().equals(MediaTypes.OCI_LAYER_GZIP));
  }

  @Test
  void a_second_run_moves_no_layer_and_gives_the_same_digest() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).tag("a");
    RawManifest first = convert().root().orElseThrow();
    from.clearLog();
    to.clearLog();
    ConversionReport second = convert();
    assertThat(second.root()).contains(first);
    assertThat(second.tagMoved()).isFalse();
    assertThat(second.layers()).allMatch(layer -> layer.action() == Action.REUSED);
    assertThat(second.layers()).allMatch(layer -> layer.arrival() == Arrival.PRESENT);
    assertThat(to.asked("push blob")).isEmpty();
    assertThat(from.asked("open blob")).hasSize(1); // the config
  }

  @Test
  void what_was_converted_passes_through_as_it_is() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).tag("a");
    RawManifest first = convert().root().orElseThrow();
    MemoryPlace third = new MemoryPlace("third");
    ConversionReport report =
        new ImageConverter(ConverterOptions.defaults()).convert(to.source("b"), third.target("c"));
    assertThat(report.root()).contains(first);
    assertThat(report.layers()).allMatch(layer -> layer.action() == Action.PASSED_THROUGH);
  }

  @Test
  void a_stargz_without_annotation_gets_it_and_its_bytes_stay() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    convert();
    Descriptor converted = layers().get(0);
    byte[] blob = to.blob(converted.digest());
    TestImage.in(from)
        .layer(from.put(MediaTypes.OCI_LAYER_GZIP, blob), diffIds(config()).get(0))
        .tag("a");
    ConversionReport report = convert();
    assertThat(report.layers().get(0).action()).isEqualTo(Action.ANNOTATED);
    assertThat(layers().get(0).digest()).isEqualTo(converted.digest());
    assertThat(layers().get(0).annotation(Annotations.TOC_DIGEST))
        .isEqualTo(converted.annotation(Annotations.TOC_DIGEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"another", "shorter", "longer", "much longer"})
  void a_source_that_is_not_what_its_digest_says_is_never_pushed(String damage) {
    TestImage.in(from).layer(APP).tag("a");
    byte[] good = APP.gzip();
    from.damage(
        ContentDigest.of(good),
        switch (damage) {
          case "another" -> BASE.gzip();
          case "shorter" -> Arrays.copyOf(good, good.length - 1);
          case "longer" -> Arrays.copyOf(good, good.length + 1);
          default -> Arrays.copyOf(good, good.length + (1 << 20));
        });
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("from:a: layer " + ContentDigest.of(good))
        .hasMessageContaining("not those of this digest");
    assertThat(to.log()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | ''",
        ",\"history\":null | ''",
        ",\"history\":[{\"created_by\":\"a\\u0026b\"},{\"empty_layer\":true},{}] | ''",
        ",\"history\":[{}] | speaks of 1 layers, there are 2: kept as it is",
        ",\"history\":[{},{},{\"x\":1}] | docker refuses more than there are"
      })
  void the_history_stays_as_it_is(String history, String warning) throws IOException {
    TestImage.in(from).config("{\"os\":\"linux\"" + history + "}").layer(BASE).layer(APP).tag("a");
    ConversionReport report = convert();
    assertThat(text(config())).startsWith("{\"os\":\"linux\"" + history + ",\"rootfs\"");
    if (warning.isEmpty()) {
      assertThat(report.warnings()).isEmpty();
    } else {
      assertThat(report.warnings()).singleElement().asString().contains(warning);
    }
  }

  @Test
  void a_diffid_that_is_not_the_layers_is_an_error() throws IOException {
    TestImage.in(from).layer(MediaTypes.OCI_LAYER_GZIP, APP.gzip(), BASE.bytes()).tag("a");
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("diff_ids say " + ContentDigest.of(BASE.bytes()))
        .hasMessageContaining("its tar has " + ContentDigest.of(APP.bytes()));
    assertThat(to.log()).isEmpty();
  }

  @Test
  void another_number_of_diffids_than_of_layers_is_an_error() {
    TestImage.in(from).layer(APP).layer(BASE).withoutLastDiffId().tag("a");
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("the manifest has 2 layers, but the config has 1 diff_ids");
    assertThat(to.log()).isEmpty();
  }

  @Test
  void dockers_types_become_ocis_everywhere_unless_they_are_to_stay() throws IOException {
    TestImage.in(from).docker().layer(APP).tag("a");
    convert();
    assertThat(to.tagged("b").orElseThrow().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(text(result())).doesNotContain("vnd.docker");
    convert(ConverterOptions.builder().keepMediaTypes(true));
    assertThat(to.tagged("b").orElseThrow().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
    assertThat(layers().get(0).mediaType()).isEqualTo(MediaTypes.DOCKER_LAYER_GZIP);
    assertThat(layers().get(0).annotation(Annotations.TOC_DIGEST)).isPresent();
  }

  @Test
  void schema_one_is_refused_by_name() {
    from.tag(
        "a", from.put(TestImage.object("{\"schemaVersion\":1}"), MediaTypes.DOCKER_SCHEMA1_SIGNED));
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("schema 1");
  }

  @Test
  void an_index_over_the_old_layers_is_no_longer_named() throws IOException {
    TestImage.in(from)
        .manifest("{\"annotations\":{\"com.amazon.soci.index-digest\":\"sha256:0\",\"x\":\"y\"}}")
        .layer(APP)
        .tag("a");
    ConversionReport report = convert();
    assertThat(result().object("annotations").orElseThrow().fields())
        .containsOnlyKeys("x", Annotations.SOURCE_DIGEST, Annotations.CONVERSION);
    assertThat(report.warnings()).anyMatch(warning -> warning.contains("soci.index-digest"));
  }
}
