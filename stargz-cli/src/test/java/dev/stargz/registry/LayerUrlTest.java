package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.RandomAccessSource.Range;
import dev.stargz.format.blob.RandomAccessSource.Tail;
import dev.stargz.image.BlobMissingException;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LayerUrlTest extends RegistryFixture {
  private static final byte[] FILE = new byte[3_000_000];

  static {
    new Random(2).nextBytes(FILE);
  }

  private final List<RandomAccessSource> sources = new ArrayList<>();
  private FakeRegistry store;

  @BeforeEach
  void serve() throws IOException {
    store = FakeRegistry.start();
    serve(registry, FILE);
    serve(store, FILE);
  }

  @AfterEach
  void close() throws IOException {
    for (RandomAccessSource source : sources) {
      source.close();
    }
    store.close();
  }

  /** A web server with one file; other hooks of the test come before, as they are set. */
  private static void serve(FakeRegistry server, byte[] file) {
    server.store().putBlob("files", file);
  }

  /** The path under which the server has it. */
  private static String path(byte[] file) {
    return "/v2/files/blobs/" + ContentDigest.of(file);
  }

  private RandomAccessSource open() throws IOException {
    return open(registry.origin() + path(FILE), options());
  }

  private RandomAccessSource open(String url, RegistryOptions.Builder options) throws IOException {
    RandomAccessSource source = LayerUrl.open(url, options.build());
    sources.add(source);
    return source;
  }

  private static byte[] part(int offset, int length) {
    return Arrays.copyOfRange(FILE, offset, offset + length);
  }

  private static byte[] end(int length) {
    return part(FILE.length - length, length);
  }

  private List<String> ranges() {
    return ranges(registry);
  }

  private static List<String> ranges(FakeRegistry server) {
    return server.requests().stream()
        .map(request -> request.header("Range").orElse("").replace("bytes=", ""))
        .toList();
  }

  // ---- what is read

  @Test
  void the_end_tells_the_size_and_all_goes_over_one_connection() throws Exception {
    RandomAccessSource source = open();
    assertThat(registry.requests()).isEmpty();
    Tail tail = source.readTail(1000);

    assertThat(tail.size()).isEqualTo(FILE.length);
    assertThat(tail.bytes()).isEqualTo(end(1000));
    assertThat(source.knownSize()).hasValue(FILE.length);
    assertThat(source.read(5, 100)).isEqualTo(part(5, 100));
    assertThat(source.read(1_000_000, 1_000_000)).isEqualTo(part(1_000_000, 1_000_000));
    assertThatThrownBy(() -> source.read(FILE.length - 5, 6)).isInstanceOf(EOFException.class);
    assertThat(ranges()).containsExactly("-1000", "5-104", "1000000-1999999");
    assertThat(registry.connections()).isEqualTo(1);
    assertThat(source.isRemote()).isTrue();
  }

  @Test
  void neighbours_come_in_one_request_and_others_in_up_to_four_at_once() throws Exception {
    CyclicBarrier four = new CyclicBarrier(4);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              try {
                four.await(20, TimeUnit.SECONDS);
              } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IOException(e);
              } finally {
                running.decrementAndGet();
              }
              return truth.of(request);
            });
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ranges.add(new Range(300_000L * (7 - i), 10));
      ranges.add(new Range(300_000L * (7 - i) + 1000, 20));
    }

    List<byte[]> parts = open().read(ranges);

    for (int i = 0; i < parts.size(); i++) {
      assertThat(parts.get(i))
          .isEqualTo(part((int) ranges.get(i).offset(), ranges.get(i).length()));
    }
    assertThat(registry.requests()).hasSize(8);
    assertThat(most).hasValue(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10})
  void a_file_shorter_than_what_is_asked_for_has_but_that(int size) throws Exception {
    byte[] file = Arrays.copyOf(FILE, size);
    serve(registry, file);

    Tail tail = open(registry.origin() + path(file), options()).readTail(64);

    assertThat(tail.size()).isEqualTo(size);
    assertThat(tail.bytes()).isEqualTo(file);
  }

  // ---- servers that know less of ranges

  @ParameterizedTest
  @ValueSource(ints = {400, 416, 501})
  void a_server_that_counts_from_the_start_alone_is_asked_so(int status) throws Exception {
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) ->
                request.header("Range").orElse("").contains("=-")
                    ? FakeAnswer.of(status)
                    : truth.of(request));
    RandomAccessSource source = open();

    assertThat(source.readTail(64).bytes()).isEqualTo(end(64));
    assertThat(source.readTail(65).bytes()).isEqualTo(end(65));
    assertThat(ranges()).containsExactly("-64", "0-0", "2999936-2999999", "2999935-2999999");
  }

  @Test
  void a_server_that_takes_the_end_for_the_start_is_asked_again() throws Exception {
    registry
        .on("GET", ".*")
        .times(1)
        .answer(
            FakeAnswer.of(206, "Content-Range: bytes 0-64/" + FILE.length).withBody(part(0, 65)));

    assertThat(open().readTail(64).bytes()).isEqualTo(end(64));
    assertThat(ranges()).containsExactly("-64", "2999936-2999999");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void all_of_a_small_file_is_taken_and_kept(boolean announced) throws Exception {
    FakeAnswer all = FakeAnswer.of(200).withBody(FILE);
    registry.on("GET", ".*").answer(announced ? all : all.announcing(-1));
    RandomAccessSource source = open();

    assertThat(source.readTail(64)).extracting(Tail::size).isEqualTo((long) FILE.length);
    assertThat(source.readTail(64).bytes()).isEqualTo(end(64));
    assertThat(source.read(5, 100)).isEqualTo(part(5, 100));
    assertThatThrownBy(() -> source.read(FILE.length, 1)).isInstanceOf(EOFException.class);
    assertThat(registry.requests()).as("its length may not be known").hasSize(announced ? 1 : 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void all_of_a_large_file_is_refused_with_advice(boolean announced) throws Exception {
    FakeAnswer all = FakeAnswer.of(200).withBody(new byte[9 << 20]);
    registry.on("GET", ".*").answer(announced ? all : all.announcing(-1));
    RandomAccessSource source = open();

    assertThatThrownBy(() -> source.readTail(64))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            registry.origin()
                + path(FILE)
                + ": the server sends all of it to who asks for a part; fetch it to a file, and"
                + " read that");
  }

  // ---- files that change

  @ParameterizedTest
  @CsvSource({
    "ETag: \"1\", ETag: \"2\", 'its ETag was \"1\", and is \"2\"'",
    "'Last-Modified: Sat, 01 Jan 2000 00:00:00 GMT', "
        + "'Last-Modified: Sat, 01 Jan 2000 00:00:01 GMT', its Last-Modified was",
  })
  void a_file_that_changes_meanwhile_is_an_error(String before, String after, String why)
      throws Exception {
    registry.on("GET", ".*").times(2).change(answer -> answer.with(before));
    registry.on("GET", ".*").change(answer -> answer.with(after));
    RandomAccessSource source = open();
    source.readTail(64);
    assertThat(source.read(5, 100)).isEqualTo(part(5, 100));

    assertThatThrownBy(() -> source.read(5, 100))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(path(FILE) + ": it changed while it was read (" + why)
        .hasMessageEndingWith("); try again");
  }

  @Test
  void a_file_of_another_size_is_another_one() throws Exception {
    RandomAccessSource source = open();
    source.readTail(64);
    registry
        .on("GET", ".*")
        .times(1)
        .answer(FakeAnswer.of(206, "Content-Range: bytes 5-9/2000000").withBody(part(5, 5)));
    registry.on("GET", ".*").answer(FakeAnswer.of(416, "Content-Range: bytes */3"));

    for (String size : List.of("2000000", "3")) {
      assertThatThrownBy(() -> source.read(5, 5))
          .hasMessageContaining("(its size was 3000000, and is " + size + ")");
    }
  }

  @Test
  void a_file_that_changes_is_found_if_the_size_is_not_said_again() throws Exception {
    registry.on("GET", ".*").times(1).change(answer -> answer.with("ETag: \"1\""));
    registry
        .on("GET", ".*")
        .answer(
            FakeAnswer.of(206, "Content-Range: bytes 5-9/*", "ETag: \"2\"").withBody(part(5, 5)));
    RandomAccessSource source = open();
    source.readTail(64);

    assertThatThrownBy(() -> source.read(5, 5))
        .hasMessageContaining("it changed while it was read (its ETag was");
  }

  @Test
  void a_file_that_changes_in_the_store_is_found_too() throws Exception {
    registry.on("GET", ".*").times(1).change(answer -> answer.with("ETag: \"home\""));
    redirect("sig=");
    store.on("GET", ".*").times(2).change(answer -> answer.with("ETag: \"1\""));
    store.on("GET", ".*").change(answer -> answer.with("ETag: \"2\""));
    RandomAccessSource source = open();
    source.readTail(64);
    source.read(5, 5);
    source.read(15, 5);

    assertThatThrownBy(() -> source.read(5, 5))
        .hasMessageContaining("it changed while it was read (its ETag was \"1\"");
  }

  // ---- what goes wrong on the way

  @Test
  void what_is_cut_goes_on_where_it_ended() throws Exception {
    RandomAccessSource source = open();
    registry.on("GET", ".*").times(1).change(answer -> answer.cutAfter(40));
    assertThat(source.readTail(64).bytes()).isEqualTo(end(64));

    registry.on("GET", ".*").times(1).change(answer -> answer.cutAfter(100_000));
    registry.on("GET", ".*").times(1).answer(FakeAnswer.nothing());
    assertThat(source.read(10, 200_000)).isEqualTo(part(10, 200_000));

    assertThat(ranges())
        .containsExactly("-64", "2999976-2999999", "10-200009", "100010-200009", "100010-200009");
  }

  @Test
  void a_server_that_is_busy_is_asked_again_when_it_says() throws Exception {
    registry.on("GET", ".*").times(1).answer(FakeAnswer.of(429, "Retry-After: 7"));
    registry.on("GET", ".*").times(1).answer(FakeAnswer.of(503));

    assertThat(open().readTail(64).bytes()).isEqualTo(end(64));
    assertThat(pauses).hasSize(2).first().isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource({
    "404, true, 404 Not Found",
    "410, true, 410 Gone",
    "401, false, '401 Unauthorized; asked without credentials'",
    "403, false, '403 Forbidden; asked without credentials'",
    "405, false, 405 Method Not Allowed",
  })
  void a_refusal_says_what_and_where(int status, boolean missing, String message) throws Exception {
    registry.on("GET", ".*").answer(FakeAnswer.of(status));
    RandomAccessSource source = open(registry.origin() + path(FILE) + "?sig=abcdef", options());

    assertThatThrownBy(() -> source.readTail(64))
        .isInstanceOf(missing ? BlobMissingException.class : ImageException.class)
        .hasMessageStartingWith(registry.origin() + path(FILE) + "?…: " + message)
        .hasMessageNotContaining("abcdef");
    assertThat(String.join("\n", log)).doesNotContain("abcdef");
    assertThat(registry.requests().get(0).target()).endsWith("?sig=abcdef");
  }

  @Test
  void an_interrupt_ends_all_that_is_fetched() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(2);
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) -> {
              begun.countDown();
              return truth.of(request).heldAfter(3, never);
            });
    RandomAccessSource source = open();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                source.read(List.of(new Range(5, 10), new Range(2_000_000, 10)));
              } catch (Throwable e) {
                thrown.set(e);
              }
            });

    reader.start();
    begun.await();
    reader.interrupt();
    reader.join(10_000);
    never.countDown();

    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
  }

  @Test
  void closing_ends_what_is_fetched() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(4);
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) -> {
              begun.countDown();
              return truth.of(request).heldAfter(3, never);
            });
    RandomAccessSource source = open(registry.origin() + path(FILE), options().tries(1));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              List<Range> ranges = new ArrayList<>();
              for (int i = 0; i < 8; i++) {
                ranges.add(new Range(300_000L * i, 10));
              }
              try {
                source.read(ranges);
              } catch (Throwable e) {
                thrown.set(e);
              }
            });

    reader.start();
    begun.await();
    source.close();
    reader.join(10_000);
    never.countDown();

    assertThat(thrown.get())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("closed");
    assertThat(pauses).isEmpty();
    assertThatThrownBy(() -> source.read(5, 5)).hasMessageContaining("closed");
  }

  @Test
  void closing_ends_a_single_read_without_another_try() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) -> {
              begun.countDown();
              return truth.of(request).heldAfter(3, never);
            });
    RandomAccessSource source = open();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                source.read(5, 10);
              } catch (Throwable e) {
                thrown.set(e);
              }
            });

    reader.start();
    begun.await();
    source.close();
    reader.join(10_000);
    never.countDown();

    assertThat(thrown.get()).isInstanceOf(IOException.class).hasMessageContaining("closed");
    assertThat(pauses).isEmpty();
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void no_more_than_four_requests_run_however_many_threads_read() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    registry.on("GET", ".*").change(answer -> answer.heldAfter(3, go));
    RandomAccessSource source = open();
    List<Thread> threads = new ArrayList<>();
    AtomicInteger right = new AtomicInteger();
    for (int i = 0; i < 12; i++) {
      int offset = i * 100_000;
      threads.add(
          new Thread(
              () -> {
                try {
                  if (Arrays.equals(source.read(offset, 10), part(offset, 10))) {
                    right.incrementAndGet();
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }));
    }
    threads.forEach(Thread::start);
    while (registry.requests().size() < 4
        || (registry.requests().size() == 4 && waiting(threads) < 8)) {
      Thread.onSpinWait();
    }

    assertThat(registry.requests()).hasSize(4);

    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(right).hasValue(12);
  }

  private static long waiting(List<Thread> threads) {
    return threads.stream().filter(each -> each.getState() == Thread.State.WAITING).count();
  }

  @Test
  void a_server_that_sends_crumbs_is_an_error() throws Exception {
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) -> {
              String range = request.header("Range").orElseThrow().substring(6);
              int from = Integer.parseInt(range.split("-", -1)[0]);
              return FakeAnswer.of(206, "Content-Range: bytes " + from + "-" + from + "/3000000")
                  .withBody(part(from, 1));
            });

    assertThatThrownBy(() -> open().read(0, 1000)).isInstanceOf(ImageException.class);
    assertThat(registry.requests()).hasSizeLessThan(200);
  }

  // ---- redirects

  private void redirect(String parameter) {
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) ->
                FakeAnswer.of(
                    302,
                    "Location: "
                        + store.origin()
                        + path(FILE)
                        + "?"
                        + parameter
                        + registry.requests().size()));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410})
  void where_a_redirect_led_is_asked_at_once_until_that_has_expired(int status) throws Exception {
    redirect("sig=");
    store.on("GET", ".*").times(2).change(answer -> answer);
    store.on("GET", ".*").times(1).answer(FakeAnswer.of(status));
    RandomAccessSource source =
        open(registry.origin().replace("//", "//user:secret@") + path(FILE), options());

    assertThat(source.readTail(64).bytes()).isEqualTo(end(64));
    for (int i = 0; i < 3; i++) {
      assertThat(source.read(i * 100, 10)).isEqualTo(part(i * 100, 10));
    }

    assertThat(ranges()).containsExactly("-64", "100-109");
    assertThat(ranges(store)).containsExactly("-64", "0-9", "100-109", "100-109", "200-209");
    assertThat(store.requests())
        .extracting(request -> request.query("sig").get(0))
        .containsExactly("1", "1", "1", "2", "2");
    assertThat(store.requests())
        .extracting(request -> request.header("Authorization"))
        .containsOnly(Optional.empty());
    assertThat(registry.requests())
        .extracting(request -> request.header("Authorization").orElse(""))
        .containsOnly("Basic dXNlcjpzZWNyZXQ=");
    assertThat(String.join("\n", log)).doesNotContain("sig=").doesNotContain("secret");
  }

  /** RFC 3986, 5.2.2: all of the path stays. */
  @Test
  void a_redirect_to_a_query_alone_stays_at_the_file() throws Exception {
    registry
        .on("GET", ".*")
        .answer(
            (request, truth) ->
                request.query("sig").isEmpty()
                    ? FakeAnswer.of(302, "Location: ?sig=1#part")
                    : truth.of(request));

    assertThat(open().readTail(64).bytes()).isEqualTo(end(64));
  }

  @Test
  void a_store_that_goes_on_refusing_is_the_error() throws Exception {
    redirect("sig=");
    store.on("GET", ".*").answer(FakeAnswer.of(403).withBody("<Error>no</Error>"));
    RandomAccessSource source = open();

    assertThatThrownBy(() -> source.readTail(64))
        .hasMessageContaining("403 Forbidden")
        .hasMessageContaining("(from " + store.origin() + path(FILE) + "?…)")
        .hasMessageNotContaining("sig");
  }

  @Test
  void a_store_that_is_gone_is_looked_for_again() throws Exception {
    registry
        .on("GET", ".*")
        .times(1)
        .answer(FakeAnswer.of(302, "Location: " + store.origin() + path(FILE)));
    RandomAccessSource source = open(registry.origin() + path(FILE), options().tries(1));
    source.readTail(64);
    store.close();

    assertThat(source.read(7, 9)).isEqualTo(part(7, 9));
  }

  // ---- names, passwords and schemes

  @Test
  void the_name_and_password_of_the_url_are_shown_at_once_and_never_told() throws Exception {
    registry.auth(FakeAuth.basic("a user", "p@ss/word"));
    String url = registry.origin().replace("//", "//a%20user:p%40ss%2Fword@") + path(FILE);

    assertThat(open(url, options()).readTail(64).bytes()).isEqualTo(end(64));
    assertThat(registry.requests()).hasSize(1);

    registry.auth(FakeAuth.basic("a user", "another"));
    assertThatThrownBy(() -> open(url, options()).readTail(64))
        .hasMessageContaining(
            "401 Unauthorized: UNAUTHORIZED: authentication required; asked with the user name and"
                + " password of the URL: is it right, and allowed to do this?")
        .hasMessageNotContaining("ss/word")
        .hasMessageNotContaining("a user");
    assertThat(String.join("\n", log)).doesNotContain("ss/word").doesNotContain("a%20user");
  }

  @Test
  void the_login_of_the_options_is_shown_to_who_asks_for_one() throws Exception {
    open(registry.origin() + path(FILE), options().login("user", "secret")).readTail(64);
    assertThat(registry.requests().get(0).header("Authorization")).isEmpty();
    registry.auth(FakeAuth.basic("user", "secret"));

    assertThat(
            open(registry.origin() + path(FILE), options().login("user", "secret"))
                .readTail(64)
                .bytes())
        .isEqualTo(end(64));
  }

  @Test
  void http_is_for_this_machine_or_for_who_allows_it() throws Exception {
    assertThatThrownBy(
            () -> LayerUrl.open("http://user:secret@web.example/l.stargz?q=1", options().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "http://web.example/l.stargz?…: http:// is not encrypted: --insecure allows that");
    open("http://web.example/l.stargz", options().insecure(true));
    open("http://localhost/l.stargz", options());
    open("https://web.example/l.stargz", options());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "layer.stargz",
        "ftp://web.example/l.stargz",
        "file:///l.stargz",
        "http:///l.stargz",
        "https://u:p/secret@web.example/l.stargz",
        "https://u:secret@web.example:99999999/l.stargz",
        "https://u:%secret@web.example/l.stargz",
      })
  void what_is_no_url_of_a_layer_is_said_without_its_password(String url) {
    assertThatThrownBy(() -> LayerUrl.open(url, options().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not the URL of a layer: expected http(s)://HOST/PATH, found '")
        .hasMessageNotContaining("secret");
  }

  @Test
  void what_is_shown_of_a_url_has_no_secret() {
    assertThat(LayerUrl.shown("https://u:p@web.example:8443/a/l.stargz?sig=x#y"))
        .isEqualTo("https://web.example:8443/a/l.stargz?…");
    assertThat(LayerUrl.shown("https://web.example/a l.stargz"))
        .isEqualTo("https://web.example/a%20l.stargz");
  }
}
