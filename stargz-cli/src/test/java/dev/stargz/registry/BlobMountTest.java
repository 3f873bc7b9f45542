package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.image.BlobContent;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget.ByteListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobMountTest {
  private static final byte[] BYTES = PushFixture.bytes(1000, 1);

  private PushFixture fixture;
  private FakeRegistry registry;
  private ImageSource source;
  private Descriptor blob;

  @BeforeEach
  void start() throws IOException {
    fixture = PushFixture.start(options -> options.login("user", "secret"));
    registry = fixture.registry;
    source = fixture.connection.source(registry.reference("c/d:t"));
    blob = registry.store().putBlob("c/d", BYTES);
  }

  @AfterEach
  void stop() throws IOException {
    source.close();
    fixture.close();
  }

  @Test
  void a_blob_of_the_same_registry_is_mounted_and_looked_for() throws Exception {
    assertThat(fixture.target.mount(blob, source)).isTrue();

    assertThat(fixture.stored(blob)).isEqualTo(BYTES);
    FakeRequest post = registry.requests("POST", ".*").get(0);
    assertThat(post.query("mount")).containsExactly(blob.digest().toString());
    assertThat(post.query("from")).containsExactly("c/d");
    assertThat(fixture.asked())
        .containsExactly("POST blobs/uploads/", "HEAD blobs/" + blob.digest());
  }

  @Test
  void the_token_is_for_the_destination_first() throws Exception {
    Clock clock = Clock.fixed(PushFixture.NOW, ZoneOffset.UTC);
    registry.auth(FakeAuth.bearer("user", "secret", clock, Duration.ofMinutes(5)));

    assertThat(fixture.target.mount(blob, source)).isTrue();

    assertThat(registry.requests("GET", "/token").get(0).query("scope"))
        .containsExactly("repository:a/b:pull,push", "repository:c/d:pull");
  }

  @Test
  void an_upload_that_was_begun_instead_is_used_by_the_push() throws Exception {
    registry.store().blobs.clear();

    assertThat(fixture.target.mount(blob, source)).isFalse();
    fixture.target.pushBlob(blob, BlobContent.of(BYTES), ByteListener.NONE);

    assertThat(fixture.stored(blob)).isEqualTo(BYTES);
    assertThat(registry.requests("POST", ".*")).hasSize(1);
  }

  @Test
  void an_upload_that_was_begun_and_isnt_used_is_cancelled() throws Exception {
    registry.store().blobs.clear();

    assertThat(fixture.target.mount(blob, source)).isFalse();
    fixture.target.close();

    assertThat(registry.requests("DELETE", ".*/blobs/uploads/1")).hasSize(1);
    assertThat(registry.store().uploads).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 503})
  void a_mount_that_is_refused_leads_to_a_plain_push(int status) throws Exception {
    registry
        .on("POST", ".*")
        .answer(
            (request, truth) ->
                request.query("mount").isEmpty() ? truth.of(request) : FakeAnswer.of(status));

    assertThat(fixture.target.mount(blob, source)).isFalse();
    fixture.target.pushBlob(blob, BlobContent.of(BYTES), ByteListener.NONE);

    assertThat(fixture.stored(blob)).isEqualTo(BYTES);
    assertThat(registry.requests("POST", ".*").stream().filter(r -> r.query("mount").isEmpty()))
        .hasSize(1);
  }

  @Test
  void a_mount_that_isnt_there_afterwards_counts_as_none() throws Exception {
    registry.on("HEAD", ".*").answer(FakeAnswer.of(404));

    assertThat(fixture.target.mount(blob, source)).isFalse();
  }

  @Test
  void a_damaged_blob_isnt_mounted() throws Exception {
    registry.store().blobs.put(FakeStore.key("a/b", blob.digest()), new byte[3]);

    assertThat(fixture.target.hasBlob(blob)).isFalse();
    assertThat(fixture.target.mount(blob, source)).isFalse();
    assertThat(registry.requests("POST", ".*")).isEmpty();
  }

  @Test
  void in_the_same_repository_a_look_is_enough() throws Exception {
    registry.store().putBlob("a/b", BYTES);
    try (ImageSource same = fixture.connection.source(registry.reference("a/b:other"))) {
      assertThat(fixture.target.mount(blob, same)).isTrue();
    }
    assertThat(fixture.asked()).containsExactly("HEAD blobs/" + blob.digest());
  }

  @Test
  void nothing_is_mounted_across_registries() throws Exception {
    try (FakeRegistry other = FakeRegistry.start();
        RegistryConnection connection =
            RegistryConnection.open(RegistryOptions.builder().environment(Map.of()).build());
        ImageSource far = connection.source(other.reference("c/d:t"))) {
      assertThat(fixture.target.mount(blob, far)).isFalse();
      assertThat(other.requests()).isEmpty();
    }
    assertThat(registry.requests()).isEqualTo(List.of());
  }

  @ParameterizedTest
  @CsvSource({"401,1", "403,1", "404,2", "503,2"})
  void a_repository_that_is_forbidden_is_not_asked_for_each_blob(int status, int asked)
      throws Exception {
    Descriptor second = registry.store().putBlob("c/d", PushFixture.bytes(1000, 2));
    registry.on("POST", ".*").answer(FakeAnswer.of(status));

    assertThat(fixture.target.mount(blob, source)).isFalse();
    assertThat(fixture.target.mount(second, source)).isFalse();

    assertThat(registry.requests("POST", ".*")).hasSize(asked);
    assertThat(fixture.pauses).isEmpty();
  }
}
