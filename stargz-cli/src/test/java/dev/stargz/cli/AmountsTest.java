package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1, 1 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "1049, 1.0 kB",
    "52100000, 52.1 MB",
    "999900, 999.9 kB",
    "999999, 1.0 MB",
    "999949999, 999.9 MB",
    "2147483648, 2.1 GB",
    "1000000000000, 1.0 TB",
    "9223372036854775807, 9223372.0 TB",
  })
  void bytes_have_a_decimal_unit(long bytes, String text) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void a_rate_is_bytes_in_a_second() {
    assertThat(Amounts.rate(41_400_000, 1_000_000_000)).isEqualTo("41.4 MB/s");
    assertThat(Amounts.rate(100, 2_000_000_000)).isEqualTo("50 B/s");
  }

  @Test
  void a_rate_of_no_time_is_a_number_all_the_same() {
    assertThat(Amounts.rate(0, 0)).isEqualTo("0 B/s");
    assertThat(Amounts.rate(1, 0)).isEqualTo("1.0 GB/s");
  }

  @Test
  void seconds_have_one_digit() {
    assertThat(Amounts.seconds(3_140_000_000L)).isEqualTo("3.1 s");
    assertThat(Amounts.seconds(0)).isEqualTo("0.0 s");
  }

  @Test
  void a_ratio_is_a_part_of_the_whole() {
    assertThat(Amounts.ratio(106, 100)).isEqualTo("1.06");
    assertThat(Amounts.ratio(1, 3)).isEqualTo("0.33");
    assertThat(Amounts.ratio(1, 0)).isEqualTo("0.00");
  }

  @Test
  void numbers_look_the_same_in_every_country() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(Amounts.bytes(52_100_000)).isEqualTo("52.1 MB");
      assertThat(Amounts.ratio(106, 100)).isEqualTo("1.06");
    } finally {
      Locale.setDefault(before);
    }
  }
}
