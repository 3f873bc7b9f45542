package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The variant of an image that has its config and no files. */
class MetaImageTest extends IndexFixture {
  private ConverterOptions.Builder meta() {
    return ConverterOptions.builder().meta(to.target("m"));
  }

  private JsonObject variant() {
    return JsonObject.parse(to.tagged("m").orElseThrow().bytes());
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

  @Test
  void of_an_index_there_is_a_variant_of_each_platform_and_nothing_else() throws IOException {
    RawManifest amd64 = image(AMD64, TestImage.in(from).layer(BASE));
    image(ARM64, TestImage.in(from).layer(APP));
    attestation(amd64, true);
    tag();
    ConversionReport report = convert(meta());
    assertThat(entries(variant()))
        .extracting(entry -> text(entry.platform().orElseThrow()))
        .containsExactly(AMD64, ARM64);
    for (int i = 0; i < 2; i++) {
      JsonObject manifest = to.json(entries(variant()).get(i).digest());
      assertThat(layers(manifest)).singleElement().matches(layer -> layer.size() == 32);
      assertThat(manifest.object("annotations").orElseThrow().string(Annotations.META_FOR))
          .contains("to:b@" + entries(result()).get(i).digest());
    }
    assertThat(variant().object("annotations")).isEqualTo(result().object("annotations"));
    assertThat(report.meta().orElseThrow().root()).isEqualTo(to.tagged("m"));
  }

  @Test
  void without_an_image_there_is_no_variant_and_no_tag_moves() {
    Descriptor cached = from.put(MediaTypes.OCI_LAYER_GZIP, APP.gzip());
    entries.add(cached.json());
    tag();
    assertThatThrownBy(() -> convert(meta()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("to:m: there is no image in from:a to make a variant of");
    assertThat(to.log()).isEmpty();
  }

  @Test
  void a_place_that_takes_no_variant_is_noticed_before_the_image_is_tagged() {
    TestImage.in(from).layer(APP).tag("a");
    ImageTarget refusing =
        new TargetBehind(new MemoryPlace("other").target("m")) {
          @Override
          public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener)
              throws IOException {
            throw new ImageException("other:m: 403");
          }
        };
    assertThatThrownBy(() -> convert(ConverterOptions.builder().meta(refusing)))
        .hasMessage("other:m: 403");
    assertThat(to.tagged("b")).isEmpty();
  }

  @Test
  void a_variant_that_fails_at_its_tag_says_that_the_image_was_written() {
    TestImage.in(from).layer(APP).tag("a");
    ImageTarget refusing =
        new TargetBehind(new MemoryPlace("other").target("m")) {
          @Override
          public void tag(RawManifest root, Optional<String> tag) throws IOException {
            throw new ImageException("other:m: 403");
          }
        };
    assertThatThrownBy(() -> convert(ConverterOptions.builder().meta(refusing)))
        .hasMessage("other:m: 403; to:b itself was written");
    assertThat(to.tagged("b")).isPresent();
  }

  @Test
  void a_second_run_writes_no_variant_and_a_dry_one_says_which_it_would_be() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    RawManifest first = convert(meta()).meta().orElseThrow().root().orElseThrow();
    to.clearLog();
    assertThat(convert(meta()).meta().orElseThrow().root()).contains(first);
    assertThat(convert(meta().dryRun(true)).meta().orElseThrow().root()).contains(first);
    assertThat(to.asked("push")).isEmpty();
    assertThat(to.asked("tag")).isEmpty();
  }

  @Test
  void it_does_not_say_what_only_the_image_with_files_may_say() throws IOException {
    String subject = text(Descriptor.of(TestImage.in(from).layer(BASE).put()).json());
    TestImage.in(from).manifest("{\"subject\":" + subject + "}").layer(APP).tag("a");
    convert(meta());
    assertThat(result().object("subject")).isPresent();
    assertThat(variant().object("subject")).isEmpty();
    assertThat(variant().object("annotations").orElseThrow().fields())
        .containsOnlyKeys(Annotations.META_FOR);
  }
}
