package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ConversionReport.Action;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indexes that one doesn't meet every day, and some that nobody means well with. */
class OddIndexTest extends IndexFixture {
  private RawManifest artifact(String fields) {
    return from.put(
        TestImage.object(
            "{\"schemaVersion\":2,\"mediaType\":\""
                + MediaTypes.OCI_MANIFEST
                + "\","
                + fields
                + "}"),
        MediaTypes.OCI_MANIFEST);
  }

  /** A signature or the like on something else. */
  private RawManifest on(RawManifest subject, String payload) {
    Descriptor config = from.put("application/vnd.oci.empty.v1+json", new byte[] {'{', '}'});
    Descriptor blob = from.put("application/example", payload.getBytes(StandardCharsets.UTF_8));
    return artifact(
        "\"config\":"
            + text(config.json())
            + ",\"layers\":["
            + text(blob.json())
            + "],\"subject\":"
            + text(Descriptor.of(subject).json()));
  }

  private ContentDigest subject(Descriptor entry) {
    JsonObject subject = to.json(entry.digest()).object("subject").orElseThrow();
    return Descriptor.of(subject).digest();
  }

  @Test
  void to_drop_all_platforms_is_an_error_and_changes_nothing() {
    image(AMD64, TestImage.in(from).layer(BASE));
    image(ARM64, TestImage.in(from).layer(APP));
    tag();
    ConverterOptions.Builder options =
        ConverterOptions.builder()
            .platforms(List.of(Platform.parse("linux/s390x")))
            .onlyPlatforms(true);
    assertThatThrownBy(() -> convert(options))
        .isInstanceOf(ImageException.class)
        .hasMessage("from:a: no image for linux/s390x; there are linux/amd64, linux/arm64/v8");
    assertThat(to.log()).isEmpty();
  }

  @Test
  void a_nested_index_of_dropped_platforms_is_dropped() throws IOException {
    image(ARM64, TestImage.in(from).layer(APP));
    RawManifest inner = tag();
    entries.clear();
    entries.add(Descriptor.of(inner).json());
    image(AMD64, TestImage.in(from).layer(BASE));
    tag();
    convert(
        ConverterOptions.builder()
            .platforms(List.of(Platform.parse("linux/amd64")))
            .onlyPlatforms(true));
    assertThat(entries(result())).singleElement().extracting(Descriptor::platform).isNotNull();
    assertThat(entries(result()).get(0).mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @Test
  void equal_entries_stay_as_many_as_they_are() throws IOException {
    Descriptor cached = from.put(MediaTypes.OCI_LAYER_GZIP, APP.gzip());
    entries.add(cached.json());
    entries.add(cached.json());
    RawManifest cache = tag();
    assertThat(convert().root()).contains(cache);
  }

  @Test
  void equal_images_are_converted_once_and_stay_two_entries() throws IOException {
    RawManifest image = image(AMD64, TestImage.in(from).layer(APP));
    entries.add(entries.get(0));
    tag();
    for (boolean flatten : new boolean[] {false, true}) {
      from.clearLog();
      convert(ConverterOptions.builder().flatten(flatten));
      assertThat(entries(result())).hasSize(2);
      assertThat(entries(result()).get(0)).isEqualTo(entries(result()).get(1));
      assertThat(entries(result()).get(0).digest()).isNotEqualTo(image.digest());
      assertThat(from.asked("open blob " + ContentDigest.of(APP.gzip()))).hasSize(1);
      assertThat(from.asked("get manifest")).hasSize(1);
      assertThat(from.asked("open blob")).hasSize(2); // and the config
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"manifests\":null", ",\"manifests\":[]"})
  void an_index_that_lists_nothing_stays_the_same_bytes(String field) throws IOException {
    RawManifest raw =
        from.put(
            TestImage.object(
                "{\"schemaVersion\":2,\"mediaType\":\""
                    + MediaTypes.OCI_INDEX
                    + "\""
                    + field
                    + "}"),
            MediaTypes.OCI_INDEX);
    from.tag("a", raw);
    assertThat(convert().root()).contains(raw);
  }

  @Test
  void a_list_with_something_else_than_entries_is_malformed() {
    entries.add(JsonScalar.of("x"));
    tag();
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("manifests: expected objects alone");
    assertThat(to.log()).isEmpty();
  }

  @Test
  void what_speaks_of_an_attestation_follows_it_wherever_it_stands() throws IOException {
    RawManifest image = TestImage.in(from).config(AMD64).layer(APP).put();
    RawManifest first = on(image, "a signature");
    RawManifest second = on(first, "a signature of the signature");
    for (RawManifest raw : List.of(second, first, image)) {
      entries.add(Descriptor.of(raw).json());
    }
    tag();
    convert();
    List<Descriptor> after = entries(result());
    assertThat(subject(after.get(0))).isEqualTo(after.get(1).digest());
    assertThat(subject(after.get(1))).isEqualTo(after.get(2).digest());
    assertThat(after.get(2).digest()).isNotEqualTo(image.digest());
  }

  @Test
  void what_speaks_of_an_image_in_a_nested_index_follows_it() throws IOException {
    RawManifest image = image(AMD64, TestImage.in(from).layer(APP));
    attestation(image, true);
    RawManifest inner = tag();
    entries.clear();
    entries.add(Descriptor.of(on(image, "a signature")).json());
    entries.add(Descriptor.of(inner).json());
    tag();
    convert();
    Descriptor moved = entries(to.json(entries(result()).get(1).digest())).get(0);
    assertThat(subject(entries(result()).get(0))).isEqualTo(moved.digest());
  }

  @Test
  void an_attestation_before_its_image_follows_it() throws IOException {
    RawManifest image = image(AMD64, TestImage.in(from).layer(APP));
    attestation(image, false);
    entries.add(0, entries.remove(1));
    tag();
    convert();
    assertThat(entries(result()).get(0).annotation(Annotations.REFERENCE_DIGEST))
        .contains(entries(result()).get(1).digest().toString());
  }

  @Test
  void an_image_that_is_marked_as_an_attestation_is_converted_too() throws IOException {
    RawManifest image = image(AMD64, TestImage.in(from).layer(APP));
    RawManifest marked = TestImage.in(from).config(ARM64).layer(BASE).put();
    add(
        marked,
        UNKNOWN,
        "{\"vnd.docker.reference.type\":\"attestation-manifest\","
            + "\"vnd.docker.reference.digest\":\""
            + image.digest()
            + "\"}");
    tag();
    convert();
    Descriptor layer = layers(to.json(entries(result()).get(1).digest())).get(0);
    assertThat(layer.annotation(Annotations.TOC_DIGEST)).isPresent();
  }

  @Test
  void a_large_blob_in_an_index_is_not_asked_for_as_a_manifest() throws IOException {
    Descriptor blob = from.put("application/x", new byte[RawManifest.MAX_SIZE + 1]);
    entries.add(blob.json());
    RawManifest root = tag();
    assertThat(convert().root()).contains(root);
    assertThat(from.asked("get manifest")).isEmpty();
  }

  @Test
  void a_target_hears_of_all_manifests_before_any_layer_is_read() {
    RawManifest amd64 = image(AMD64, TestImage.in(from).layer(BASE));
    RawManifest arm64 = image(ARM64, TestImage.in(from).layer(APP));
    attestation(amd64, false);
    tag();
    ImageTarget refusing =
        new TargetBehind(to.target("b")) {
          @Override
          public void announce(List<RawManifest> manifests) throws IOException {
            assertThat(manifests).containsExactly(amd64, arm64);
            throw new ImageException("takes one");
          }
        };
    for (ImageTarget target : List.of(refusing, to.target("b"))) {
      ConverterOptions options = ConverterOptions.builder().meta(refusing).build();
      assertThatThrownBy(() -> new ImageConverter(options).convert(from.source("a"), target))
          .hasMessage("takes one");
    }
    assertThat(from.asked("open blob " + ContentDigest.of(APP.gzip()))).isEmpty();
  }

  @Test
  void attestations_that_speak_of_each_other_do_not_go_on_for_ever() throws IOException {
    RawManifest one = artifact("\"blobs\":[],\"x\":1");
    RawManifest two = artifact("\"blobs\":[],\"x\":2");
    for (List<RawManifest> pair : List.of(List.of(one, two), List.of(two, one))) {
      add(
          pair.get(0),
          UNKNOWN,
          "{\"vnd.docker.reference.type\":\"attestation-manifest\","
              + "\"vnd.docker.reference.digest\":\""
              + pair.get(1).digest()
              + "\"}");
    }
    RawManifest root = tag();
    assertThat(convert().root()).contains(root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"mediaType\":\"x\",\"digest\":\"sha256:00\",\"size\":1}"})
  void a_subject_that_is_no_descriptor_is_malformed_before_anything_is_sent(String subject) {
    image(AMD64, TestImage.in(from).layer(APP));
    entries.add(Descriptor.of(artifact("\"blobs\":[],\"subject\":" + subject)).json());
    tag();
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is malformed");
    assertThat(to.log()).isEmpty();
  }

  @Test
  void only_what_attests_stays_as_it_is_if_so_asked() throws IOException {
    RawManifest image = image(AMD64, TestImage.in(from).layer(APP));
    attestation(image, true);
    entries.add(Descriptor.of(on(image, "a signature")).json());
    tag();
    convert(ConverterOptions.builder().attestations(ConverterOptions.Attestations.AS_IS));
    List<Descriptor> after = entries(result());
    assertThat(after.get(1).json()).isEqualTo(entries.get(1));
    assertThat(subject(after.get(2))).isEqualTo(after.get(0).digest());
  }

  @Test
  void blobs_in_an_index_may_be_json_and_may_be_where_manifests_are() throws IOException {
    byte[] cacheConfig = "{\"layers\":[{\"blob\":\"sha256:0\"}]}".getBytes(StandardCharsets.UTF_8);
    for (byte[] bytes :
        List.of(
            cacheConfig, APP.gzip(), "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8))) {
      Descriptor blob = from.put("application/vnd.buildkit.cacheconfig.v0", bytes);
      entries.add(blob.json());
      from.tag("same place", RawManifest.of(bytes, blob.mediaType()));
    }
    RawManifest cache = tag();
    assertThat(convert().root()).contains(cache);
    assertThat(to.asked("push manifest")).isEmpty();
    assertThat(to.asked("push blob")).hasSize(3);
  }

  @Test
  void an_entry_of_an_unknown_type_that_is_a_manifest_is_kept_as_one() throws IOException {
    RawManifest artifact = artifact("\"blobs\":[]");
    RawManifest typed = RawManifest.of(artifact.bytes(), "application/vnd.example.manifest+json");
    from.tag("typed", typed);
    entries.add(Descriptor.of(typed).json());
    RawManifest root = tag();
    assertThat(convert().root()).contains(root);
    assertThat(to.asked("push manifest")).containsExactly("push manifest " + typed.digest());
  }

  @Test
  void a_few_documents_that_name_each_other_often_are_refused_soon() {
    entries.add(Descriptor.of(artifact("\"blobs\":[]")).json());
    for (int depth = 0; depth < 6; depth++) {
      RawManifest inner = tag();
      entries.clear();
      for (int i = 0; i < 100; i++) {
        entries.add(Descriptor.of(inner).json());
      }
    }
    tag();
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("more than 10000 manifests");
    assertThat(from.asked("get manifest")).hasSizeLessThan(10);
  }

  @Test
  void a_config_that_is_malformed_is_named() {
    Descriptor config = from.put(MediaTypes.OCI_CONFIG, new byte[] {'{'});
    Descriptor layer = from.put(MediaTypes.OCI_LAYER_GZIP, APP.gzip());
    from.tag(
        "a",
        artifact("\"config\":" + text(config.json()) + ",\"layers\":[" + text(layer.json()) + "]"));
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("from:a: the config " + config.digest() + " is malformed");
  }

  @Test
  void a_config_larger_than_8_mib_is_refused() {
    TestImage.in(from).config("{\"x\":\"" + "y".repeat(8 << 20) + "\"}").layer(APP).tag("a");
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("expected at most 8388608 bytes");
  }

  @Test
  void an_upgrade_of_a_converted_index_sends_nothing() throws IOException {
    image(AMD64, TestImage.in(from).layer(APP));
    image(ARM64, TestImage.in(from).layer(tar().file("x", "y").end()));
    tag();
    ConverterOptions options = ConverterOptions.builder().upgrade(true).build();
    new ImageConverter(options).convert(from.source("a"), from.target("a"));
    from.clearLog();
    ConversionReport second =
        new ImageConverter(options).convert(from.source("a"), from.target("a"));
    assertThat(second.tagMoved()).isFalse();
    assertThat(second.layers())
        .extracting(ConversionReport.Layer::action)
        .containsOnly(Action.PASSED_THROUGH);
    assertThat(second.manifests()).hasSize(3);
    assertThat(from.asked("push")).isEmpty();
    assertThat(from.asked("tag")).isEmpty();
  }
}
