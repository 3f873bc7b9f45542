package dev.stargz.format.toc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModTimeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2024-02-29T12:34:56Z",
        "2023-02-28T23:59:59Z",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "2024-01-01T00:00:00.999999999Z",
        "1969-12-31T23:59:59.5Z",
        "2024-01-01T00:00:00+02:00",
        "2024-01-31T00:00:00-00:30"
      })
  void any_way_to_write_a_time_is_read_as_the_platform_reads_it(String text) {
    assertThat(ModTime.parse(text)).isEqualTo(OffsetDateTime.parse(text).toEpochSecond());
  }

  @Test
  void any_time_is_read_back() {
    Random random = new Random(1);
    long first = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    for (int i = 0; i < 10_000; i++) {
      long seconds = random.nextLong(first, last);
      assertThat(ModTime.parse(Instant.ofEpochSecond(seconds).toString())).isEqualTo(seconds);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-01-01T25:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00z0",
        "2024-01-01T00:0a:00Z"
      })
  void what_is_no_time_is_refused(String text) {
    assertThatThrownBy(() -> ModTime.parse(text)).isInstanceOf(DateTimeParseException.class);
  }
}
