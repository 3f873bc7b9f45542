package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.ConversionReport.Action;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --flatten}: all layers of an image as one. */
class FlattenedImageTest extends ConverterFixture {
  private static final String HISTORY =
      "{\"os\":\"linux\",\"architecture\":\"amd64\",\"created\":\"2024-01-01T00:00:00Z\","
          + "\"history\":[{\"created_by\":\"a\"},{\"created_by\":\"b\"}]}";

  private ConverterOptions.Builder flatten() {
    return ConverterOptions.builder().flatten(true);
  }

  @Test
  void all_layers_become_one_stargz_of_what_is_left() throws IOException {
    RawManifest source =
        TestImage.in(from)
            .config(HISTORY)
            .layer(tar().dir("d/").file("d/gone", "x").file("d/kept", "y").end())
            .layer(tar().file("d/.wh.gone", "").file("new", "z").end())
            .tag("a");
    ConversionReport report = convert(flatten());
    Descriptor layer = layers().get(0);
    assertThat(layers()).hasSize(1);
    assertThat(layer.annotation(Annotations.SOURCE_DIGEST)).contains(source.digest().toString());
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(to.blob(layer.digest())))) {
      assertThat(reader.toc().entries())
          .extracting(entry -> entry.name().text())
          .containsExactly(".no.prefetch.landmark", "d/", "d/kept", "new");
    }
    assertThat(text(config().array("history").orElseThrow()))
        .isEqualTo(
            "[{\"created_by\":\"a\",\"empty_layer\":true},"
                + "{\"created_by\":\"b\",\"empty_layer\":true},"
                + "{\"created\":\"2024-01-01T00:00:00Z\",\"created_by\":\"stargzify --flatten\"}]");
    assertThat(diffIds(config())).hasSize(1);
    assertThat(report.layers())
        .singleElement()
        .extracting(ConversionReport.Layer::action)
        .isEqualTo(Action.FLATTENED);
  }

  @Test
  void a_second_run_finds_the_first() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).tag("a");
    RawManifest first = convert(flatten()).root().orElseThrow();
    from.clearLog();
    ConversionReport second = convert(flatten());
    assertThat(second.root()).contains(first);
    assertThat(second.layers().get(0).action()).isEqualTo(Action.REUSED);
    assertThat(from.asked("open blob")).hasSize(1); // the config
    assertThat(convert().layers())
        .extracting(ConversionReport.Layer::action)
        .containsOnly(Action.CONVERTED);
  }

  @Test
  void layers_that_can_not_be_merged_are_named() {
    byte[] secret = {1};
    TestImage.in(from)
        .layer(BASE)
        .layer(
            from.put(MediaTypes.OCI_LAYER_GZIP + "+encrypted", secret),
            ContentDigest.of(secret).toString())
        .tag("a");
    assertThatThrownBy(() -> convert(flatten()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(ContentDigest.of(secret).toString())
        .hasMessageContaining("encrypted");
    assertThat(to.log()).isEmpty();
  }

  @Test
  void each_layer_is_held_against_its_digest_and_the_config() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).tag("a");
    from.damage(ContentDigest.of(APP.gzip()), EMPTY.gzip());
    assertThatThrownBy(() -> convert(flatten()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("not those of this digest");
    TestImage.in(from)
        .layer(BASE)
        .layer(MediaTypes.OCI_LAYER_GZIP, EMPTY.gzip(), APP.bytes())
        .tag("a");
    assertThatThrownBy(() -> convert(flatten()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("diff_ids say " + ContentDigest.of(APP.bytes()));
    assertThat(to.log()).isEmpty();
  }

  @Test
  void what_is_wrong_with_a_layer_is_said_and_not_what_follows_from_it() {
    TestImage.in(from).layer(BASE).layer(tar().hardlink("b", "nowhere").end()).tag("a");
    assertThatThrownBy(() -> convert(flatten()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("'b'")
        .hasMessageContaining("nowhere");
  }

  @Test
  void two_platforms_are_flattened_each() throws IOException {
    RawManifest one = TestImage.in(from).layer(BASE).layer(APP).put();
    RawManifest two = TestImage.in(from).layer(APP).put();
    JsonArray entries =
        new JsonArray(List.of(Descriptor.of(one).json(), Descriptor.of(two).json()));
    JsonObject index =
        TestImage.object("{\"schemaVersion\":2}")
            .with("mediaType", MediaTypes.OCI_INDEX)
            .with("manifests", entries);
    from.tag("a", from.put(index, MediaTypes.OCI_INDEX));
    convert(flatten());
    for (Descriptor entry : entries(result())) {
      assertThat(layers(to.json(entry.digest()))).hasSize(1);
    }
  }

  @Test
  void prioritized_files_that_are_nowhere_are_warned_of() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).tag("a");
    for (String name : List.of("app", "nowhere")) {
      WriterOptions writer =
          WriterOptions.builder().prioritizedFiles(List.of(EntryName.of(name))).build();
      assertThat(convert(flatten().writer(writer)).warnings())
          .hasSize(name.equals("app") ? 0 : 1)
          .allMatch(warning -> warning.contains("none of the prioritized files"));
    }
  }

  @Test
  void nothing_is_left_of_a_flatten_that_fails(@TempDir Path parent) {
    TestImage.in(from).layer(BASE).layer(tar().hardlink("b", "nowhere").end()).tag("a");
    WriterOptions writer = WriterOptions.builder().tempDir(parent).build();
    assertThatThrownBy(() -> convert(flatten().writer(writer))).isInstanceOf(ImageException.class);
    assertThat(parent).isEmptyDirectory();
  }
}
