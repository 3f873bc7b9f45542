package dev.stargz.format.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaxTimeTest {
  private static long floor(String text) {
    return PaxTime.floorSeconds(text.getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "-0.0, 0",
    "-0.000, 0",
    "1, 1",
    "1., 1",
    ".5, 0",
    "-.5, -1",
    "-1., -1",
    "1.999999999999999999, 1",
    "-1.000000000000000001, -2",
    "-1.0, -1",
    "0000000000000000000000001, 1",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, 9223372036854775807",
    "99999999999999999999999999.9, 9223372036854775807",
    "-9223372036854775807, -9223372036854775807",
    "-9223372036854775808, -9223372036854775807",
    "-99999999999999999999999999.9, -9223372036854775807"
  })
  void timesAreRoundedDownAndSaturate(String text, long seconds) {
    assertThat(floor(text)).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "-", "-.", "+1", "1e3", "0x10", " 1", "1 ", "1,5", "--1", "noon"})
  void whatIsNoDecimalNumberIsRefused(String text) {
    assertThatThrownBy(() -> floor(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
