package dev.stargz.format.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadAheadTest {
  private static final int KIB = 1 << 10;
  private static final byte[] BLOB = new byte[6 << 20];

  static {
    new Random(5).nextBytes(BLOB);
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<RandomAccessSource.Range> fetched =
      Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  /** Does something before it fetches. */
  private interface Before {
    void fetch(RandomAccessSource.Range range) throws IOException;
  }

  private RandomAccessSource source(Before before) {
    RandomAccessSource blob = RandomAccessSource.of(BLOB);
    return new RandomAccessSource() {
      @Override
      public Tail readTail(int length) throws IOException {
        return blob.readTail(length);
      }

      @Override
      public List<byte[]> read(List<Range> ranges) throws IOException {
        fetched.addAll(ranges);
        for (Range range : ranges) {
          before.fetch(range);
        }
        return blob.read(ranges);
      }

      @Override
      public void close() {}
    };
  }

  private RandomAccessSource ahead(long maxBytes) {
    return new ReadAhead(maxBytes).of(source(range -> {}), BLOB.length - KIB);
  }

  private static void shouldRead(RandomAccessSource source, int offset, int length)
      throws IOException {
    assertThat(source.read(offset, length))
        .isEqualTo(Arrays.copyOfRange(BLOB, offset, offset + length));
  }

  @Test
  void the_fourth_read_of_a_row_fetches_more_and_each_further_one_twice_as_much()
      throws IOException {
    RandomAccessSource source = ahead(32 << 20);
    for (int at = 0; at < 4 << 20; at += 10 * KIB) {
      shouldRead(source, at, 10 * KIB);
    }
    assertThat(fetched.subList(0, 3)).allMatch(range -> range.length() == 10 * KIB);
    assertThat(fetched.subList(3, fetched.size()))
        .extracting(range -> range.length() / KIB)
        .containsExactly(256, 512, 1024, 2048, 2273);
  }

  @Test
  void what_lies_between_may_be_left_out_but_not_much_and_not_backwards() throws IOException {
    RandomAccessSource source = ahead(32 << 20);
    for (int i = 0; i < 20; i++) {
      shouldRead(source, i * 200 * KIB, 10 * KIB);
    }
    for (int i = 19; i >= 0; i--) {
      shouldRead(source, i * 20 * KIB, 10 * KIB);
    }
    assertThat(fetched).hasSize(40).allMatch(range -> range.length() == 10 * KIB);
    fetched.clear();
    for (int i = 100; i < 120; i++) {
      shouldRead(source, i * 20 * KIB, 10 * KIB);
    }
    assertThat(fetched).hasSizeLessThan(7);
  }

  @Test
  void nothing_behind_the_contents_is_fetched_unless_it_is_asked_for() throws IOException {
    RandomAccessSource source = ahead(32 << 20);
    int end = BLOB.length - KIB;
    for (int at = end - 50 * KIB; at < end; at += 5 * KIB) {
      shouldRead(source, at, 5 * KIB);
    }
    assertThat(fetched).allMatch(range -> range.offset() + range.length() <= end).hasSize(4);
    shouldRead(source, end - 10, 10 + KIB);
  }

  @Test
  void little_is_kept_where_little_may_be() throws IOException {
    ReadAhead ahead = new ReadAhead(100 * KIB);
    RandomAccessSource source = ahead.of(source(range -> {}), BLOB.length);
    for (int at = 0; at < 2 << 20; at += 10 * KIB) {
      shouldRead(source, at, 10 * KIB);
    }
    assertThat(fetched).allMatch(range -> range.length() <= 50 * KIB).hasSizeLessThan(60);
    RandomAccessSource none = new ReadAhead(0).of(source(range -> {}), BLOB.length);
    for (int at = 0; at < 100 * KIB; at += 10 * KIB) {
      shouldRead(none, at, 10 * KIB);
    }
  }

  @Test
  void neighbours_asked_for_together_are_one_part_and_others_are_passed_on() throws IOException {
    RandomAccessSource source = ahead(32 << 20);
    List<RandomAccessSource.Range> near =
        List.of(new RandomAccessSource.Range(100, 50), new RandomAccessSource.Range(160, 40));
    assertThat(source.read(near))
        .containsExactly(Arrays.copyOfRange(BLOB, 100, 150), Arrays.copyOfRange(BLOB, 160, 200));
    assertThat(fetched).containsExactly(new RandomAccessSource.Range(100, 100));
    List<RandomAccessSource.Range> far =
        List.of(new RandomAccessSource.Range(1_000_000, 5), new RandomAccessSource.Range(10, 5));
    assertThat(source.read(far))
        .containsExactly(
            Arrays.copyOfRange(BLOB, 1_000_000, 1_000_005), Arrays.copyOfRange(BLOB, 10, 15));
    assertThat(source.read(List.of())).isEmpty();
  }

  @Test
  void blobs_have_rows_and_parts_of_their_own() throws IOException {
    ReadAhead ahead = new ReadAhead(32 << 20);
    RandomAccessSource one = ahead.of(source(range -> {}), BLOB.length);
    RandomAccessSource two = ahead.of(source(range -> {}), BLOB.length);
    for (int at = 0; at < 100 * KIB; at += 10 * KIB) {
      shouldRead(one, at, 10 * KIB);
      shouldRead(two, at, 10 * KIB);
    }
    assertThat(fetched).hasSize(8);
  }

  @Test
  void whoever_wants_what_is_being_fetched_waits_for_it() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    RandomAccessSource source =
        new ReadAhead(32 << 20)
            .of(
                source(
                    range -> {
                      if (range.length() > 10 * KIB) {
                        begun.countDown();
                        await(go);
                      }
                    }),
                BLOB.length);
    Future<?> first =
        threads.submit(
            () -> {
              for (int i = 0; i < 4; i++) {
                shouldRead(source, i * 10 * KIB, 10 * KIB);
              }
              return null;
            });
    begun.await();
    Future<?> second =
        threads.submit(
            () -> {
              shouldRead(source, 40 * KIB, 10 * KIB);
              return null;
            });
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> source.read(50 * KIB, 10)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    go.countDown();
    first.get();
    second.get();
    assertThat(fetched).hasSize(4);
  }

  @Test
  void a_failure_is_its_own_reads_alone() throws IOException {
    boolean[] fails = new boolean[1];
    RandomAccessSource source =
        new ReadAhead(32 << 20)
            .of(
                source(
                    range -> {
                      if (fails[0]) {
                        throw new IOException("cut");
                      }
                    }),
                BLOB.length);
    for (int i = 0; i < 3; i++) {
      shouldRead(source, i * 10 * KIB, 10 * KIB);
    }
    fails[0] = true;
    assertThatThrownBy(() -> source.read(30 * KIB, 10 * KIB)).hasMessage("cut");
    fails[0] = false;
    shouldRead(source, 30 * KIB, 10 * KIB);
    shouldRead(source, 40 * KIB, 10 * KIB);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
