package dev.stargz.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PipeTest {
  @Test
  void what_is_written_is_read_and_the_result_known_at_its_end() throws IOException {
    try (Pipe<String> pipe =
        Pipe.start(
            "test",
            out -> {
              out.write("x".repeat(3 << 20).getBytes(UTF_8));
              return "result";
            })) {
      assertThat(pipe.input().readAllBytes()).hasSize(3 << 20);
      assertThat(pipe.hasFailed()).isFalse();
      assertThat(pipe.result()).isEqualTo("result");
    }
  }

  /** Of all lengths around those of the buffers, flushed now and then. */
  @Test
  void bytes_come_out_as_they_went_in() throws IOException {
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    try (Pipe<String> pipe =
        Pipe.start(
            "test",
            out -> {
              int length = 0;
              for (int at = 0; at < bytes.length; at += length) {
                length = Math.min(bytes.length - at, 1 + length * 3 % 200_003);
                out.write(bytes, at, length);
                if (length % 2 == 0) {
                  out.flush();
                  out.flush();
                }
              }
              return "";
            })) {
      byte[] read = new byte[bytes.length];
      assertThat(pipe.input().read(read, 0, 0)).isZero();
      read[0] = (byte) pipe.input().read();
      assertThat(pipe.input().readNBytes(read, 1, read.length - 1)).isEqualTo(read.length - 1);
      assertThat(read).isEqualTo(bytes);
      assertThat(pipe.input().read()).isEqualTo(-1);
      assertThat(pipe.input().read()).isEqualTo(-1);
    }
  }

  @Test
  void both_sides_are_at_work_at_once() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (Pipe<String> pipe =
        Pipe.start(
            "test",
            out -> {
              out.write(new byte[1 << 16]);
              return await(read)
                  ? "read"
                  : "interrupted"; // a full buffer is there before more comes
            })) {
      assertThat(pipe.input().readNBytes(1 << 16)).hasSize(1 << 16);
      read.countDown();
      assertThat(pipe.result()).isEqualTo("read");
    }
  }

  @Test
  void an_interrupt_ends_the_reading_side() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (Pipe<Boolean> pipe = Pipe.start("test", out -> await(never))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> pipe.input().read()).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void failures_of_the_writing_side_are_what_they_were() throws IOException {
    Throwable[] failures = {
      new IOException("io"), new IllegalStateException("state"), new OutOfMemoryError("memory")
    };
    for (Throwable failure : failures) {
      try (Pipe<String> pipe = Pipe.start("test", out -> fail(out, failure))) {
        assertThat(pipe.input().readAllBytes()).hasSize(1);
        assertThat(pipe.hasFailed()).isTrue();
        assertThatThrownBy(pipe::result).isSameAs(failure);
      }
    }
  }

  private static String fail(OutputStream out, Throwable failure) throws IOException {
    out.write(1);
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof RuntimeException runtime) {
      throw runtime;
    }
    throw (Error) failure;
  }

  @Test
  void once_it_is_closed_nothing_is_at_work_any_more() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    CountDownLatch started = new CountDownLatch(1);
    Pipe<String> pipe =
        Pipe.start(
            "test",
            out -> {
              started.countDown();
              try {
                out.write(new byte[4 << 20]); // more than fits
              } finally {
                ended.set(true);
              }
              return "never";
            });
    started.await();
    pipe.close();
    assertThat(ended).isTrue();
  }
}
