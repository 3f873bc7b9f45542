package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTargetTest {
  private static final RawManifest MANIFEST = PushFixture.manifest("{\"layers\":[]}");
  private static final String MANIFESTS = ".*/manifests/.*";

  private PushFixture fixture;
  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    fixture = PushFixture.start();
    registry = fixture.registry;
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  @Test
  void a_tag_is_moved_with_one_put_of_the_exact_bytes() throws Exception {
    registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, "{}");

    fixture.target.tag(MANIFEST, Optional.empty());

    assertThat(fixture.asked()).containsExactly("HEAD manifests/t", "PUT manifests/t");
    assertThat(fixture.tagged("t")).isEqualTo(MANIFEST.digest().toString());
    assertThat(registry.requests("PUT", ".*").get(0).body()).isEqualTo(MANIFEST.bytes());
  }

  @Test
  void a_tag_that_moves_at_the_last_moment_stays_where_the_registry_can_tell() throws Exception {
    Descriptor before = registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, "{}");
    registry
        .on("PUT", MANIFESTS)
        .answer(
            (request, truth) -> {
              registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, "{\"theirs\":1}");
              return FakeAnswer.error(412, "PRECONDITION_FAILED", "changed");
            });

    assertThatThrownBy(() -> fixture.target.tag(MANIFEST, Optional.empty()))
        .hasMessageContaining("somebody else moved the tag meanwhile, from " + before.digest());

    FakeRequest put = registry.requests("PUT", MANIFESTS).get(0);
    assertThat(put.header("If-Match")).contains("\"" + before.digest() + "\"");
    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(1);
  }

  @Test
  void a_registry_whose_conditions_are_about_something_else_is_asked_without() throws Exception {
    registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, "{}");
    registry
        .on("PUT", MANIFESTS)
        .answer(
            (request, truth) ->
                request.header("If-Match").isPresent() ? FakeAnswer.of(412) : truth.of(request));

    fixture.target.tag(MANIFEST, Optional.empty());

    assertThat(fixture.tagged("t")).isEqualTo(MANIFEST.digest().toString());
    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(2);
  }

  @Test
  void another_tag_may_be_set() throws Exception {
    fixture.target.tag(MANIFEST, Optional.of("other"));

    assertThat(fixture.tagged("other")).isEqualTo(MANIFEST.digest().toString());
    assertThat(fixture.tagged("t")).isNull();
  }

  @Test
  void a_tag_that_is_there_already_isnt_put_again() throws Exception {
    fixture.target.tag(MANIFEST, Optional.empty());
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.error(400, "TAG_INVALID", "tag is immutable"));

    fixture.target.tag(MANIFEST, Optional.empty());

    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400,TAG_INVALID,The image tag 't' already exists",
    "409,DENIED,tag t is immutable",
    "412,PRECONDITION,Failed to process request due to 't' configured as immutable.",
    "403,DENIED,Cannot be overwritten",
  })
  void a_tag_that_the_registry_keeps_from_moving_is_told(int status, String code, String message) {
    registry.on("PUT", MANIFESTS).answer(FakeAnswer.error(status, code, message));

    assertThatThrownBy(() -> fixture.target.tag(MANIFEST, Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("/a/b: tag " + MANIFEST.digest() + " as t: " + status)
        .hasMessageContaining("immutable tags")
        .hasMessageContaining("choose another tag");
    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(1);
  }

  @Test
  void a_tag_whose_move_seems_to_fail_but_was_done_is_put_once() throws Exception {
    registry
        .on("PUT", MANIFESTS)
        .answer(
            (request, truth) -> {
              truth.of(request);
              return FakeAnswer.of(502);
            });

    fixture.target.tag(MANIFEST, Optional.empty());

    assertThat(registry.requests("PUT", MANIFESTS)).hasSize(1);
  }

  @Test
  void a_tag_that_ends_at_other_bytes_is_an_error() {
    registry.on("PUT", MANIFESTS).change(answer -> answer.without("Docker-Content-Digest"));
    registry.on("GET", MANIFESTS).change(answer -> answer.withBody("{\"other\":1}"));

    assertThatThrownBy(() -> fixture.target.tag(MANIFEST, Optional.empty()))
        .hasMessageContaining("somebody else moved the tag");
  }

  @Test
  void a_reference_without_a_tag_has_none_to_move() throws Exception {
    String digest = MANIFEST.digest().toString();
    try (ImageTarget target = fixture.connection.target(registry.reference("a/b@" + digest))) {
      assertThatThrownBy(() -> target.tag(MANIFEST, Optional.empty()))
          .hasMessageContaining("no tag");
    }
  }

  @Test
  void what_a_tag_stands_for_is_told_by_a_header_or_else_by_the_bytes() throws Exception {
    assertThat(fixture.target.tagged(Optional.empty())).isEmpty();
    fixture.target.tag(MANIFEST, Optional.empty());
    assertThat(fixture.target.tagged(Optional.empty())).contains(MANIFEST.digest());
    assertThat(registry.requests("GET", MANIFESTS)).isEmpty();

    registry.on("HEAD", MANIFESTS).change(answer -> answer.without("Docker-Content-Digest"));
    assertThat(fixture.target.tagged(Optional.of("t"))).contains(MANIFEST.digest());
    assertThat(registry.requests("GET", MANIFESTS)).hasSize(1);
  }

  @Test
  void what_exists_can_be_read() throws Exception {
    String json = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\"}";
    registry.store().putManifest("a/b", "t", MediaTypes.OCI_MANIFEST, json);

    try (ImageSource existing = fixture.target.existing().orElseThrow()) {
      assertThat(new String(existing.root().bytes(), StandardCharsets.UTF_8)).isEqualTo(json);
    }
  }

  @ParameterizedTest
  @CsvSource({"404,NAME_UNKNOWN", "404,MANIFEST_UNKNOWN", "403,DENIED"})
  void a_repository_that_doesnt_exist_yet_holds_nothing(int status, String code) throws Exception {
    registry.on("GET", MANIFESTS).answer(FakeAnswer.error(status, code, "none"));
    registry.on("HEAD", MANIFESTS).answer(FakeAnswer.of(status));

    assertThat(fixture.target.existing()).isEmpty();
    assertThat(fixture.target.tagged(Optional.empty())).isEmpty();
  }

  @Test
  void who_may_not_even_look_is_told_so() {
    registry.auth(FakeAuth.basic("user", "secret"));

    assertThatThrownBy(() -> fixture.target.existing())
        .hasMessageContaining("/a/b: get manifest t: 401 Unauthorized")
        .hasMessageContaining("asked without credentials");
    assertThatThrownBy(() -> fixture.target.tagged(Optional.empty()))
        .hasMessageContaining("/a/b: look for manifest t: 401 Unauthorized")
        .hasMessageContaining("asked without credentials");
  }

  @Test
  void a_token_server_that_forbids_isnt_taken_for_a_repository_that_isnt_there() throws Exception {
    Clock clock = Clock.fixed(PushFixture.NOW, ZoneOffset.UTC);
    registry.auth(FakeAuth.bearer("user", "secret", clock, Duration.ofMinutes(5)));
    registry.on("GET", "/token").answer(FakeAnswer.error(403, "DENIED", "access forbidden"));

    assertThatThrownBy(() -> fixture.target.existing()).hasMessageContaining("get a token from");
    assertThatThrownBy(() -> fixture.target.tagged(Optional.empty()))
        .hasMessageContaining("get a token from");
  }

  @Test
  void what_exists_is_asked_for_with_the_rights_of_a_push() throws Exception {
    Clock clock = Clock.fixed(PushFixture.NOW, ZoneOffset.UTC);
    try (PushFixture login = PushFixture.start(options -> options.login("user", "secret"))) {
      login.registry.auth(FakeAuth.bearer("user", "secret", clock, Duration.ofMinutes(5)));

      assertThat(login.target.existing()).isEmpty();
      login.push(new byte[100]);

      assertThat(login.registry.requests("GET", "/token"))
          .hasSize(1)
          .allSatisfy(
              token ->
                  assertThat(token.query("scope")).containsExactly("repository:a/b:pull,push"));
    }
  }

  @Test
  void what_exists_and_is_no_manifest_says_so_to_its_reader() throws Exception {
    registry.store().putManifest("a/b", "t", "text/html", "<html>");

    try (ImageSource existing = fixture.target.existing().orElseThrow()) {
      assertThatThrownBy(existing::root).hasMessageContaining("expected a manifest in JSON");
    }
  }

  @Test
  void a_registry_that_is_down_isnt_taken_for_an_empty_one() {
    registry.on("GET", MANIFESTS).answer(FakeAnswer.of(503));
    registry.on("HEAD", MANIFESTS).answer(FakeAnswer.of(503));

    assertThatThrownBy(() -> fixture.target.existing()).hasMessageContaining("503");
    assertThatThrownBy(() -> fixture.target.tagged(Optional.empty())).hasMessageContaining("503");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH"})
  void a_token_that_ends_in_the_middle_is_renewed_at_the_same_location(String method)
      throws Exception {
    byte[] bytes = PushFixture.bytes(5 << 20, 5);
    FakeAuth auth =
        FakeAuth.bearer(
            "user", "secret", Clock.fixed(PushFixture.NOW, ZoneOffset.UTC), Duration.ofHours(1));
    try (PushFixture login = PushFixture.start(options -> options.login("user", "secret"))) {
      login.registry.auth(auth);
      if (method.equals("PATCH")) {
        login.registry.on("PUT", ".*").times(1).answer(FakeAnswer.of(413));
      }
      login
          .registry
          .on(method, ".*/blobs/uploads/.*")
          .times(1)
          .answer(
              (request, truth) -> {
                auth.revoke();
                return truth.of(request);
              });

      login.push(bytes);

      assertThat(login.stored(PushFixture.descriptor(bytes))).isEqualTo(bytes);
      // The first of all is refused for want of a token.
      int posts = method.equals("PATCH") ? 3 : 2;
      assertThat(login.registry.requests("POST", ".*")).hasSize(posts);
      List<FakeRequest> bodies = login.registry.requests(method, ".*/blobs/uploads/.*");
      assertThat(bodies.get(bodies.size() - 1).path()).isEqualTo(bodies.get(0).path());
      assertThat(login.registry.requests("GET", "/token")).hasSize(2);
      assertThat(String.join("\n", login.log)).doesNotContain("secret").doesNotContain("token-1");
    }
  }

  @Test
  void wrong_credentials_are_told_by_kind_and_not_by_value() throws Exception {
    try (PushFixture login = PushFixture.start(options -> options.login("user", "s3cr3t"))) {
      login.registry.auth(FakeAuth.basic("user", "other"));

      assertThatThrownBy(() -> login.push(new byte[100]))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("401")
          .hasMessageContaining("user name and password")
          .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cr3t"));
    }
  }

  @Test
  void every_look_at_a_manifest_lists_all_types_or_docker_registry_answers_with_schema_1()
      throws Exception {
    registry.on("PUT", MANIFESTS).change(answer -> answer.without("Docker-Content-Digest"));
    registry.on("HEAD", MANIFESTS).change(answer -> answer.without("Docker-Content-Digest"));
    fixture.target.tag(MANIFEST, Optional.empty());
    fixture.target.tagged(Optional.empty());
    fixture.target.existing();

    assertThat(registry.requests("HEAD", MANIFESTS)).isNotEmpty();
    assertThat(registry.requests("GET", MANIFESTS)).hasSizeGreaterThan(2);
    assertThat(registry.requests())
        .filteredOn(request -> !request.method().equals("PUT"))
        .allSatisfy(
            request ->
                assertThat(request.header("Accept").orElse("").split(", "))
                    .containsExactlyElementsOf(MediaTypes.MANIFESTS));
  }
}
