package dev.stargz.format.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.RandomAccessSource.Range;
import dev.stargz.format.fixture.TarFixture;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ReadAheadInputTest {
  private static final byte[] BYTES = TarFixture.pattern(1000);

  private final List<Range> ranges = new ArrayList<>();

  private final RandomAccessSource source =
      new RandomAccessSource() {
        private final RandomAccessSource bytes = RandomAccessSource.of(BYTES);

        @Override
        public Tail readTail(int length) throws IOException {
          return bytes.readTail(length);
        }

        @Override
        public synchronized List<byte[]> read(List<Range> wanted) throws IOException {
          ranges.addAll(wanted);
          return bytes.read(wanted);
        }

        @Override
        public void close() {}
      };

  @Test
  void all_bytes_come_in_their_order_each_range_once() throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (ReadAheadInput in = new ReadAheadInput(source, 1000, 300, threads)) {
      assertThat(in.readAllBytes()).isEqualTo(BYTES);
    } finally {
      threads.shutdown();
    }
    assertThat(ranges)
        .containsExactly(
            new Range(0, 300), new Range(300, 300), new Range(600, 300), new Range(900, 100));
  }

  @Test
  void the_next_range_is_asked_for_while_one_is_read_and_no_further_one() throws IOException {
    Deque<Runnable> tasks = new ArrayDeque<>();
    try (ReadAheadInput in = new ReadAheadInput(source, 1000, 300, tasks::add)) {
      assertThat(in.read()).isEqualTo(BYTES[0] & 0xff);
      assertThat(tasks).hasSize(2);
      assertThat(ranges).hasSize(1);
      tasks.forEach(Runnable::run);
      assertThat(ranges).containsExactly(new Range(0, 300), new Range(300, 300));
      assertThat(in.readAllBytes()).hasSize(999);
    }
  }

  @Test
  void what_was_not_begun_when_it_is_closed_is_not_fetched() throws IOException {
    Deque<Runnable> tasks = new ArrayDeque<>();
    try (ReadAheadInput in = new ReadAheadInput(source, 1000, 300, tasks::add)) {
      assertThat(in.read(new byte[10], 0, 10)).isEqualTo(10);
    }
    tasks.forEach(Runnable::run);
    assertThat(ranges).containsExactly(new Range(0, 300));
  }

  @Test
  void a_failure_is_thrown_where_its_bytes_would_come() throws IOException {
    try (ReadAheadInput in = new ReadAheadInput(source, 1200, 500, Runnable::run)) {
      assertThat(in.readNBytes(1000)).isEqualTo(BYTES);
      assertThatThrownBy(in::read).isInstanceOf(EOFException.class);
    }
  }
}
