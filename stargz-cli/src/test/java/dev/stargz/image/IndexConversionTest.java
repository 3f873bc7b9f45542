package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ConversionReport.Kind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Indexes: of platforms, with attestations, within each other, of things that are no images. */
class IndexConversionTest extends IndexFixture {
  @Test
  void two_platforms_an_attestation_annotations_and_unknown_fields_go_through() throws IOException {
    RawManifest amd64 = image(AMD64, TestImage.in(from).layer(BASE).layer(APP));
    image(ARM64, TestImage.in(from).layer(APP));
    RawManifest attestation = attestation(amd64, true);
    tag();
    ConversionReport report = convert();
    List<Descriptor> after = entries(result());
    assertThat(text(result()))
        .isEqualTo(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
                + "\"x-index\":{\"deep\":[1.0,null]},\"manifests\":["
                + entry(after.get(0), AMD64)
                + "},"
                + entry(after.get(1), ARM64)
                + "},"
                + entry(after.get(2), UNKNOWN)
                + ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\","
                + "\"vnd.docker.reference.digest\":\""
                + after.get(0).digest()
                + "\"}}],\"annotations\":{\"org.example\":\"kept\"}}");
    JsonObject moved = to.json(after.get(2).digest());
    assertThat(moved.object("subject").orElseThrow().string("digest"))
        .contains(after.get(0).digest().toString());
    assertThat(layers(moved)).isEqualTo(layers(from.json(attestation.digest())));
    assertThat(report.manifests())
        .extracting(ConversionReport.Manifest::kind)
        .containsExactly(Kind.IMAGE, Kind.IMAGE, Kind.ATTESTATION, Kind.INDEX);
    assertThat(from.asked("open blob " + ContentDigest.of(APP.gzip()))).hasSize(1);
  }

  private static String entry(Descriptor descriptor, String platform) {
    return "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
        + descriptor.digest()
        + "\",\"size\":"
        + descriptor.size()
        + ",\"platform\":"
        + platform
        + ",\"x-entry\":\"1\"";
  }

  @Test
  void attestations_are_dropped_or_left_alone_if_so_asked() throws IOException {
    RawManifest amd64 = image(AMD64, TestImage.in(from).layer(APP));
    RawManifest attestation = attestation(amd64, false);
    tag();
    convert(ConverterOptions.builder().attestations(ConverterOptions.Attestations.DROP));
    assertThat(entries(result())).hasSize(1);
    convert(ConverterOptions.builder().attestations(ConverterOptions.Attestations.AS_IS));
    assertThat(entries(result()).get(1).json()).isEqualTo(entries.get(1));
    assertThat(to.manifest(attestation.digest())).isNotNull();
  }

  @Test
  void a_platform_chooses_what_is_converted_and_the_rest_stays() throws IOException {
    image(AMD64, TestImage.in(from).layer(BASE));
    RawManifest arm64 = image(ARM64, TestImage.in(from).layer(APP));
    attestation(arm64, false);
    tag();
    convert(ConverterOptions.builder().platforms(List.of(Platform.parse("linux/amd64"))));
    List<Descriptor> after = entries(result());
    assertThat(after).hasSize(3);
    assertThat(after.get(0).digest()).isNotEqualTo(Descriptor.of(arm64).digest());
    assertThat(after.get(1).json()).isEqualTo(entries.get(1));
    assertThat(after.get(2).json()).isEqualTo(entries.get(2));
  }

  @Test
  void only_a_platform_drops_the_rest_and_the_attestations_of_the_rest() throws IOException {
    RawManifest amd64 = image(AMD64, TestImage.in(from).layer(BASE));
    RawManifest arm64 = image(ARM64, TestImage.in(from).layer(APP));
    attestation(amd64, false);
    attestation(arm64, true);
    tag();
    convert(
        ConverterOptions.builder()
            .platforms(List.of(Platform.parse("linux/arm64/v8")))
            .onlyPlatforms(true));
    List<Descriptor> after = entries(result());
    assertThat(after).hasSize(2);
    assertThat(after.get(0).platform()).contains(TestImage.object(ARM64));
    assertThat(after.get(1).annotation(Annotations.REFERENCE_DIGEST))
        .contains(after.get(0).digest().toString());
    assertThat(from.asked("open blob " + ContentDigest.of(BASE.gzip()))).isEmpty();
  }

  @Test
  void an_entry_without_platform_is_known_by_its_config_and_stays_without() throws IOException {
    RawManifest raw = TestImage.in(from).config(ARM64).layer(APP).put();
    entries.add(Descriptor.of(raw).json());
    RawManifest other = TestImage.in(from).config(AMD64).layer(BASE).put();
    entries.add(Descriptor.of(other).json());
    tag();
    convert(ConverterOptions.builder().platforms(List.of(Platform.parse("linux/arm64"))));
    assertThat(entries(result()).get(0).digest()).isNotEqualTo(raw.digest());
    assertThat(entries(result()).get(0).platform()).isEmpty();
    assertThat(entries(result()).get(1).json()).isEqualTo(entries.get(1));
  }

  @Test
  void a_platform_that_is_not_there_is_an_error_that_says_which_are() {
    image(AMD64, TestImage.in(from).layer(BASE));
    image(ARM64, TestImage.in(from).layer(APP));
    tag();
    assertThatThrownBy(
            () ->
                convert(
                    ConverterOptions.builder().platforms(List.of(Platform.parse("linux/s390x")))))
        .isInstanceOf(ImageException.class)
        .hasMessage("from:a: no image for linux/s390x; there are linux/amd64, linux/arm64/v8");
  }

  @Test
  void a_docker_list_becomes_an_oci_index_with_all_that_is_in_it() throws IOException {
    image(AMD64, TestImage.in(from).docker().layer(BASE));
    image(ARM64, TestImage.in(from).docker().layer(APP));
    tag(MediaTypes.DOCKER_LIST);
    convert(ConverterOptions.builder().platforms(List.of(Platform.parse("linux/amd64"))));
    assertThat(text(result())).doesNotContain("docker");
    assertThat(to.tagged("b").orElseThrow().mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
    for (Descriptor entry : entries(result())) {
      assertThat(text(to.json(entry.digest()))).doesNotContain("docker");
    }
  }

  @Test
  void nested_indexes_stay_nested_and_are_warned_of() throws IOException {
    image(AMD64, TestImage.in(from).layer(BASE));
    RawManifest inner = tag();
    entries.clear();
    entries.add(Descriptor.of(inner).json());
    tag();
    ConversionReport report = convert();
    Descriptor nested = entries(result()).get(0);
    assertThat(nested.digest()).isNotEqualTo(inner.digest());
    assertThat(layers(to.json(entries(to.json(nested.digest())).get(0).digest())).get(0))
        .extracting(layer -> layer.annotation(Annotations.TOC_DIGEST).isPresent())
        .isEqualTo(true);
    assertThat(report.warnings()).anyMatch(warning -> warning.contains("nested"));
  }

  @Test
  void indexes_nested_without_end_are_refused() throws IOException {
    image(AMD64, TestImage.in(from).layer(BASE));
    for (int i = 0; i < 10; i++) {
      RawManifest inner = tag();
      entries.clear();
      entries.add(Descriptor.of(inner).json());
    }
    assertThatThrownBy(this::convert)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("nested deeper than 8");
  }

  @Test
  void what_holds_no_image_keeps_its_digest() throws IOException {
    Descriptor cached = from.put(MediaTypes.OCI_LAYER_GZIP, APP.gzip());
    Descriptor cacheConfig =
        from.put("application/vnd.buildkit.cacheconfig.v0", new byte[] {'{', '}'});
    entries.add(cached.json());
    entries.add(cacheConfig.json());
    RawManifest cache = tag();
    assertThat(convert().root()).contains(cache);
    assertThat(to.blob(cached.digest())).isEqualTo(APP.gzip());
  }

  @Test
  void an_empty_index_stays_what_it_is() throws IOException {
    assertThat(tag()).isEqualTo(convert().root().orElseThrow());
  }

  @Test
  void an_artifact_keeps_its_digest_and_its_blobs_come_along() throws IOException {
    Descriptor chart = from.put("application/vnd.cncf.helm.chart.content.v1.tar+gzip", APP.gzip());
    Descriptor config = from.put("application/vnd.cncf.helm.config.v1+json", new byte[] {'{', '}'});
    JsonObject json =
        TestImage.object("{\"schemaVersion\":2}")
            .with("config", config.json())
            .with("layers", new JsonArray(List.of(chart.json())));
    RawManifest helm = from.put(json, MediaTypes.OCI_MANIFEST);
    from.tag("a", helm);
    ConversionReport report = convert();
    assertThat(report.root()).contains(helm);
    assertThat(to.blob(chart.digest())).isEqualTo(APP.gzip());
    assertThat(report.warnings())
        .containsExactly(
            "there is no image to convert in from:a: its layers are copied as they are");
  }

  @Test
  void an_image_for_windows_is_copied() throws IOException {
    RawManifest windows =
        TestImage.in(from)
            .config("{\"os\":\"windows\",\"architecture\":\"amd64\"}")
            .layer(APP)
            .tag("a");
    ConversionReport report = convert();
    assertThat(report.root()).contains(windows);
    assertThat(report.warnings()).anyMatch(warning -> warning.contains("Windows"));
  }

  @Test
  void an_entry_that_is_not_there_is_an_error() {
    RawManifest raw = image(AMD64, TestImage.in(from).layer(BASE));
    entries.add(Descriptor.of(MediaTypes.OCI_MANIFEST, ContentDigest.of(new byte[] {9}), 3).json());
    tag();
    assertThatThrownBy(this::convert)
        .isInstanceOf(BlobMissingException.class)
        .hasMessageContaining(ContentDigest.of(new byte[] {9}).toString());
    assertThat(to.manifest(raw.digest())).isNull();
  }
}
