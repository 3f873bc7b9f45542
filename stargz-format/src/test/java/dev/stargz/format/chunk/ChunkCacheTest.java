package dev.stargz.format.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
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
    ChunkCache cache = new ChunkCache(100);
    byte[] first = get(cache, 1, 10);
    assertThat(get(cache, 1, 10)).isSameAs(first);
    assertThat(loaded).containsExactly(1);
  }

  @Test
  void chunks_differ_by_layer_offset_and_inner_offset() throws IOException {
    ChunkCache cache = new ChunkCache(100);
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
    ChunkCache cache = new ChunkCache(30);
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
    ChunkCache cache = new ChunkCache(100);
    for (int i = 0; i < 1000; i++) {
      assertThat(get(cache, i, i * 7 % 130)).hasSize(i * 7 % 130);
      assertThat(cache.bytes()).isBetween(0L, 100L);
    }
    ChunkCache small = new ChunkCache(100);
    get(small, 1, 90);
    get(small, 2, 101);
    assertThat(small.bytes()).as("what has no room drives nothing out").isEqualTo(90);
    ChunkCache none = new ChunkCache(0);
    get(none, 1, 10);
    assertThat(none.bytes()).isZero();
  }

  @Test
  void threads_that_want_one_chunk_wait_for_the_one_that_loads_it() throws Exception {
    ChunkCache cache = new ChunkCache(100);
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
    ChunkCache cache = new ChunkCache(100);
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
    ChunkCache cache = new ChunkCache(100);
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
}
