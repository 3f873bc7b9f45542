package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryHttpTest extends RegistryFixture {
  private static final byte[] MEGABYTE = new byte[1 << 20];

  private RegistryConnection connection;

  @BeforeEach
  void open() throws Exception {
    connection = connect();
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

  @Test
  void a_date_to_come_back_at_is_honoured_up_to_a_minute() throws Exception {
    // The clock says 2025-01-01 00:00:00.
    registry
        .on("GET", ".*")
        .times(1)
        .answer(FakeAnswer.of(503, "Retry-After: Wed, 01 Jan 2025 00:00:12 GMT"));
    registry
        .on("GET", ".*")
        .times(1)
        .answer(FakeAnswer.of(503, "Retry-After: Wed, 01 Jan 2025 09:00:00 GMT"));
    registry.on("GET", ".*").times(1).answer(FakeAnswer.of(408, "Retry-After: soon"));

    connection.http().send(request("GET", "manifests/t")).close();

    assertThat(pauses.subList(0, 2)).containsExactly(Duration.ofSeconds(12), Duration.ofMinutes(1));
    assertThat(pauses.get(2)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));
  }

  @Test
  void when_the_tries_are_spent_the_last_answer_counts() throws Exception {
    registry.on("GET", ".*").answer(FakeAnswer.error(503, "UNAVAILABLE", "down"));

    try (Response response = connection.http().send(request("GET", "manifests/t"))) {
      assertThat(response.outcome()).isEqualTo("503 Service Unavailable: UNAVAILABLE: down");
    }
    assertThat(registry.requests()).hasSize(5);
    assertThat(pauses).hasSize(4);
  }

  @Test
  void a_connection_that_is_closed_without_an_answer_is_tried_again() throws Exception {
    registry.on("GET", ".*").times(4).answer(FakeAnswer.nothing());

    try (Response response = connection.http().send(request("GET", "manifests/t"))) {
      assertThat(response.status()).isEqualTo(404);
    }
  }

  @Test
  void a_request_that_is_not_to_be_retried_is_not() throws Exception {
    registry.on("GET", ".*").times(1).answer(FakeAnswer.of(500));
    registry.on("GET", ".*").times(1).answer(FakeAnswer.nothing());

    try (Response response = connection.http().send(request("GET", "x").once())) {
      assertThat(response.status()).isEqualTo(500);
    }
    assertThatThrownBy(() -> connection.http().send(request("GET", "x").once()))
        .isInstanceOf(BrokenConnectionException.class)
        .hasMessageEndingWith("the connection was closed without an answer");
    assertThat(pauses).isEmpty();
  }

  @Test
  @Timeout(20)
  void a_416_that_announces_more_than_it_sends_does_not_hang() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    registry
        .on("PUT", ".*")
        .answer(FakeAnswer.of(416).withBody("0123456789").announcing(1 << 30).heldAfter(10, never));
    Request put = request("PUT", "x").withBody(RequestBody.of(MEGABYTE)).once();

    try (Response response = connection.http().send(put)) {
      assertThat(response.status()).isEqualTo(416);
      assertThat(response.errorText()).as("what it said, which isn't read").isEmpty();
    }
    never.countDown();
  }

  @Test
  @Timeout(20)
  void a_registry_that_stops_reading_is_left() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    registry
        .on("PUT", ".*")
        .answer(
            (request, truth) -> {
              request.bodyUpTo(1000);
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return FakeAnswer.nothing();
            });
    RegistryConnection hasty = connect(options().timeout(Duration.ofMillis(300)));
    Request put = request("PUT", "x").withBody(RequestBody.of(new byte[60 << 20])).once();

    assertThatThrownBy(() -> hasty.http().send(put))
        .isInstanceOf(BrokenConnectionException.class)
        .hasMessageContaining("the registry stopped reading what was sent");
    never.countDown();
  }

  @Test
  @Timeout(20)
  void a_registry_that_stops_sending_is_left() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    registry.on("GET", ".*").answer(FakeAnswer.of(200).withBody(MEGABYTE).heldAfter(100, never));
    RegistryConnection hasty = connect(options().timeout(Duration.ofMillis(300)));

    try (Response response = hasty.http().send(request("GET", "x"))) {
      assertThatThrownBy(() -> response.body().readAllBytes())
          .isInstanceOf(SocketTimeoutException.class);
    }
    never.countDown();
  }

  @Test
  void a_body_that_cannot_be_read_is_told_from_a_connection_that_broke() {
    registry
        .on("PUT", ".*")
        .answer(
            (request, truth) -> {
              request.body();
              return FakeAnswer.of(201);
            });
    RequestBody broken =
        new RequestBody() {
          @Override
          public long length() {
            return 100_000;
          }

          @Override
          public InputStream open() throws IOException {
            throw new IOException("no such file");
          }
        };

    assertThatThrownBy(() -> connection.http().send(request("PUT", "x").withBody(broken)))
        .isInstanceOf(RequestBodyException.class)
        .hasRootCauseMessage("no such file");
    assertThat(pauses).isEmpty();
  }

  @Test
  void an_interrupt_ends_the_wait_for_an_answer() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) -> {
              asked.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return FakeAnswer.nothing();
            });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread client =
        new Thread(
            () -> {
              try (Response response = connection.http().send(request("GET", "x"))) {
                thrown.set(new AssertionError("answered " + response.status()));
              } catch (Throwable e) {
                thrown.set(e);
              }
            });

    client.start();
    asked.await();
    client.interrupt();
    client.join(5000);
    never.countDown();

    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
  }

  @Test
  void connections_are_used_again() throws Exception {
    for (int i = 0; i < 5; i++) {
      connection.http().send(request("GET", "manifests/t")).close();
    }

    assertThat(registry.connections()).isEqualTo(1);
  }

  @Test
  void a_document_that_comes_byte_by_byte_is_left() throws Exception {
    InputStream slow =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            return 1;
          }
        };
    try (Response response = Response.success(URI.create("http://x"), 200, Map.of(), slow)) {
      assertThat(response.document(10)).hasSize(10);
      assertThatThrownBy(() -> response.document(Integer.MAX_VALUE, Duration.ofMillis(50)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("to send a document");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 304, 400, 404, 405, 501, 505})
  void what_will_not_change_is_not_asked_again(int status) throws Exception {
    registry.on("GET", ".*").answer(FakeAnswer.of(status));

    try (Response response = connection.http().send(request("GET", "x"))) {
      assertThat(response.status()).isEqualTo(status);
    }
    assertThat(registry.requests()).hasSize(1);
  }
}
