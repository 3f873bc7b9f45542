package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.BlobContent;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageTarget.ByteListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobPushTest {
  private static final byte[] BYTES = PushFixture.bytes(200_000, 1);
  private static final Descriptor BLOB = PushFixture.descriptor(BYTES);
  private static final String UPLOAD = ".*/blobs/uploads/.+";

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
  void a_blob_goes_in_one_body_and_is_looked_for() throws Exception {
    List<Long> sent = new ArrayList<>();

    fixture.target.pushBlob(BLOB, BlobContent.of(BYTES), sent::add);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(fixture.asked())
        .containsExactly(
            "POST blobs/uploads/", "PUT blobs/uploads/1", "HEAD blobs/" + BLOB.digest());
    FakeRequest put = registry.requests("PUT", ".*").get(0);
    assertThat(put.target()).contains("?_state=a%3D&digest=sha256%3A");
    assertThat(put.header("Content-Type")).contains("application/octet-stream");
    assertThat(put.contentLength()).isEqualTo(BYTES.length);
    assertThat(put.expectsContinue()).isTrue();
    assertThat(sent).startsWith(0L).endsWith((long) BYTES.length).isSorted();
  }

  @Test
  void what_was_pushed_is_known_to_be_there() throws Exception {
    fixture.push(BYTES);
    int before = registry.requests().size();

    assertThat(fixture.target.hasBlob(BLOB)).isTrue();
    fixture.push(BYTES);

    assertThat(registry.requests()).hasSize(before);
  }

  @Test
  @Timeout(60)
  void two_threads_push_a_blob_once() throws Exception {
    CountDownLatch bothThere = new CountDownLatch(1);
    registry
        .on("POST", ".*")
        .answer(
            (request, truth) -> {
              await(bothThere);
              return truth.of(request);
            });
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread thread = new Thread(() -> pushQuietly(failures));
      thread.start();
      threads.add(thread);
    }
    while (threads.stream().noneMatch(thread -> thread.getState() == Thread.State.WAITING)) {
      Thread.onSpinWait();
    }
    bothThere.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(failures).isEmpty();
    assertThat(registry.requests("POST", ".*")).hasSize(1);
  }

  private void pushQuietly(List<Throwable> failures) {
    try {
      fixture.push(BYTES);
    } catch (IOException e) {
      synchronized (failures) {
        failures.add(e);
      }
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void a_body_that_is_cut_starts_anew_with_another_session() throws Exception {
    registry
        .on("PUT", UPLOAD)
        .times(1)
        .answer(
            (request, truth) -> {
              request.bodyUpTo(BYTES.length / 2);
              return FakeAnswer.nothing();
            });
    List<Long> sent = new ArrayList<>();

    fixture.target.pushBlob(BLOB, BlobContent.of(BYTES), sent::add);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(fixture.asked())
        .containsExactly(
            "POST blobs/uploads/",
            "PUT blobs/uploads/1",
            "HEAD blobs/" + BLOB.digest(),
            "POST blobs/uploads/",
            "PUT blobs/uploads/2",
            "HEAD blobs/" + BLOB.digest());
    assertThat(sent).filteredOn(bytes -> bytes == 0).hasSize(2);
  }

  @Test
  void a_commit_whose_answer_is_lost_is_a_success_if_the_blob_is_there() throws Exception {
    registry
        .on("PUT", UPLOAD)
        .answer(
            (request, truth) -> {
              truth.of(request);
              return FakeAnswer.nothing();
            });

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(registry.requests("POST", ".*")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"404,BLOB_UPLOAD_UNKNOWN", "404,BLOB_UPLOAD_INVALID", "500,UNKNOWN", "504,UNKNOWN"})
  void a_commit_that_fails_though_it_was_done_is_a_success(int status, String code)
      throws Exception {
    registry
        .on("PUT", UPLOAD)
        .answer(
            (request, truth) -> {
              truth.of(request);
              return FakeAnswer.error(status, code, "gone");
            });

    fixture.push(BYTES);

    assertThat(registry.requests("PUT", ".*")).hasSize(1);
  }

  @Test
  void a_busy_registry_is_left_alone_for_as_long_as_it_says() throws Exception {
    registry.on("PUT", UPLOAD).times(1).answer(FakeAnswer.of(429, "Retry-After: 7"));
    registry
        .on("PUT", UPLOAD)
        .times(1)
        .answer(FakeAnswer.of(503, "Retry-After: Sat, 03 Feb 2024 04:05:36 GMT"));
    registry.on("PUT", UPLOAD).times(1).answer(FakeAnswer.of(503));

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(fixture.pauses.subList(0, 2))
        .containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(30));
    assertThat(fixture.pauses.get(2)).isPositive().isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void when_no_try_is_left_the_last_answer_is_told() {
    registry.on("PUT", UPLOAD).answer(FakeAnswer.error(503, "TOOMANYREQUESTS", "come back later"));

    assertThatThrownBy(() -> fixture.push(BYTES))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(registry.authority() + "/a/b: push blob " + BLOB.digest())
        .hasMessageContaining("503 Service Unavailable: TOOMANYREQUESTS: come back later");
    assertThat(registry.requests("PUT", ".*")).hasSize(5);
    assertThat(fixture.pauses).hasSize(4);
  }

  @Test
  void a_refusal_isnt_tried_again() {
    registry.on("PUT", UPLOAD).answer(FakeAnswer.error(403, "DENIED", "quota exceeded"));

    assertThatThrownBy(() -> fixture.push(BYTES)).hasMessageContaining("DENIED: quota exceeded");
    assertThat(registry.requests("PUT", ".*")).hasSize(1);
  }

  @Test
  void bytes_that_arrive_damaged_are_sent_twice_and_not_more() {
    registry.on("PUT", UPLOAD).answer(FakeAnswer.error(400, "DIGEST_INVALID", "did not match"));

    assertThatThrownBy(() -> fixture.push(BYTES)).hasMessageContaining("DIGEST_INVALID");
    assertThat(registry.requests("PUT", ".*")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100_000, 199_999, 200_001})
  void content_of_another_length_isnt_committed(int length) {
    byte[] other = PushFixture.bytes(length, 1);

    assertThatThrownBy(
            () -> fixture.target.pushBlob(BLOB, BlobContent.of(other), ByteListener.NONE))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(BLOB.digest().toString())
        .hasMessageContaining("expected 200000 bytes, found")
        .hasMessageContaining("nothing was committed");
    assertThat(registry.store().blobs).isEmpty();
    assertThat(registry.requests("POST", ".*")).hasSize(1);
  }

  @Test
  void content_that_has_changed_isnt_committed_even_if_the_registry_doesnt_check()
      throws Exception {
    byte[] other = BYTES.clone();
    other[BYTES.length - 1]++;
    registry
        .on("PUT", UPLOAD)
        .answer(
            (request, truth) -> {
              byte[] body = request.body();
              registry.store().blobs.put(FakeStore.key("a/b", BLOB.digest()), body);
              return FakeAnswer.of(201);
            });

    assertThatThrownBy(
            () -> fixture.target.pushBlob(BLOB, BlobContent.of(other), ByteListener.NONE))
        .hasMessageContaining("are others by now");
    assertThat(registry.store().blobs).isEmpty();
  }

  @Test
  void content_that_cant_be_read_ends_the_push_at_once() {
    IOException unreadable = new IOException("disk is gone");

    assertThatThrownBy(
            () ->
                fixture.target.pushBlob(
                    BLOB,
                    () -> {
                      throw unreadable;
                    },
                    ByteListener.NONE))
        .isSameAs(unreadable);
    assertThat(registry.requests("POST", ".*")).hasSize(1);
    assertThat(fixture.pauses).isEmpty();
  }

  @Test
  void a_registry_that_serves_a_blob_of_another_size_after_the_upload_holds_a_damaged_one() {
    registry.on("HEAD", ".*/blobs/.*").change(answer -> answer.announcing(17));

    assertThatThrownBy(() -> fixture.push(BYTES))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("registry holds a damaged blob")
        .hasMessageContaining("200000");
    assertThat(registry.requests("PUT", ".*")).hasSize(1);
  }

  @Test
  void a_blob_of_another_size_counts_as_absent() throws Exception {
    registry.store().blobs.put(FakeStore.key("a/b", BLOB.digest()), new byte[5]);

    assertThat(fixture.target.hasBlob(BLOB)).isFalse();
    fixture.push(BYTES);
    assertThat(fixture.target.hasBlob(BLOB)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404})
  void a_blob_that_is_forbidden_or_absent_isnt_there(int status) throws Exception {
    registry.on("HEAD", ".*").answer(FakeAnswer.of(status));

    assertThat(fixture.target.hasBlob(BLOB)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"true,200000,true", "true,199999,false", "false,200000,true", "false,5,false"})
  void where_a_store_refuses_a_look_the_first_byte_tells(boolean ranges, int stored, boolean whole)
      throws Exception {
    registry.store().blobs.put(FakeStore.key("a/b", BLOB.digest()), new byte[stored]);
    try (FakeRegistry store = FakeRegistry.start()) {
      String signed = store.origin() + "/v2/s/blobs/" + BLOB.digest() + "?signature=s";
      store.store().blobs.put(FakeStore.key("s", BLOB.digest()), new byte[stored]);
      store.on("HEAD", ".*").answer(FakeAnswer.of(403));
      if (!ranges) {
        store.on("GET", ".*").answer(FakeAnswer.of(200).withBody(new byte[stored]));
      }
      registry.on("HEAD", ".*").answer(FakeAnswer.of(307, "Location: " + signed));
      registry.on("GET", ".*/blobs/.*").answer(FakeAnswer.of(307, "Location: " + signed));

      assertThat(fixture.target.hasBlob(BLOB)).isEqualTo(whole);

      assertThat(store.requests("GET", ".*")).hasSize(1);
      assertThat(store.requests("GET", ".*").get(0).header("Range")).contains("bytes=0-0");
    }
  }

  @Test
  void a_look_that_the_registry_forbids_after_a_success_is_done_without() throws Exception {
    registry.on("HEAD", ".*").answer(FakeAnswer.of(403));

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
  }

  @Test
  void a_registry_may_need_a_moment_to_show_what_it_took() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    registry
        .on("HEAD", ".*")
        .answer(
            (request, truth) ->
                looks.incrementAndGet() < 3 ? FakeAnswer.of(404) : truth.of(request));

    fixture.push(BYTES);

    assertThat(registry.requests("PUT", ".*")).hasSize(1);
    assertThat(fixture.pauses).hasSize(2);
  }

  @Test
  void a_registry_that_loses_what_it_takes_is_told() {
    registry.on("HEAD", ".*").answer(FakeAnswer.of(404));

    assertThatThrownBy(() -> fixture.push(BYTES))
        .hasMessageContaining("took the upload, but has no such blob");
  }

  @Test
  void a_post_that_is_refused_tells_who_refused_what() {
    registry.on("POST", ".*").answer(FakeAnswer.error(404, "NAME_UNKNOWN", "no such repository"));

    assertThatThrownBy(() -> fixture.push(BYTES))
        .hasMessageContaining("/a/b: push blob sha256:")
        .hasMessageContaining("404 Not Found: NAME_UNKNOWN: no such repository")
        .hasMessageContaining("created first");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 502, 504})
  void a_commit_that_a_proxy_does_not_wait_for_may_take_longer(int status) throws Exception {
    AtomicInteger looks = new AtomicInteger();
    registry
        .on("PUT", UPLOAD)
        .answer(
            (request, truth) -> {
              truth.of(request);
              return FakeAnswer.of(status);
            });
    registry
        .on("HEAD", ".*")
        .answer(
            (request, truth) ->
                looks.incrementAndGet() < 6 ? FakeAnswer.of(404) : truth.of(request));

    fixture.push(BYTES);

    assertThat(registry.requests("PUT", ".*")).hasSize(1);
    assertThat(fixture.pauses).hasSize(5);
  }

  @Test
  @Timeout(60)
  void a_commit_that_is_not_answered_in_time_may_take_longer() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (PushFixture hasty =
        PushFixture.start(options -> options.timeout(Duration.ofMillis(500)))) {
      hasty
          .registry
          .on("PUT", UPLOAD)
          .answer(
              (request, truth) -> {
                truth.of(request);
                await(never);
                return FakeAnswer.nothing();
              });
      hasty.registry.on("HEAD", ".*").times(3).answer(FakeAnswer.of(404));

      hasty.push(BYTES);

      assertThat(hasty.registry.requests("PUT", ".*")).hasSize(1);
    } finally {
      never.countDown();
    }
  }

  @Test
  void an_empty_blob_that_is_refused_is_told() {
    registry.on("PUT", UPLOAD).answer(FakeAnswer.of(416));

    assertThatThrownBy(() -> fixture.push(new byte[0])).hasMessageContaining("416");
  }

  @Test
  void a_look_that_fails_for_a_moment_is_repeated() throws Exception {
    registry.store().putBlob("a/b", BYTES);
    registry.on("HEAD", ".*").times(2).answer(FakeAnswer.of(503));

    assertThat(fixture.target.hasBlob(BLOB)).isTrue();
    assertThat(fixture.pauses).hasSize(2);
  }

  @Test
  void who_wants_no_retries_waits_for_one_more_look_and_no_longer() throws Exception {
    try (PushFixture once = PushFixture.start(options -> options.tries(1))) {
      once.registry.on("PUT", UPLOAD).answer(FakeAnswer.of(504));

      assertThatThrownBy(() -> once.push(BYTES)).hasMessageContaining("504 Gateway Timeout");

      assertThat(once.registry.requests("HEAD", ".*")).hasSize(2);
      assertThat(once.pauses).hasSize(1);
    }
  }
}
