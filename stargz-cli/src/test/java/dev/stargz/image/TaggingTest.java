package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The last step: tags, moved in place or not. */
class TaggingTest extends ConverterFixture {
  private ConverterOptions.Builder upgrade() {
    return ConverterOptions.builder().upgrade(true);
  }

  private ConversionReport upgrade(ConverterOptions.Builder options) throws IOException {
    return new ImageConverter(options.build()).convert(from.source("a"), from.target("a"));
  }

  @Test
  void the_tag_is_written_last_and_further_ones_before_it() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    RawManifest root =
        convert(ConverterOptions.builder().tags(List.of("x", "y"))).root().orElseThrow();
    List<String> log = to.log();
    assertThat(log.subList(log.size() - 3, log.size()))
        .containsExactly(
            "tag x " + root.digest(), "tag y " + root.digest(), "tag b " + root.digest());
  }

  @Test
  void an_upgrade_replaces_the_tag_and_keeps_the_old_manifest_under_another() throws IOException {
    RawManifest before = TestImage.in(from).layer(APP).tag("a");
    ConversionReport report = upgrade(upgrade().backupTag("old"));
    assertThat(report.tagMoved()).isTrue();
    assertThat(from.tagged("a")).isEqualTo(report.root());
    assertThat(from.tagged("old")).contains(before);
    assertThat(from.asked("tag").get(0)).startsWith("tag old");
  }

  @Test
  void an_upgrade_of_what_is_converted_writes_nothing() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    upgrade(upgrade());
    from.clearLog();
    ConversionReport again = upgrade(upgrade());
    assertThat(again.tagMoved()).isFalse();
    assertThat(from.asked("tag")).isEmpty();
    assertThat(from.asked("push")).isEmpty();
  }

  @Test
  void an_upgrade_of_a_tag_that_moved_meanwhile_changes_nothing() {
    RawManifest before = TestImage.in(from).layer(APP).tag("a");
    RawManifest other = TestImage.in(from).layer(BASE).put();
    ConversionListener mover =
        new ConversionListener() {
          @Override
          public void layerDone(ConversionReport.Layer layer) {
            from.tag("a", other);
          }
        };
    ImageSource pinned = new PinnedSource(from.source("a"), before);
    assertThatThrownBy(
            () ->
                new ImageConverter(upgrade().listener(mover).backupTag("old").build())
                    .convert(pinned, from.target("a")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("the tag moved from " + before.digest() + " to " + other.digest());
    assertThat(from.tagged("a")).contains(other);
    assertThat(from.tagged("old")).isEmpty();
  }

  @Test
  void the_variant_without_files_has_the_config_and_one_layer_of_32_bytes() throws IOException {
    TestImage.in(from)
        .config(
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"created\":\"2024-01-01T00:00:00Z\","
                + "\"config\":{\"Cmd\":[\"x\"]},\"history\":[{\"created_by\":\"one\"},"
                + "{\"created_by\":\"two\",\"empty_layer\":true}]}")
        .layer(APP)
        .tag("a");
    ConversionReport report = convert(ConverterOptions.builder().meta(to.target("m")));
    JsonObject meta = JsonObject.parse(to.tagged("m").orElseThrow().bytes());
    Descriptor layer = layers(meta).get(0);
    assertThat(layers(meta)).hasSize(1);
    assertThat(layer.size()).isEqualTo(32);
    assertThat(layer.digest().hex())
        .isEqualTo("a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4");
    byte[] tar =
        new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(to.blob(layer.digest())))
            .readAllBytes();
    JsonObject config = config(meta);
    assertThat(diffIds(config)).containsExactly(ContentDigest.of(tar).toString());
    assertThat(config.object("config")).isEqualTo(config().object("config"));
    assertThat(text(config.array("history").orElseThrow()))
        .isEqualTo(
            "[{\"created_by\":\"one\",\"empty_layer\":true},"
                + "{\"created_by\":\"two\",\"empty_layer\":true},"
                + "{\"created\":\"2024-01-01T00:00:00Z\",\"created_by\":\"stargzify --meta\"}]");
    assertThat(meta.object("annotations").orElseThrow().string(Annotations.META_FOR))
        .contains("to:b@" + report.root().orElseThrow().digest());
    assertThat(report.meta().orElseThrow().root()).isEqualTo(to.tagged("m"));
  }

  /** A source whose root was read before the tag moved. */
  private record PinnedSource(ImageSource source, RawManifest root) implements ImageSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public RawManifest manifest(Descriptor descriptor) throws IOException {
      return source.manifest(descriptor);
    }

    @Override
    public java.io.InputStream openBlob(Descriptor descriptor) throws IOException {
      return source.openBlob(descriptor);
    }

    @Override
    public dev.stargz.format.blob.RandomAccessSource openRanges(Descriptor descriptor)
        throws IOException {
      return source.openRanges(descriptor);
    }

    @Override
    public void close() {}
  }
}
