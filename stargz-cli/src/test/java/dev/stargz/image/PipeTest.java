package dev.stargz.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
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
