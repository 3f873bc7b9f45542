package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long MILLI = 1_000_000;
  private static final String CLEAR = "\r\033[K";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long now = 123_456_789_000L;

  private ProgressLine line(boolean live, OptionalLong sourceSize) {
    return new ProgressLine(new PrintStream(err, true, UTF_8), live, sourceSize, () -> now);
  }

  private ProgressLine live() {
    return line(true, OptionalLong.of(1_000_000));
  }

  private void afterMillis(long millis) {
    now += millis * MILLI;
  }

  private String shown() {
    String shown = err.toString(UTF_8);
    err.reset();
    return shown;
  }

  @Test
  void a_live_line_shows_share_ratio_and_throughput() {
    ProgressLine line = live();
    afterMillis(500);
    line.progress(250_000, 2_000_000, 300_000);
    assertThat(shown())
        .isEqualTo(
            CLEAR + " 25 %  250.0 kB of 1.0 MB read, 300.0 kB written, ratio 0.15, 4.0 MB/s");
  }

  @Test
  void without_the_source_s_size_there_is_no_share() {
    ProgressLine line = line(true, OptionalLong.empty());
    afterMillis(1000);
    line.progress(250_000, 2_000_000, 300_000);
    assertThat(shown()).isEqualTo(CLEAR + "250.0 kB read, 300.0 kB written, ratio 0.15, 2.0 MB/s");
  }

  @Test
  void a_source_of_no_bytes_has_no_share() {
    ProgressLine line = line(true, OptionalLong.of(0));
    afterMillis(1000);
    line.progress(0, 0, 0);
    assertThat(shown()).isEqualTo(CLEAR + "0 B read, 0 B written, ratio 0.00, 0 B/s");
  }

  @Test
  void a_source_that_grows_is_never_more_than_whole() {
    ProgressLine line = live();
    afterMillis(1000);
    line.progress(3_000_000, 0, 0);
    assertThat(shown()).startsWith(CLEAR + "100 %  3.0 MB of 1.0 MB read");
  }

  @Test
  void a_live_line_is_drawn_ten_times_a_second_at_most() {
    ProgressLine line = live();
    afterMillis(99);
    line.progress(1, 1, 1);
    assertThat(shown()).isEmpty();
    afterMillis(1);
    line.progress(1, 1, 1);
    assertThat(shown()).isNotEmpty();
    line.progress(2, 2, 2);
    afterMillis(99);
    line.progress(2, 2, 2);
    assertThat(shown()).isEmpty();
    afterMillis(1);
    line.progress(2, 2, 2);
    assertThat(shown()).isNotEmpty();
  }

  @Test
  void throughput_is_that_since_the_start() {
    ProgressLine line = live();
    for (int i = 1; i <= 10; i++) {
      afterMillis(100);
      line.progress(0, i * 100_000L, 0);
      assertThat(shown()).endsWith(", 1.0 MB/s");
    }
  }

  @Test
  void plain_lines_come_every_five_seconds() {
    ProgressLine line = line(false, OptionalLong.of(1_000_000));
    afterMillis(4999);
    line.progress(1, 1, 1);
    assertThat(shown()).isEmpty();
    afterMillis(1);
    line.progress(500_000, 5_000_000, 400_000);
    assertThat(shown())
        .isEqualTo(
            " 50 %  500.0 kB of 1.0 MB read, 400.0 kB written, ratio 0.08, 1.0 MB/s"
                + System.lineSeparator());
    afterMillis(4999);
    line.progress(500_000, 5_000_000, 400_000);
    assertThat(shown()).isEmpty();
  }

  @Test
  void closing_clears_a_live_line() {
    ProgressLine line = live();
    afterMillis(100);
    line.progress(1, 1, 1);
    shown();
    line.close();
    assertThat(shown()).isEqualTo(CLEAR);
  }

  @Test
  void closing_clears_nothing_where_nothing_was_drawn() {
    live().close();
    assertThat(shown()).isEmpty();
  }

  @Test
  void closing_leaves_plain_lines() {
    ProgressLine line = line(false, OptionalLong.empty());
    afterMillis(5000);
    line.progress(1, 1, 1);
    shown();
    line.close();
    assertThat(shown()).isEmpty();
  }

  @Test
  void numbers_look_the_same_in_every_country() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      ProgressLine line = live();
      afterMillis(100);
      line.progress(250_000, 1, 1);
      assertThat(shown()).startsWith(CLEAR + " 25 %  250.0 kB of 1.0 MB read");
    } finally {
      Locale.setDefault(before);
    }
  }
}
