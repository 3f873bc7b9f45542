package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.JsonObject;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferrersTagPushTest {
  private static final ContentDigest SUBJECT = ContentDigest.of(new byte[] {1});
  private static final String TAG = "sha256-" + SUBJECT.hex();

  private PushFixture fixture;
  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    fixture = PushFixture.start(options -> options.referrersTag(true));
    registry = fixture.registry;
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  private static RawManifest about(String more) {
    return PushFixture.manifest(
        "{\"subject\":{\"mediaType\":\"x/y\",\"digest\":\""
            + SUBJECT
            + "\",\"size\":1},"
            + more
            + "}");
  }

  private List<JsonObject> listed() {
    RawManifest index = registry.store().manifests.get(FakeStore.key("a/b", fixture.tagged(TAG)));
    assertThat(index.mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
    return JsonObject.parse(index.bytes()).array("manifests").orElseThrow().objects().toList();
  }

  @Test
  void a_manifest_with_a_subject_is_listed_with_its_type_and_annotations() throws Exception {
    RawManifest manifest =
        about("\"config\":{\"mediaType\":\"config/type\"},\"annotations\":{\"k\":\"v\"}");

    fixture.target.pushManifest(manifest);

    JsonObject entry = listed().get(0);
    assertThat(entry.string("digest")).contains(manifest.digest().toString());
    assertThat(entry.number("size")).hasValue(manifest.size());
    assertThat(entry.string("mediaType")).contains(MediaTypes.OCI_MANIFEST);
    assertThat(entry.string("artifactType")).contains("config/type");
    assertThat(entry.object("annotations").orElseThrow().string("k")).contains("v");
  }

  @Test
  void others_stay_listed_and_none_twice() throws Exception {
    fixture.target.pushManifest(about("\"artifactType\":\"one/type\""));
    fixture.target.pushManifest(about("\"artifactType\":\"two/type\""));
    fixture.target.pushManifest(about("\"artifactType\":\"one/type\""));

    assertThat(listed())
        .extracting(entry -> entry.string("artifactType").orElseThrow())
        .containsExactly("one/type", "two/type");
  }

  @Test
  void an_entry_that_somebody_else_writes_over_is_written_again() throws Exception {
    registry
        .on("PUT", ".*/" + TAG)
        .times(1)
        .answer(
            (request, truth) -> {
              FakeAnswer answer = truth.of(request);
              registry
                  .store()
                  .putManifest(
                      "a/b", TAG, MediaTypes.OCI_INDEX, "{\"manifests\":[{\"digest\":\"other\"}]}");
              return answer;
            });
    RawManifest manifest = about("\"layers\":[]");

    fixture.target.pushManifest(manifest);

    assertThat(listed())
        .extracting(entry -> entry.string("digest").orElseThrow())
        .containsExactly("other", manifest.digest().toString());
  }

  @Test
  void a_registry_that_lists_by_itself_needs_no_tag() throws Exception {
    registry.on("PUT", ".*").change(answer -> answer.with("OCI-Subject: " + SUBJECT));

    fixture.target.pushManifest(about("\"layers\":[]"));

    assertThat(fixture.tagged(TAG)).isNull();
  }

  @Test
  void without_the_option_no_tag_is_written() throws Exception {
    try (PushFixture plain = PushFixture.start()) {
      plain.target.pushManifest(about("\"layers\":[]"));

      assertThat(plain.registry.store().tags).isEmpty();
    }
  }

  @Test
  void a_tag_that_is_no_index_stays() {
    registry.store().putManifest("a/b", TAG, MediaTypes.OCI_MANIFEST, "{\"layers\":[]}");

    assertThatThrownBy(() -> fixture.target.pushManifest(about("\"layers\":[]")))
        .hasMessageContaining(TAG)
        .hasMessageContaining("is no index");
  }

  @Test
  void the_tag_of_a_long_digest_is_cut_to_what_a_tag_may_have() {
    assertThat(ReferrersTagPush.tag(ContentDigest.parse("sha512:" + "ab".repeat(64))))
        .isEqualTo("sha512-" + "ab".repeat(32));
  }

  @Test
  void a_tag_that_cant_be_read_stays() {
    registry.on("GET", ".*/manifests/" + TAG).answer(FakeAnswer.error(403, "DENIED", "no"));

    assertThatThrownBy(() -> fixture.target.pushManifest(about("\"layers\":[]")))
        .hasMessageContaining("403");
    assertThat(fixture.tagged(TAG)).isNull();
  }
}
