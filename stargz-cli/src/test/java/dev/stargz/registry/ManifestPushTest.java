package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestPushTest {
  private static final String MANIFESTS = ".*/manifests/.*";
  private static final byte[] CONFIG = {'{', '}'};
  private static final byte[] LAYER = PushFixture.bytes(100, 1);

  private PushFixture fixture;
  private FakeRegistry registry;
  private Descriptor config;
  private Descriptor layer;
  private RawManifest manifest;

  @BeforeEach
  void start() throws IOException {
    fixture = PushFixture.start();
    registry = fixture.registry;
    config = registry.store().putBlob("a/b", CONFIG).withMediaType(MediaTypes.OCI_CONFIG);
    layer = registry.store().putBlob("a/b", LAYER).withMediaType(MediaTypes.OCI_LAYER_GZIP);
    manifest = PushFixture.manifest(config, layer);
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  private static RawManifest index(Descriptor... children) {
    StringBuilder list = new StringBuilder();
    for (Descriptor child : children) {
      list.append(list.length() == 0 ? "" : ",").append(PushFixture.json(child));
    }
    String json = "{\"schemaVersion\":2,\"manifests\":[" + list + "]}";
    return RawManifest.of(json.getBytes(StandardCharsets.UTF_8), MediaTypes.OCI_INDEX);
  }

  @Test
  void goes_under_its_digest_to_the_byte() throws Exception {
    fixture.target.pushManifest(manifest);

    assertThat(fixture.asked()).containsExactly("PUT manifests/" + manifest.digest());
    FakeRequest put = registry.requests("PUT", ".*").get(0);
    assertThat(put.header("Content-Type")).contains(MediaTypes.OCI_MANIFEST);
    assertThat(put.body()).isEqualTo(manifest.bytes());
    assertThat(registry.store().tags).isEmpty();
  }

  @Test
  void of_which_the_registry_tells_no_digest_is_read_back() throws Exception {
    registry.on("PUT", MANIFESTS).change(answer -> answer.without("Docker-Content-Digest"));

    fixture.target.pushManifest(manifest);

    assertThat(fixture.asked())
        .containsExactly(
            "PUT manifests/" + manifest.digest(), "GET manifests/" + manifest.digest());
  }

  @Test
  void with_another_status_than_201_is_read_back() throws Exception {
    registry.on("PUT", MANIFESTS).change(answer -> answer.withStatus(202));

    fixture.target.pushManifest(manifest);

    assertThat(registry.requests("GET", MANIFESTS)).hasSize(1);
  }

  @Test
  void that_the_registry_stores_under_another_digest_is_an_error() {
    String other = "sha256:" + "0".repeat(64);
    registry
        .on("PUT", MANIFESTS)
        .change(
            answer ->
                answer.without("Docker-Content-Digest").with("Docker-Content-Digest: " + other));

    assertThatThrownBy(() -> fixture.target.pushManifest(manifest))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("expected the registry to store " + manifest.digest())
        .hasMessageContaining(other);
  }

  @Test
  void that_the_registry_stores_as_other_bytes_is_an_error() {
    registry.on("PUT", MANIFESTS).change(answer -> answer.without("Docker-Content-Digest"));
    registry.on("GET", MANIFESTS).change(answer -> answer.withBody("{}"));

    assertThatThrownBy(() -> fixture.target.pushManifest(manifest))
        .hasMessageContaining("expected the registry to store " + manifest.digest());
  }

  @Test
  void that_the_registry_takes_and_loses_is_an_error() {
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.of(201));

    assertThatThrownBy(() -> fixture.target.pushManifest(manifest))
        .hasMessageContaining("the registry took it, but doesn't have it");
  }

  @Test
  void whose_parts_the_registry_sees_a_moment_later_is_pushed_again() throws Exception {
    registry
        .on("PUT", MANIFESTS)
        .times(1)
        .answer(FakeAnswer.error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"));

    fixture.target.pushManifest(manifest);

    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(2);
    assertThat(registry.requests("HEAD", ".*/blobs/.*")).hasSize(2);
  }

  @Test
  void whose_parts_the_registry_denies_though_it_has_them_is_pushed_four_times() {
    registry
        .on("PUT", MANIFESTS)
        .answer(FakeAnswer.error(404, "BLOB_UNKNOWN", "blob unknown to registry"));

    assertThatThrownBy(() -> fixture.target.pushManifest(manifest))
        .hasMessageContaining("BLOB_UNKNOWN: blob unknown to registry");
    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(4);
  }

  @Test
  void that_names_a_missing_blob_is_an_error_that_names_it() {
    registry.store().blobs.remove(FakeStore.key("a/b", layer.digest()));
    registry
        .on("PUT", MANIFESTS)
        .answer(FakeAnswer.error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"));

    assertThatThrownBy(() -> fixture.target.pushManifest(manifest))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("blob " + layer.digest())
        .hasMessageNotContaining("blob " + config.digest());
    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(1);
  }

  @Test
  void whose_blob_was_pushed_and_is_lost_lets_it_be_pushed_again() throws Exception {
    fixture.push(LAYER);
    registry.store().blobs.remove(FakeStore.key("a/b", layer.digest()));
    registry
        .on("PUT", MANIFESTS)
        .times(1)
        .answer(FakeAnswer.error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"));

    assertThatThrownBy(() -> fixture.target.pushManifest(manifest))
        .hasMessageContaining(layer.digest().toString());
    fixture.push(LAYER);
    fixture.target.pushManifest(manifest);

    assertThat(fixture.stored(layer)).isEqualTo(LAYER);
  }

  @Test
  void that_is_an_index_may_name_blobs_and_misses_what_is_neither() throws Exception {
    fixture.target.pushManifest(manifest);
    Descriptor gone = PushFixture.descriptor(new byte[] {9});
    registry
        .on("PUT", MANIFESTS)
        .answer(FakeAnswer.error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"));

    RawManifest index = index(Descriptor.of(manifest), layer, gone);
    assertThatThrownBy(() -> fixture.target.pushManifest(index))
        .hasMessageContaining("manifest " + gone.digest())
        .hasMessageNotContaining("manifest " + layer.digest())
        .hasMessageNotContaining("manifest " + manifest.digest());
  }

  @Test
  void a_foreign_layer_neednt_be_there() {
    Descriptor foreign =
        Descriptor.of(
            PushFixture.descriptor(new byte[] {7})
                .withMediaType(MediaTypes.OCI_FOREIGN_GZIP)
                .json());
    registry
        .on("PUT", MANIFESTS)
        .answer(FakeAnswer.error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"));

    assertThatThrownBy(() -> fixture.target.pushManifest(PushFixture.manifest(config, foreign)))
        .hasMessageNotContaining(foreign.digest().toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 415})
  void whose_type_is_refused_names_the_option_and_isnt_pushed_in_another(int status) {
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.error(status, "MANIFEST_INVALID", "not OCI"));

    assertThatThrownBy(() -> fixture.target.pushManifest(manifest))
        .hasMessageContaining("/a/b: push manifest " + manifest.digest())
        .hasMessageContaining(status + " ")
        .hasMessageContaining("MANIFEST_INVALID: not OCI")
        .hasMessageContaining("--keep-media-types")
        .hasMessageNotContaining("--attestations");
    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(1);
  }

  @Test
  void with_a_subject_that_is_refused_names_attestations() {
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.of(405));
    RawManifest attestation =
        PushFixture.manifest("{\"subject\":" + PushFixture.json(layer) + ",\"layers\":[]}");

    assertThatThrownBy(() -> fixture.target.pushManifest(attestation))
        .hasMessageContaining("--attestations drop");
  }

  @Test
  void that_names_attestations_and_is_refused_says_so() {
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.of(400));
    Descriptor attestation =
        layer.withAnnotation("vnd.docker.reference.type", "attestation-manifest");

    assertThatThrownBy(() -> fixture.target.pushManifest(index(attestation)))
        .hasMessageContaining("--attestations drop");
  }

  @Test
  void with_urls_that_docker_registry_refuses_with_500_is_tried_twice_and_says_why() {
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.error(500, "UNKNOWN", "unknown error"));
    RawManifest foreign = PushFixture.manifest("{\"layers\":[{\"urls\":[\"https://x.example\"]}]}");

    assertThatThrownBy(() -> fixture.target.pushManifest(foreign))
        .hasMessageContaining("500 Internal Server Error: UNKNOWN: unknown error")
        .hasMessageContaining("validation.manifests.urls.allow");
    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(2);
  }

  @Test
  void with_urls_is_tried_twice_even_if_docker_registry_says_that_its_blobs_are_unknown() {
    String body =
        "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"unknown error\"},"
            + "{\"code\":\"UNKNOWN\",\"message\":\"unknown error\"},"
            + "{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"message\":\"blob unknown to registry\"}]}";
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.of(500).withBody(body));
    RawManifest foreign = PushFixture.manifest("{\"layers\":[{\"urls\":[\"https://x.example\"]}]}");

    assertThatThrownBy(() -> fixture.target.pushManifest(foreign))
        .hasMessageContaining("MANIFEST_BLOB_UNKNOWN: blob unknown to registry")
        .hasMessageContaining("validation.manifests.urls.allow")
        .hasMessageContaining("--include-foreign");
    assertThat(fixture.asked()).hasSize(2).allMatch(line -> line.startsWith("PUT "));
  }

  @Test
  void meets_a_busy_registry_and_waits() throws Exception {
    registry.on("PUT", MANIFESTS).times(1).answer(FakeAnswer.of(429, "Retry-After: 3"));
    registry.on("PUT", MANIFESTS).times(1).answer(FakeAnswer.nothing());
    registry.on("PUT", MANIFESTS).times(1).answer(FakeAnswer.of(500));

    fixture.target.pushManifest(manifest);

    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(4);
    assertThat(fixture.pauses.get(0)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void that_finds_the_registry_always_busy_fails_with_its_last_answer() {
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.of(503));

    assertThatThrownBy(() -> fixture.target.pushManifest(manifest))
        .hasMessageContaining("503 Service Unavailable");
    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(5);
  }

  @Test
  void of_which_the_registry_tells_no_true_digest_is_read_back() throws Exception {
    registry
        .on("PUT", MANIFESTS)
        .change(
            answer ->
                answer.without("Docker-Content-Digest").with("Docker-Content-Digest: sha256:12"));

    fixture.target.pushManifest(manifest);

    assertThat(registry.requests("GET", MANIFESTS)).hasSize(1);
  }

  @Test
  void that_is_an_index_is_pushed_again_when_its_parts_show() throws Exception {
    fixture.target.pushManifest(manifest);
    registry
        .on("PUT", MANIFESTS)
        .times(1)
        .answer(FakeAnswer.error(404, "MANIFEST_UNKNOWN", "unknown"));

    fixture.target.pushManifest(index(Descriptor.of(manifest)));

    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(3);
  }
}
