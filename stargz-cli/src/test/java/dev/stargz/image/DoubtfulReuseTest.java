package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConverterOptions.Reuse;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results of earlier runs that aren't what they seem, or can't be read: made anew. */
class DoubtfulReuseTest extends ReuseFixture {
  @ParameterizedTest
  @ValueSource(
      strings = {
        Annotations.UNCOMPRESSED_SIZE,
        Annotations.TOC_OFFSET,
        Annotations.SOURCE_TAIL,
        Annotations.TOC_DIGEST
      })
  void a_promise_that_the_blob_does_not_keep_is_no_proof(String annotation) throws IOException {
    RawManifest first = first();
    String lie = annotation.equals(Annotations.TOC_DIGEST) ? digestOf(1) : "1";
    relabel(layer -> layer.withAnnotation(annotation, lie), 0);
    ConversionReport second = convert(reuse(Reuse.VERIFY));
    assertThat(actions(second)).containsExactly(Action.CONVERTED, Action.REUSED);
    assertThat(second.root()).contains(first);
  }

  private static String digestOf(int value) {
    return ContentDigest.of(new byte[] {(byte) value}).toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Annotations.UNCOMPRESSED_SIZE,
        Annotations.TOC_OFFSET,
        Annotations.TOC_DIGEST,
        Annotations.SOURCE_DIGEST,
        Annotations.CONVERSION
      })
  void a_descriptor_that_says_less_than_a_conversion_would_is_not_taken(String annotation)
      throws IOException {
    RawManifest first = first();
    for (Reuse mode : List.of(Reuse.AUTO, Reuse.VERIFY)) {
      to.tag("b", first);
      relabel(layer -> layer.withoutAnnotation(annotation), 1);
      ConversionReport second = convert(reuse(mode));
      assertThat(actions(second)).containsExactly(Action.REUSED, Action.CONVERTED);
      assertThat(second.root()).contains(first);
    }
  }

  @Test
  void another_offset_of_the_toc_is_noticed_without_reading_all() throws IOException {
    RawManifest first = first();
    relabel(layer -> layer.withAnnotation(Annotations.TOC_OFFSET, "1"), 1);
    ConversionReport second = convert();
    assertThat(actions(second)).containsExactly(Action.REUSED, Action.CONVERTED);
    assertThat(second.root()).contains(first);
  }

  @Test
  void what_another_version_wrote_is_made_anew() throws IOException {
    first();
    relabel(
        layer ->
            layer.withAnnotation(
                Annotations.CONVERSION,
                layer.annotation(Annotations.CONVERSION).orElseThrow() + "9"),
        0);
    assertThat(actions(convert())).containsExactly(Action.CONVERTED, Action.REUSED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reuse.class,
      names = {"AUTO", "VERIFY"})
  void of_two_places_the_second_helps_where_the_first_lost_its_blob(Reuse mode) throws IOException {
    RawManifest first = first();
    MemoryPlace broken = copyOfResult("broken");
    byte[] blob = to.blob(layers().get(0).digest());
    broken.damage(layers().get(0).digest(), Arrays.copyOf(blob, blob.length - 1));
    broken.damage(layers().get(1).digest(), null);
    MemoryPlace third = new MemoryPlace("third");
    ConverterOptions options =
        reuse(mode).reuseFrom(List.of(broken.source("b"), to.source("b"))).build();
    ConversionReport report =
        new ImageConverter(options).convert(from.source("a"), third.target("c"));
    assertThat(actions(report)).containsOnly(Action.REUSED);
    assertThat(report.root()).contains(first);
  }

  private MemoryPlace copyOfResult(String name) throws IOException {
    MemoryPlace place = new MemoryPlace(name);
    new ImageConverter(ConverterOptions.defaults()).convert(to.source("b"), place.target("b"));
    return place;
  }

  private ImageTarget targetThatHas(ImageSource existing) {
    return new TargetBehind(to.target("b")) {
      @Override
      public Optional<ImageSource> existing() throws IOException {
        return Optional.of(existing);
      }
    };
  }

  @Test
  void an_earlier_result_that_breaks_off_is_no_failure() throws IOException {
    RawManifest first = first();
    ImageSource broken =
        new SourceBehind(to.source("b")) {
          @Override
          public RawManifest root() throws IOException {
            throw new EOFException("broken off");
          }
        };
    ConversionReport second =
        new ImageConverter(ConverterOptions.defaults())
            .convert(from.source("a"), targetThatHas(broken));
    assertThat(actions(second)).containsOnly(Action.CONVERTED);
    assertThat(second.root()).contains(first);
    assertThat(second.warnings()).containsExactly("nothing is reused from to:b: broken off");
  }

  @Test
  void a_target_that_can_not_be_asked_is_said_before_any_work() throws IOException {
    first();
    ImageTarget target =
        new TargetBehind(to.target("b")) {
          @Override
          public Optional<ImageSource> existing() throws IOException {
            throw new ImageException("to:b: 401");
          }
        };
    assertThatThrownBy(
            () -> new ImageConverter(ConverterOptions.defaults()).convert(from.source("a"), target))
        .hasMessage("to:b: 401");
    assertThat(from.asked("open blob")).hasSize(1); // the config
  }

  @Test
  void one_malformed_entry_of_an_earlier_index_does_not_hide_the_others() throws IOException {
    RawManifest first = first();
    JsonValue broken = TestImage.object("{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\"}");
    JsonArray entries = new JsonArray(List.of(broken, Descriptor.of(first).json()));
    JsonObject index = TestImage.object("{\"schemaVersion\":2}").with("manifests", entries);
    to.tag("b", to.put(index, MediaTypes.OCI_INDEX));
    assertThat(actions(convert())).containsOnly(Action.REUSED);
  }

  @Test
  void what_the_target_refuses_is_said_at_once() throws IOException {
    first();
    MemoryPlace third = new MemoryPlace("third");
    ImageTarget refusing =
        new TargetBehind(third.target("c")) {
          @Override
          public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener)
              throws IOException {
            throw new ImageException("third:c: 403");
          }
        };
    ConverterOptions options =
        ConverterOptions.builder().reuseFrom(List.of(to.source("b"))).build();
    assertThatThrownBy(() -> new ImageConverter(options).convert(from.source("a"), refusing))
        .hasMessage("third:c: 403");
    assertThat(from.asked("open blob")).hasSize(1); // the config: no layer was converted in vain
  }

  @Test
  void a_reordered_layer_can_not_be_proven_and_is_made_anew() throws IOException {
    TestImage.in(from)
        .layer(dev.stargz.format.fixture.TarFixture.tar().file("one", "1").file("two", "2").end())
        .tag("a");
    WriterOptions writer =
        WriterOptions.builder().prioritizedFiles(List.of(EntryName.of("two"))).build();
    RawManifest first = convert(ConverterOptions.builder().writer(writer)).root().orElseThrow();
    assertThat(actions(convert(reuse(Reuse.VERIFY).writer(writer))))
        .containsExactly(Action.CONVERTED);
    ConversionReport third = convert(reuse(Reuse.AUTO).writer(writer));
    assertThat(actions(third)).containsExactly(Action.REUSED);
    assertThat(third.root()).contains(first);
  }

  @Test
  void a_result_whose_annotations_a_copy_lost_is_made_anew_to_the_same_bytes() throws IOException {
    RawManifest first = first();
    JsonObject manifest = result();
    JsonArray bare =
        new JsonArray(
            layers().stream()
                .map(layer -> (JsonValue) layer.without("annotations").json())
                .toList());
    to.tag(
        "b", to.put(manifest.with("layers", bare).without("annotations"), MediaTypes.OCI_MANIFEST));
    ConversionReport second = convert();
    assertThat(actions(second)).containsOnly(Action.CONVERTED);
    assertThat(second.root()).contains(first);
  }

  @Test
  void a_stargz_without_annotation_is_read_whole_once_and_found_from_then_on() throws IOException {
    Blobs.Blob blob = Blobs.convert(APP);
    Descriptor bare = from.put(MediaTypes.OCI_LAYER_GZIP, blob.bytes());
    TestImage.in(from).layer(bare, blob.facts().diffId().toString()).tag("a");
    RawManifest first = convert().root().orElseThrow();
    from.clearLog();
    ConversionReport second = convert();
    assertThat(second.root()).contains(first);
    assertThat(actions(second)).containsExactly(Action.REUSED);
    assertThat(from.asked("open blob " + bare.digest())).isEmpty();
    assertThat(from.asked("open ranges")).isEmpty();
  }

  @Test
  void what_was_forced_is_not_taken_for_what_was_not() throws IOException {
    Blobs.Blob blob = Blobs.convert(APP);
    Descriptor bare = from.put(MediaTypes.OCI_LAYER_GZIP, blob.bytes());
    for (Descriptor layer :
        List.of(
            bare,
            bare.withAnnotation(Annotations.TOC_DIGEST, blob.facts().tocDigest().toString()))) {
      TestImage.in(from).layer(layer, blob.facts().diffId().toString()).tag("a");
      RawManifest plain = convert(reuse(Reuse.OFF)).root().orElseThrow();
      RawManifest forced = convert(ConverterOptions.builder().force(true)).root().orElseThrow();
      assertThat(forced).isNotEqualTo(plain);
      assertThat(convert().root()).contains(plain);
      assertThat(convert(ConverterOptions.builder().force(true)).root()).contains(forced);
    }
  }

  /** Puts another blob in place of the first layer's, with a descriptor and a config to match. */
  private void replaceFirst(byte[] blob, String tocDigest, String diffId) {
    Descriptor before = layers().get(0);
    JsonObject config = config();
    List<JsonValue> diffIds = new ArrayList<>(List.of(JsonScalar.of(diffId)));
    diffIds.add(JsonScalar.of(diffIds(config).get(1)));
    Descriptor changed =
        to.put(MediaTypes.OCI_CONFIG, ImageLayers.withDiffIds(config, diffIds).toBytes());
    to.put(MediaTypes.OCI_LAYER_GZIP, blob);
    relabel(
        layer ->
            before
                .withContent(ContentDigest.of(blob), blob.length)
                .withAnnotation(Annotations.TOC_DIGEST, tocDigest),
        0);
    JsonObject manifest = result().with("config", changed.json());
    to.tag("b", to.put(manifest, MediaTypes.OCI_MANIFEST));
  }

  @Test
  void a_toc_that_lies_is_no_proof_though_all_digests_are_right() throws IOException {
    RawManifest first = first();
    byte[] honest = to.blob(layers().get(0).digest());
    Blobs.Blob blob = Blobs.convert(BASE);
    assertThat(honest).isEqualTo(blob.bytes());
    byte[] lying = LyingBlob.of(blob, json -> json.replace("\"bin/sh\"", "\"bin/no\""));
    byte[] tar = new GZIPInputStream(new ByteArrayInputStream(lying)).readAllBytes();
    String toc;
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(lying))) {
      toc = reader.tocDigest().toString();
    }
    replaceFirst(lying, toc, ContentDigest.of(tar).toString());
    ConversionReport second = convert(reuse(Reuse.VERIFY));
    assertThat(actions(second)).containsExactly(Action.CONVERTED, Action.REUSED);
    assertThat(second.root()).contains(first);
  }

  @Test
  void a_config_that_gives_the_blob_another_diffid_is_no_proof() throws IOException {
    RawManifest first = first();
    Descriptor layer = layers().get(0);
    replaceFirst(
        to.blob(layer.digest()),
        layer.annotation(Annotations.TOC_DIGEST).orElseThrow(),
        digestOf(9));
    ConversionReport second = convert(reuse(Reuse.VERIFY));
    assertThat(actions(second)).containsExactly(Action.CONVERTED, Action.REUSED);
    assertThat(second.root()).contains(first);
  }

  @Test
  void layers_of_an_image_made_in_another_way_are_looked_at() throws IOException {
    first();
    JsonObject annotations = result().object("annotations").orElseThrow();
    JsonObject relabelled =
        result().with("annotations", annotations.with(Annotations.CONVERSION, "another way"));
    to.tag("b", to.put(relabelled, MediaTypes.OCI_MANIFEST));
    assertThat(actions(convert())).containsOnly(Action.REUSED);
    assertThat(to.asked("open ranges")).hasSize(2);
  }

  @Test
  void of_a_place_with_very_many_images_some_are_looked_at() throws IOException {
    RawManifest first = first();
    List<JsonValue> entries = new ArrayList<>();
    entries.add(Descriptor.of(first).json());
    for (int i = 0; i < 300; i++) {
      JsonObject manifest = TestImage.object("{\"schemaVersion\":2}").with("x", "" + i);
      entries.add(Descriptor.of(to.put(manifest, MediaTypes.OCI_MANIFEST)).json());
    }
    JsonObject index =
        TestImage.object("{\"schemaVersion\":2}").with("manifests", new JsonArray(entries));
    to.tag("b", to.put(index, MediaTypes.OCI_INDEX));
    assertThat(actions(convert())).containsOnly(Action.REUSED);
    assertThat(to.asked("get manifest")).hasSize(199);
  }
}
