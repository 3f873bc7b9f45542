package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymbolsTest {
  /** From the tables of RFC 1951, 3.2.5. */
  @ParameterizedTest
  @CsvSource({
    "3, 257, 0, 0",
    "10, 264, 0, 0",
    "11, 265, 1, 0",
    "12, 265, 1, 1",
    "66, 276, 3, 7",
    "67, 277, 4, 0",
    "227, 284, 5, 0",
    "257, 284, 5, 30",
    "258, 285, 0, 0"
  })
  void lengths_have_the_symbols_of_the_rfc(int length, int symbol, int extraBits, int extra) {
    int info = Symbols.lengthInfo(length);
    assertThat(Symbols.symbol(info)).isEqualTo(symbol);
    assertThat(Symbols.extraBits(info)).isEqualTo(extraBits);
    assertThat(Symbols.lengthExtraBits(symbol)).isEqualTo(extraBits);
    assertThat(Symbols.extra(info)).isEqualTo(extra);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0",
    "4, 3, 0",
    "5, 4, 1",
    "8, 5, 1",
    "256, 15, 6",
    "257, 16, 7",
    "24576, 28, 13",
    "24577, 29, 13",
    "32768, 29, 13"
  })
  void distances_have_the_symbols_of_the_rfc(int distance, int symbol, int extraBits) {
    assertThat(Symbols.distanceSymbol(distance)).isEqualTo(symbol);
    assertThat(Symbols.distanceExtraBits(symbol)).isEqualTo(extraBits);
  }

  @Test
  void each_distance_has_the_symbol_that_its_extra_bits_leave() {
    int symbol = 0;
    int first = 1;
    for (int distance = 1; distance <= Symbols.MAX_DISTANCE; distance++) {
      if (distance == first + (1 << Symbols.distanceExtraBits(symbol))) {
        symbol++;
        first = distance;
      }
      assertThat(Symbols.distanceSymbol(distance)).isEqualTo(symbol);
    }
  }

  @Test
  void a_token_tells_what_it_was_made_of() {
    for (int length = Symbols.MIN_MATCH; length <= Symbols.MAX_MATCH; length++) {
      for (int distance = 1; distance <= Symbols.MAX_DISTANCE; distance += 1 + distance / 7) {
        int token = Symbols.match(length, distance);
        assertThat(Symbols.isLiteral(token)).isFalse();
        assertThat(Symbols.length(token)).isEqualTo(length);
        assertThat(Symbols.distance(token)).isEqualTo(distance);
        assertThat(Symbols.info(token)).isEqualTo(Symbols.lengthInfo(length));
        assertThat(Symbols.distanceSlot(token)).isEqualTo(Symbols.distanceSymbol(distance) + 1);
      }
    }
    for (int value = 0; value < 256; value++) {
      int token = Symbols.literal((byte) value);
      assertThat(Symbols.isLiteral(token)).isTrue();
      assertThat(Symbols.length(token)).isOne();
      assertThat(Symbols.info(token)).isEqualTo(value);
      assertThat(Symbols.distanceSlot(token)).isZero();
    }
  }
}
