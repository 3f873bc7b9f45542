package dev.stargz.format.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.stargz.format.WriterOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChunkCacheTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Integer> loaded = new ArrayList<>();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  private byte[] get(ChunkCache cache, int number, int size) throws IOException {
    return cache.get(
        new ChunkCache.Key(0, number, 0),
        () -> {
          loaded.add(number);
          return new byte[size];
        });
  }

  @Test
  void a_chunk_is_loaded_once() throws IOException {
    ChunkCache cache = new ChunkCache(100, 0);
    byte[] first = get(cache, 1, 10);
    assertThat(get(cache, 1, 10)).isSameAs(first);
    assertThat(loaded).containsExactly(1);
  }

  @Test
  void chunks_differ_by_layer_offset_and_inner_offset() throws IOException {
    ChunkCache cache = new ChunkCache(100, 0);
    for (ChunkCache.Key key :
        List.of(
            new ChunkCache.Key(0, 1, 2),
            new ChunkCache.Key(1, 1, 2),
            new ChunkCache.Key(0, 2, 2),
            new ChunkCache.Key(0, 1, 1))) {
      assertThat(cache.get(key, () -> new byte[] {(byte) key.hashCode()}))
          .containsExactly(key.hashCode());
    }
    assertThat(cache.bytes()).isEqualTo(4);
  }

  @Test
  void the_chunk_that_was_not_used_for_longest_goes_first() throws IOException {
    ChunkCache cache = new ChunkCache(30, 0);
    get(cache, 1, 10);
    get(cache, 2, 10);
    get(cache, 3, 10);
    get(cache, 1, 10);
    get(cache, 4, 10);
    loaded.clear();
    get(cache, 1, 10);
    get(cache, 3, 10);
    get(cache, 4, 10);
    assertThat(loaded).isEmpty();
    get(cache, 2, 10);
    assertThat(loaded).containsExactly(2);
    assertThat(cache.bytes()).isEqualTo(30);
  }

  @Test
  void it_never_keeps_more_than_it_may() throws IOException {
    ChunkCache cache = new ChunkCache(100, 0);
    for (int i = 0; i < 1000; i++) {
      assertThat(get(cache, i, i * 7 % 130)).hasSize(i * 7 % 130);
      assertThat(cache.bytes()).isBetween(0L, 100L);
    }
    ChunkCache small = new ChunkCache(100, 0);
    get(small, 1, 90);
    get(small, 2, 101);
    assertThat(small.bytes()).as("what has no room drives nothing out").isEqualTo(90);
    ChunkCache none = new ChunkCache(0, 0);
    get(none, 1, 10);
    assertThat(none.bytes()).isZero();
  }

  @Test
  void threads_that_want_one_chunk_wait_for_the_one_that_loads_it() throws Exception {
    ChunkCache cache = new ChunkCache(100, 0);
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ChunkCache.Loader slow =
        () -> {
          loads.incrementAndGet();
          loading.countDown();
          await(go);
          return new byte[3];
        };
    List<Future<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(threads.submit(() -> cache.get(new ChunkCache.Key(0, 0, 0), slow)));
    }
    await(loading);
    assertThat(cache.get(new ChunkCache.Key(0, 1, 0), () -> new byte[1]))
        .hasSize(1); // others aren't held up
    go.countDown();
    for (Future<byte[]> each : all) {
      assertThat(each.get()).isSameAs(all.get(0).get());
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void a_failure_is_its_own_threads_alone() throws Exception {
    ChunkCache cache = new ChunkCache(100, 0);
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<byte[]> failing =
        threads.submit(
            () ->
                cache.get(
                    new ChunkCache.Key(0, 0, 0),
                    () -> {
                      loading.countDown();
                      await(go);
                      throw new IOException("no");
                    }));
    await(loading);
    Future<byte[]> waiting =
        threads.submit(() -> cache.get(new ChunkCache.Key(0, 0, 0), () -> new byte[] {7}));
    go.countDown();
    assertThatThrownBy(failing::get)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no");
    assertThat(waiting.get()).containsExactly(7);
  }

  @Test
  void an_interrupt_ends_waiting() throws Exception {
    ChunkCache cache = new ChunkCache(100, 0);
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<byte[]> slow =
        threads.submit(
            () ->
                cache.get(
                    new ChunkCache.Key(0, 0, 0),
                    () -> {
                      loading.countDown();
                      await(go);
                      return new byte[1];
                    }));
    await(loading);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> cache.get(new ChunkCache.Key(0, 0, 0), () -> new byte[2]))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    go.countDown();
    assertThat(slow.get()).hasSize(1);
  }

  @Test
  void what_the_writer_may_make_can_be_read() {
    assertThat(ChunkReader.MAX_SIZE).isEqualTo(WriterOptions.MAX_CHUNK_SIZE);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- several at once

  private static ChunkCache.Key key(int number) {
    return new ChunkCache.Key(0, number, 0);
  }

  private static List<ChunkCache.Key> keys(int... numbers) {
    return IntStream.of(numbers).mapToObj(ChunkCacheTest::key).toList();
  }

  @Test
  void several_are_loaded_at_once_but_those_that_are_here() throws IOException {
    ChunkCache cache = new ChunkCache(100, 0);
    get(cache, 2, 10);
    List<List<Integer>> loads = new ArrayList<>();
    cache.loadAll(
        keys(1, 2, 3),
        (places, sink) -> {
          loads.add(places);
          places.forEach(place -> sink.put(place, new byte[20 + place]));
        });
    cache.loadAll(keys(3, 2), (places, sink) -> loads.add(places));

    assertThat(loads).containsExactly(List.of(0, 2));
    assertThat(cache.holds(key(1))).isTrue();
    assertThat(get(cache, 3, 0)).hasSize(22);
    assertThat(cache.bytes()).isEqualTo(52);
  }

  @Test
  void what_a_failed_load_has_handed_over_stays_and_the_rest_can_be_loaded() throws IOException {
    ChunkCache cache = new ChunkCache(100, 0);
    assertThatThrownBy(
            () ->
                cache.loadAll(
                    keys(1, 2),
                    (places, sink) -> {
                      sink.put(0, new byte[5]);
                      throw new IOException("cut");
                    }))
        .hasMessage("cut");

    assertThat(cache.holds(key(1))).isTrue();
    assertThat(cache.holds(key(2))).isFalse();
    assertThat(get(cache, 2, 7)).hasSize(7);
  }

  @Test
  void a_chunk_that_is_loaded_with_others_is_waited_for_as_any_other() throws Exception {
    ChunkCache cache = new ChunkCache(100, 0);
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<?> batch =
        threads.submit(
            () -> {
              cache.loadAll(
                  keys(1, 2, 3),
                  (places, sink) -> {
                    loading.countDown();
                    await(go);
                    sink.put(1, new byte[9]);
                  });
              return null;
            });
    await(loading);
    cache.loadAll(keys(3, 4), (places, sink) -> assertThat(places).containsExactly(1));
    Future<byte[]> second = threads.submit(() -> get(cache, 2, 1));
    go.countDown();

    assertThat(second.get()).hasSize(9);
    batch.get();
    assertThat(get(cache, 3, 4)).as("nobody holds what was not handed over").hasSize(4);
  }

  @Test
  void entries_count_too_so_that_tiny_chunks_do_not_fill_the_heap() throws IOException {
    ChunkCache cache = new ChunkCache(1290);
    for (int i = 0; i < 100; i++) {
      get(cache, i, i % 2);
    }
    assertThat(cache.bytes()).isBetween(1290L - 130, 1290L);
    assertThat(IntStream.range(0, 100).filter(i -> cache.holds(key(i))).count()).isEqualTo(10);
  }

  /** Places whose hashes are all the same: each would have to be compared with each. */
  @Test
  void keys_of_one_hash_are_told_apart_fast() {
    ChunkCache cache = new ChunkCache(1 << 30);
    List<ChunkCache.Key> keys =
        IntStream.range(0, 100_000)
            .mapToObj(k -> new ChunkCache.Key(0, 0, ((long) k << 32) | k))
            .toList();
    assertTimeout(
        Duration.ofSeconds(20),
        () ->
            cache.loadAll(
                keys, (places, sink) -> places.forEach(place -> sink.put(place, new byte[0]))));
    assertThat(keys).allMatch(cache::holds);
  }
}
