package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryHttpTest {
  private static final byte[] MEGABYTE = new byte[1 << 20];

  private final List<Duration> pauses = new ArrayList<>();
  private FakeRegistry registry;
  private RegistryConnection connection;

  @BeforeEach
  void start() throws Exception {
    registry = FakeRegistry.start();
    connection = RegistryConnection.open(options().build());
  }

  private RegistryOptions.Builder options() {
    return RegistryOptions.builder()
        .environment(Map.of())
        .timeout(Duration.ofSeconds(20))
        .sleeper(pauses::add);
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    registry.close();
  }

  private Request request(String method, String path) {
    Repository repository = registry.repository("a/b");
    return Request.of(repository, method, repository.uri(path));
  }

  @Test
  void an_answer_has_its_body_and_its_headers_in_any_case() throws Exception {
    String digest = registry.store().putBlob("a/b", new byte[] {1, 2, 3}).digest().toString();

    try (Response response = connection.http().send(request("GET", "blobs/" + digest))) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.header("docker-content-DIGEST")).contains(digest);
      assertThat(response.body().readAllBytes()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void the_body_of_an_answer_that_comes_instead_of_100_continue_is_read() throws Exception {
    registry
        .on("PUT", ".*")
        .answer(FakeAnswer.error(413, "SIZE_INVALID", "too large for this proxy"));
    Request put = request("PUT", "x").withBody(RequestBody.of(MEGABYTE)).once();

    try (Response response = connection.http().send(put)) {
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.has("SIZE_INVALID")).isTrue();
    }
    assertThat(registry.requests("PUT", ".*").get(0).isBodyRead()).isFalse();
  }

  @Test
  void an_answer_in_the_middle_of_the_body_is_seen() throws Exception {
    registry
        .on("PUT", ".*")
        .answer(
            (request, truth) -> {
              request.bodyUpTo(100_000);
              return FakeAnswer.error(401, "UNAUTHORIZED", "too late");
            });
    Request put = request("PUT", "x").withBody(RequestBody.of(new byte[30 << 20])).once();

    try (Response response = connection.http().send(put)) {
      assertThat(response.status()).isEqualTo(401);
    }
  }

  @Test
  void a_busy_registry_is_asked_again_after_as_long_as_it_says() throws Exception {
    registry.on("GET", ".*").times(1).answer(FakeAnswer.of(429, "Retry-After: 7"));
    registry.on("GET", ".*").times(1).answer(FakeAnswer.of(503).withBody("<html>"));
    registry.store().putManifest("a/b", "t", "x/y", "{}");

    try (Response response = connection.http().send(request("GET", "manifests/t"))) {
      assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("{}");
    }
    assertThat(pauses.get(0)).isEqualTo(Duration.ofSeconds(7));
    assertThat(pauses.get(1)).isBetween(Duration.ofMillis(400), Duration.ofMillis(1100));
  }
}
