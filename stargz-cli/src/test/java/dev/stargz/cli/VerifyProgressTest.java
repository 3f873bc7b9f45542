package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VerifyProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final OpenLayer layer =
      new SingleLayer(
          "file:x",
          () -> {
            throw new AssertionError("nobody reads");
          });

  private VerifyProgress progress(boolean live, boolean plain) {
    Console console = Console.open(new PrintStream(err, true, UTF_8), live, 80);
    return new VerifyProgress(console, plain, clock::get);
  }

  @Test
  void on_a_terminal_a_bar_is_drawn_ten_times_a_second_and_goes_away() {
    try (VerifyProgress progress = progress(true, false)) {
      progress.show(layer, 10, 100);
      assertThat(err.toString(UTF_8)).isEmpty();
      clock.addAndGet(SECOND / 10);
      progress.show(layer, 50, 100);
    }
    assertThat(err.toString(UTF_8))
        .contains(" 50 % [##########----------] 50 B of 100 B  file:x")
        .endsWith("\r\033[J");
  }

  @Test
  void plain_is_a_line_each_five_seconds() {
    try (VerifyProgress progress = progress(false, true)) {
      for (int i = 0; i <= 12; i++) {
        progress.show(layer, 10 * i, 120);
        clock.addAndGet(SECOND);
      }
    }
    assertThat(err.toString(UTF_8).lines())
        .containsExactly("file:x: 41 % of 120 B", "file:x: 83 % of 120 B");
  }

  @Test
  void otherwise_nothing_is_said() {
    try (VerifyProgress progress = progress(false, false)) {
      clock.addAndGet(100 * SECOND);
      progress.show(layer, 50, 100);
    }
    assertThat(err.toString(UTF_8)).isEmpty();
  }
}
