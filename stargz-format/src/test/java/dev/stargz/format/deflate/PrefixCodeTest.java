package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrefixCodeTest {
  /** RFC 1951, 3.2.2: the alphabet ABCDEFGH. */
  @Test
  void the_example_of_the_rfc() {
    byte[] lengths = {3, 3, 3, 3, 3, 2, 4, 4};
    int[] codes = codes(lengths, 0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(Arrays.stream(codes).mapToObj(PrefixCodeTest::text))
        .containsExactly("010", "011", "100", "101", "110", "00", "1110", "1111");
  }

  @Test
  void symbols_without_a_length_have_no_code() {
    byte[] lengths = {0, 1, 0, 1};
    int[] codes = codes(lengths, 0, 1, 3);
    assertThat(codes[0]).isZero();
    assertThat(codes[2]).isZero();
    assertThat(text(codes[1])).isEqualTo("0");
    assertThat(text(codes[3])).isEqualTo("1");
  }

  private static int[] codes(byte[] lengths, int... symbols) {
    int[] codes = new int[lengths.length];
    PrefixCode.assign(lengths, symbols, symbols.length, new int[PrefixCode.MAX_LENGTH + 2], codes);
    return codes;
  }

  private static String text(int code) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < PrefixCode.length(code); i++) {
      text.append(PrefixCode.bits(code) >>> i & 1);
    }
    return text.toString();
  }
}
