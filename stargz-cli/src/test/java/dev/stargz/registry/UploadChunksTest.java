package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.BlobContent;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageTarget.ByteListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadChunksTest {
  private static final String OCTETS = "application/octet-stream";
  private static final int CHUNK = 4 << 20;
  private static final byte[] BYTES = PushFixture.bytes(2 * CHUNK + 1000, 2);
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

  /** As a proxy that counts bytes: nothing is read. */
  private void limit(long most, FakeAnswer refusal) {
    for (String method : List.of("PUT", "PATCH")) {
      registry
          .on(method, UPLOAD)
          .answer((request, truth) -> request.contentLength() > most ? refusal : truth.of(request));
    }
  }

  private List<String> ranges() {
    return registry.requests("PATCH", ".*").stream()
        .map(request -> request.header("Content-Range").orElse(""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {413, 416})
  void what_is_too_large_for_one_request_goes_in_chunks(int status) throws Exception {
    limit(CHUNK, FakeAnswer.of(status));
    List<Long> sent = new ArrayList<>();

    fixture.target.pushBlob(BLOB, BlobContent.of(BYTES), sent::add);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(ranges()).containsExactly("0-4194303", "4194304-8388607", "8388608-8389607");
    assertThat(registry.requests("PATCH", UPLOAD))
        .allMatch(patch -> patch.header("Content-Type").equals(Optional.of(OCTETS)));
    assertThat(registry.requests("DELETE", UPLOAD)).hasSize(1);
    assertThat(sent).containsSubsequence(0L, (long) CHUNK, 2L * CHUNK, (long) BYTES.length);
    assertThat(fixture.pauses).isEmpty();
  }

  @Test
  void a_416_that_announces_more_than_it_sends_doesnt_hang() throws Exception {
    limit(CHUNK, FakeAnswer.of(416).withBody("{\"errors\":[]}").announcing(BYTES.length));

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
  }

  @Test
  void the_limit_is_remembered_for_the_blobs_that_follow() throws Exception {
    limit(CHUNK, FakeAnswer.of(413));
    byte[] second = PushFixture.bytes(BYTES.length, 3);
    byte[] small = PushFixture.bytes(1000, 4);

    fixture.push(BYTES);
    int puts = registry.requests("PUT", UPLOAD).size();
    fixture.push(second);
    fixture.push(small);

    assertThat(fixture.stored(PushFixture.descriptor(second))).isEqualTo(second);
    assertThat(registry.requests("PUT", UPLOAD)).hasSize(puts + 2);
    assertThat(registry.requests("PATCH", UPLOAD)).hasSize(6);
  }

  @Test
  void a_proxy_that_takes_less_than_4_mib_gets_smaller_chunks() throws Exception {
    limit(1 << 20, FakeAnswer.of(413));

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(ranges()).contains("0-1048575", "1048576-2097151");
  }

  @Test
  void where_nothing_is_small_enough_the_refusal_is_told() {
    limit(1000, FakeAnswer.of(413));

    assertThatThrownBy(() -> fixture.push(BYTES))
        .hasMessageContaining("413")
        .hasMessageContaining("a proxy before it");
  }

  @Test
  void chunks_are_as_long_as_the_registry_wants_them() throws Exception {
    limit(5 << 20, FakeAnswer.of(413));
    registry.on("POST", ".*").change(answer -> answer.with("OCI-Chunk-Min-Length: 5242880"));

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(ranges()).containsExactly("0-5242879", "5242880-8389607");
  }

  @Test
  void a_registry_that_wants_chunks_larger_than_memory_is_refused() {
    limit(CHUNK, FakeAnswer.of(413));
    registry.on("POST", ".*").change(answer -> answer.with("OCI-Chunk-Min-Length: 99999999999"));

    assertThatThrownBy(() -> fixture.push(BYTES)).hasMessageContaining("413");
  }

  @ParameterizedTest
  @ValueSource(ints = {202, 416})
  void a_registry_that_took_only_a_part_gets_the_rest(int status) throws Exception {
    limit(CHUNK, FakeAnswer.of(413));
    FakeRegistry.Hook first = registry.on("PATCH", UPLOAD).times(1);
    partly(first, status, 1000, "0-999");

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-0", "0-9999999999", "0-99"})
  void a_registry_whose_count_cant_be_right_gets_all_of_it_again(String range) throws Exception {
    FakeRegistry.Hook second = registry.on("PATCH", UPLOAD);
    boolean[] done = new boolean[1];
    second.answer(
        (request, truth) -> {
          FakeAnswer answer = truth.of(request);
          boolean spoiled = !done[0] && request.header("Content-Range").orElse("").startsWith("4");
          done[0] |= spoiled;
          return spoiled ? answer.without("Range").with("Range: " + range) : answer;
        });
    limit(CHUNK, FakeAnswer.of(413));

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(done[0]).isTrue();
    assertThat(ranges()).filteredOn("0-4194303"::equals).hasSize(2);
  }

  private void partly(FakeRegistry.Hook hook, int status, int taken, String range) {
    hook.answer(
        (request, truth) -> {
          byte[] body = request.body();
          registry.store().uploads.put(request.path(), Arrays.copyOf(body, taken));
          return FakeAnswer.of(status, "Location: " + request.path(), "Range: " + range);
        });
  }

  @Test
  void a_registry_that_counts_nothing_is_believed() throws Exception {
    registry.on("PATCH", UPLOAD).change(answer -> answer.without("Range"));
    registry.on("PUT", UPLOAD).times(1).answer(FakeAnswer.of(413));

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
  }

  @Test
  void each_chunk_and_the_commit_go_to_the_newest_location() throws Exception {
    registry.on("PUT", UPLOAD).times(1).answer(FakeAnswer.of(413));
    int[] count = new int[1];
    registry
        .on("PATCH", UPLOAD)
        .change(
            answer -> {
              String location = answer.headers().get(0).replaceFirst("\\?.*", "");
              return answer.without("Location").with(location + "?n=" + ++count[0]);
            });

    fixture.push(BYTES);

    List<String> queries =
        registry.requests().stream()
            .filter(request -> request.path().endsWith("/uploads/2"))
            .map(request -> request.target().replaceFirst(".*\\?", "").replaceFirst("&.*", ""))
            .toList();
    assertThat(queries).containsExactly("_state=a%3D", "n=1", "n=2", "n=3");
  }

  @Test
  void a_cut_chunk_starts_anew_with_a_post() throws Exception {
    registry
        .on("PATCH", UPLOAD)
        .times(1)
        .answer(
            (request, truth) -> {
              request.bodyUpTo(1000);
              return FakeAnswer.nothing();
            });
    limit(CHUNK, FakeAnswer.of(413));

    fixture.push(BYTES);

    assertThat(fixture.stored(BLOB)).isEqualTo(BYTES);
    assertThat(registry.requests("POST", ".*")).hasSize(3);
  }

  @Test
  void content_that_has_changed_isnt_committed() {
    limit(CHUNK, FakeAnswer.of(413));
    byte[] other = BYTES.clone();
    other[0]++;
    boolean[] first = {true};
    BlobContent changing =
        () -> {
          byte[] bytes = first[0] ? BYTES : other;
          first[0] = false;
          return BlobContent.of(bytes).open();
        };
    registry.on("PUT", UPLOAD).times(1).answer(FakeAnswer.of(413));

    assertThatThrownBy(
            () -> {
              changing.open().close();
              fixture.target.pushBlob(BLOB, changing, ByteListener.NONE);
            })
        .hasMessageContaining("are others by now");
    assertThat(registry.store().blobs).isEmpty();
  }
}
