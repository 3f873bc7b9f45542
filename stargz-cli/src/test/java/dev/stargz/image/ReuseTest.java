package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.WriterOptions;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import dev.stargz.image.ConverterOptions.Reuse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a second run takes from a first one, and what it had better not. */
class ReuseTest extends ReuseFixture {
  @Test
  void a_whole_image_is_taken_without_a_look_at_its_layers() throws IOException {
    RawManifest first = first();
    assertThat(convert().root()).contains(first);
    assertThat(to.asked("open ranges")).isEmpty();
    assertThat(to.asked("push")).isEmpty();
  }

  @Test
  void of_another_image_with_common_layers_those_are_taken_after_a_look_at_their_tocs()
      throws IOException {
    first();
    TestImage.in(from).layer(BASE).layer(EMPTY).tag("a");
    assertThat(actions(convert())).containsExactly(Action.REUSED, Action.CONVERTED);
    assertThat(to.asked("open ranges")).hasSize(1);
  }

  @Test
  void the_blob_alone_proves_what_it_was_made_from() throws IOException {
    RawManifest first = first();
    ConversionReport second = convert(reuse(Reuse.VERIFY));
    assertThat(second.root()).contains(first);
    assertThat(actions(second)).containsOnly(Action.REUSED);
    assertThat(from.asked("open blob")).hasSize(1); // the config
  }

  @Test
  void a_foreign_blob_under_true_looking_annotations_does_not_pass_verification()
      throws IOException {
    first();
    relabel(layer -> other().describe(layer, false, ContentDigest.of(BASE.gzip()), key()), 0);
    assertThat(actions(convert(reuse(Reuse.VERIFY))))
        .containsExactly(Action.CONVERTED, Action.REUSED);
  }

  private String key() {
    return WriterOptions.defaults().fingerprint();
  }

  /** A stargz of something else, in the target. */
  private ConvertedLayer other() {
    try {
      var blob = dev.stargz.format.fixture.Blobs.convert(tar().file("evil", "x").end());
      to.put(MediaTypes.OCI_LAYER_GZIP, blob.bytes());
      return ConvertedLayer.of(blob.facts());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_layer_that_another_digest_of_toc_is_promised_for_is_made_anew() throws IOException {
    first();
    relabel(
        layer ->
            layer.withAnnotation(
                Annotations.TOC_DIGEST, ContentDigest.of(new byte[] {5}).toString()),
        1);
    assertThat(actions(convert())).containsExactly(Action.REUSED, Action.CONVERTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:xyz", "sha512:00", "MEGABYTE"})
  void annotations_that_can_not_be_are_no_annotations(String value) throws IOException {
    RawManifest first = first();
    String junk = value.equals("MEGABYTE") ? "x".repeat(1 << 20) : value;
    for (String key :
        List.of(Annotations.TOC_DIGEST, Annotations.SOURCE_DIGEST, Annotations.CONVERSION)) {
      to.tag("b", first);
      relabel(layer -> layer.withAnnotation(key, junk), 1);
      ConversionReport second = convert();
      assertThat(actions(second)).containsExactly(Action.REUSED, Action.CONVERTED);
      assertThat(second.root()).contains(first);
    }
  }

  @Test
  void a_blob_that_is_gone_or_cut_is_made_anew() throws IOException {
    RawManifest first = first();
    byte[] blob = to.blob(layers().get(0).digest());
    to.damage(layers().get(0).digest(), null);
    assertThat(actions(convert())).containsExactly(Action.CONVERTED, Action.REUSED);
    to.damage(layers().get(0).digest(), java.util.Arrays.copyOf(blob, blob.length - 1));
    ConversionReport third = convert();
    assertThat(third.root()).contains(first);
    assertThat(actions(third)).containsExactly(Action.CONVERTED, Action.REUSED);
    assertThat(to.blob(layers().get(0).digest())).isEqualTo(blob);
  }

  @Test
  void another_way_of_converting_reuses_nothing() throws IOException {
    first();
    for (WriterOptions options :
        List.of(
            WriterOptions.builder().level(1).build(),
            WriterOptions.builder().chunkSize(1 << 20).build(),
            WriterOptions.builder()
                .prioritizedFiles(List.of(dev.stargz.format.blob.EntryName.of("app")))
                .build())) {
      assertThat(actions(convert(ConverterOptions.builder().writer(options))))
          .containsOnly(Action.CONVERTED);
      convert(reuse(Reuse.OFF));
    }
  }

  @Test
  void the_number_of_threads_is_no_other_way() throws IOException {
    RawManifest first = first();
    WriterOptions options = WriterOptions.builder().threads(7).build();
    ConversionReport second = convert(ConverterOptions.builder().writer(options).parallelLayers(1));
    assertThat(actions(second)).containsOnly(Action.REUSED);
    ConversionReport third =
        convert(ConverterOptions.builder().writer(options).reuse(Reuse.OFF).parallelLayers(1));
    assertThat(third.root()).contains(first);
    assertThat(actions(third)).containsOnly(Action.CONVERTED);
  }

  @Test
  void lost_annotations_mean_conversion() throws IOException {
    first();
    relabel(layer -> layer.without("annotations"), 0);
    assertThat(actions(convert())).containsExactly(Action.CONVERTED, Action.REUSED);
  }

  @Test
  void other_places_are_looked_at_and_their_blobs_brought_over() throws IOException {
    RawManifest first = first();
    MemoryPlace third = new MemoryPlace("third");
    ConverterOptions options =
        ConverterOptions.builder().reuseFrom(List.of(to.source("b"))).build();
    ConversionReport report =
        new ImageConverter(options).convert(from.source("a"), third.target("c"));
    assertThat(report.root()).contains(first);
    assertThat(actions(report)).containsOnly(Action.REUSED);
    assertThat(report.layers()).allMatch(layer -> layer.arrival() == Arrival.PUSHED);
    MemoryPlace fourth = new MemoryPlace("fourth");
    fourth.mountFrom(to);
    report = new ImageConverter(options).convert(from.source("a"), fourth.target("c"));
    assertThat(report.layers()).allMatch(layer -> layer.arrival() == Arrival.MOUNTED);
  }

  @Test
  void a_place_that_can_not_be_read_is_named_and_no_failure() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    ConversionReport report =
        convert(ConverterOptions.builder().reuseFrom(List.of(to.source("none"))));
    assertThat(report.warnings())
        .containsExactly("nothing is reused from to:none: to:none: no such tag");
    assertThat(actions(report)).containsOnly(Action.CONVERTED);
  }

  @Test
  void reordered_and_expanded_layers_can_not_be_proven_and_are_made_anew() throws IOException {
    TarFixture reserved = tar().file("stargz.index.json", "{}").file("x", "y").end();
    TestImage.in(from).layer(reserved).layer(APP).tag("a");
    convert();
    assertThat(layers().get(0).annotation(Annotations.SOURCE_TAIL)).isEmpty();
    assertThat(actions(convert(reuse(Reuse.VERIFY))))
        .containsExactly(Action.CONVERTED, Action.REUSED);
    assertThat(actions(convert())).containsOnly(Action.REUSED);
  }

  @Test
  void a_dry_run_says_what_would_be_done_and_writes_nothing() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).tag("a");
    ConversionReport dry = convert(ConverterOptions.builder().dryRun(true));
    assertThat(dry.root()).isEmpty();
    assertThat(actions(dry)).containsOnly(Action.CONVERTED);
    assertThat(to.log()).isEmpty();
    RawManifest first = convert().root().orElseThrow();
    to.clearLog();
    dry = convert(ConverterOptions.builder().dryRun(true));
    assertThat(dry.root()).contains(first);
    assertThat(actions(dry)).containsOnly(Action.REUSED);
    assertThat(to.asked("push")).isEmpty();
    assertThat(to.asked("tag")).isEmpty();
  }
}
