package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FrequenciesTest {
  @Test
  void the_symbols_that_occur_are_listed_in_order_each_once() {
    Frequencies frequencies = new Frequencies(288);
    for (int symbol : new int[] {287, 3, 64, 3, 63, 128, 0, 287}) {
      frequencies.increment(symbol);
    }
    frequencies.sortUsed();
    assertThat(used(frequencies)).containsExactly(0, 3, 63, 64, 128, 287);
    frequencies.sortUsed();
    assertThat(used(frequencies)).hasSize(6);
  }

  @Test
  void a_cleared_one_is_as_new() {
    Frequencies frequencies = of(3, 0, 500);
    frequencies.clear();
    assertThat(frequencies.counts()).containsOnly(0);
    frequencies.increment(1);
    frequencies.sortUsed();
    assertThat(used(frequencies)).containsExactly(1);
  }

  @Test
  void all_symbols_may_occur() {
    int[] all = new int[288];
    Arrays.fill(all, 2);
    Frequencies frequencies = of(all);
    frequencies.add(of(all));
    assertThat(frequencies.usedCount()).isEqualTo(288);
    assertThat(total(frequencies)).isEqualTo(4 * 288);
  }

  @Test
  void the_bits_are_those_of_all_codes() {
    assertThat(of(3, 0, 500).bits(new byte[] {7, 1, 2})).isEqualTo(3 * 7 + 500 * 2);
  }

  @Test
  void equal_counts_take_the_logarithm_of_their_number() {
    assertThat(of(5, 5, 0, 5, 5).entropy()).isCloseTo(20 * 2 * Entropy.UNIT, within(4));
  }

  @Test
  void the_growth_by_others_is_to_the_entropy_of_the_sum() {
    Frequencies a = of(3, 0, 500, 7000);
    Frequencies b = of(1, 8, 9000, 0);
    int growth = a.entropyGrowth(total(a), b, total(b));
    int before = a.entropy();
    a.add(b);
    assertThat(a.counts()).containsExactly(4, 8, 9500, 7000);
    assertThat(before + growth).isEqualTo(a.entropy()).isEqualTo(of(4, 8, 9500, 7000).entropy());
  }

  /** With that count of each symbol. */
  static Frequencies of(int... counts) {
    Frequencies frequencies = new Frequencies(counts.length);
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (counts[symbol] > 0) {
        frequencies.increment(symbol);
        frequencies.counts()[symbol] = counts[symbol];
      }
    }
    frequencies.sortUsed();
    return frequencies;
  }

  private static int[] used(Frequencies frequencies) {
    return Arrays.copyOf(frequencies.used(), frequencies.usedCount());
  }

  /** All counts together. */
  private static int total(Frequencies frequencies) {
    return Arrays.stream(frequencies.counts()).sum();
  }
}
