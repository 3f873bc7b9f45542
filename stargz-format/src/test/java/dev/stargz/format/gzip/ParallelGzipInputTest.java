package dev.stargz.format.gzip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.Location;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ParallelGzipInputTest {
  private static final long PLENTY = 64 << 20;

  /**
   * All that can be seen of a stream.
   *
   * @param bytes each a character
   * @param events members that begin, and how many bytes come before them
   */
  private record Seen(String bytes, List<String> events, String failure) {}

  private static Seen serial(byte[] blob) throws IOException {
    List<String> events = new ArrayList<>();
    try (GzipInput in =
        new GzipInput(
            new ByteArrayInputStream(blob),
            0,
            Location::inBlob,
            (offset, start) -> events.add("member " + offset + " at " + start))) {
      return read(in, events);
    }
  }

  private static Seen parallel(byte[] blob, List<Stretch> plan, Executor executor, long memory)
      throws IOException {
    List<String> events = new ArrayList<>();
    try (ParallelGzipInput in =
        new ParallelGzipInput(
            new ByteArrayInputStream(blob),
            plan.iterator(),
            executor,
            3,
            memory,
            Location::inBlob,
            (offset, start) -> events.add("member " + offset + " at " + start),
            (start, size, digest) -> {})) {
      return read(in, events);
    }
  }

  private static Seen read(InputStream in, List<String> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[1000];
    try {
      for (int n = in.read(buffer, 0, 1000); n >= 0; n = in.read(buffer, 0, 1000)) {
        bytes.write(buffer, 0, n);
      }
      return new Seen(bytes.toString(ISO_8859_1), events, "");
    } catch (IOException e) {
      return new Seen(bytes.toString(ISO_8859_1), events, e.toString());
    }
  }

  /** Members of any sizes, some empty, zeros between some of them. */
  private static byte[] blob(Random random, Set<Integer> starts) {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    int members = 1 + random.nextInt(12);
    for (int i = 0; i < members; i++) {
      starts.add(blob.size());
      int size = random.nextInt(4) == 0 ? 0 : random.nextInt(5000);
      blob.writeBytes(Gzip.member(TarFixture.pattern(size)));
      if (random.nextInt(6) == 0) {
        blob.writeBytes(new byte[1 + random.nextInt(20)]);
      }
    }
    return blob.toByteArray();
  }

  /** A plan with borders at some of {@code starts}, and at some places that are none. */
  private static List<Stretch> plan(Random random, Set<Integer> starts, int size) {
    TreeSet<Integer> borders = new TreeSet<>(List.of(0));
    starts.stream().filter(start -> random.nextInt(3) > 0).forEach(borders::add);
    for (int wrong = random.nextInt(4); wrong > 1; wrong--) {
      borders.add(random.nextInt(size));
    }
    List<Integer> ends = new ArrayList<>(borders.tailSet(1));
    ends.add(size);
    List<Stretch> plan = new ArrayList<>();
    int start = 0;
    for (int end : ends) {
      long estimate = random.nextInt(5) == 0 ? 1L << 36 : random.nextInt(20_000);
      plan.add(new Stretch(start, end, estimate, List.of()));
      start = end;
    }
    return plan;
  }

  @Test
  void any_plan_right_or_wrong_gives_what_one_thread_reads() throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (int seed = 0; seed < 400; seed++) {
        Random random = new Random(seed);
        TreeSet<Integer> starts = new TreeSet<>();
        byte[] blob = blob(random, starts);
        List<Stretch> plan = plan(random, starts, blob.length);
        if (seed % 3 == 1) {
          blob[random.nextInt(blob.length)] ^= (byte) (1 << random.nextInt(8));
        } else if (seed % 7 == 2) {
          blob = Arrays.copyOf(blob, random.nextInt(blob.length));
        }
        long memory = random.nextBoolean() ? PLENTY : 600_000;

        assertThat(parallel(blob, plan, threads, memory))
            .as("seed %d, plan %s", seed, plan)
            .isEqualTo(serial(blob));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void a_stretch_that_holds_far_more_than_it_was_thought_to_is_read_by_one_thread()
      throws IOException {
    byte[] zeros = Gzip.member(new byte[3 << 20]);
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    List<Stretch> plan = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      plan.add(new Stretch(blob.size(), blob.size() + zeros.length, 10, List.of()));
      blob.writeBytes(zeros);
    }

    Seen seen = parallel(blob.toByteArray(), plan, Runnable::run, PLENTY);

    assertThat(seen).isEqualTo(serial(blob.toByteArray()));
    assertThat(seen.bytes()).hasSize(9 << 20);
  }

  @Test
  void parts_are_hashed_if_they_lie_in_the_member_that_they_are_said_to() throws IOException {
    byte[] first = Gzip.member(TarFixture.latin1("0123456789"));
    byte[] second = Gzip.member(TarFixture.latin1("abc"));
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.writeBytes(first);
    blob.writeBytes(second);
    blob.writeBytes(second);
    int one = first.length;
    int two = first.length + second.length;
    List<Stretch.Part> parts =
        List.of(
            new Stretch.Part(0, 4),
            new Stretch.Part(5, 3), // no member
            new Stretch.Part(one, 4), // more than the member holds
            new Stretch.Part(two, 3));
    List<String> hashed = new ArrayList<>();
    try (ParallelGzipInput in =
        new ParallelGzipInput(
            new ByteArrayInputStream(blob.toByteArray()),
            List.of(new Stretch(0, blob.size(), 16, parts)).iterator(),
            Runnable::run,
            2,
            PLENTY,
            Location::inBlob,
            (offset, start) -> {},
            (start, size, digest) -> hashed.add(start + "+" + size + " " + digest))) {
      assertThat(in.readAllBytes()).isEqualTo(TarFixture.latin1("0123456789abcabc"));
    }
    assertThat(hashed)
        .containsExactly(
            "0+4 " + Digest.of(TarFixture.latin1("0123")),
            "13+3 " + Digest.of(TarFixture.latin1("abc")));
  }

  @Test
  void an_executor_that_never_runs_anything_delays_nothing() throws IOException {
    TreeSet<Integer> starts = new TreeSet<>();
    byte[] blob = blob(new Random(5), starts);
    Deque<Runnable> never = new ArrayDeque<>();

    assertThat(parallel(blob, plan(new Random(5), starts, blob.length), never::add, PLENTY))
        .isEqualTo(serial(blob));
    assertThat(never).isNotEmpty();
  }

  @Test
  void no_more_is_in_flight_than_the_memory_allows() throws IOException {
    byte[] member = Gzip.member(TarFixture.pattern(1000));
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    List<Stretch> plan = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      plan.add(new Stretch(blob.size(), blob.size() + member.length, 1000, List.of()));
      blob.writeBytes(member);
    }
    Deque<Runnable> never = new ArrayDeque<>();
    try (ParallelGzipInput in =
        new ParallelGzipInput(
            new ByteArrayInputStream(blob.toByteArray()),
            plan.iterator(),
            never::add,
            100,
            1 << 20,
            Location::inBlob,
            (offset, start) -> {},
            (start, size, digest) -> {})) {
      assertThat(in.read(new byte[10], 0, 10)).isEqualTo(10);
    }
    assertThat(never).hasSizeBetween(2, 6); // each may hold a quarter of the memory
  }

  @Test
  void an_interrupt_ends_it() {
    byte[] member = Gzip.member(TarFixture.pattern(1000));
    List<Stretch> plan = List.of(new Stretch(0, member.length, 1000, List.of()));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(
              () -> {
                try (ParallelGzipInput in =
                    new ParallelGzipInput(
                        new ByteArrayInputStream(member),
                        plan.iterator(),
                        Runnable::run,
                        2,
                        PLENTY,
                        Location::inBlob,
                        (offset, start) -> {},
                        (start, size, digest) -> {})) {
                  in.readAllBytes();
                }
              })
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
