package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EntropyTest {
  @Test
  void equal_counts_take_the_logarithm_of_their_number() {
    assertThat(Entropy.of(new int[] {5, 5, 0, 5, 5}, 5))
        .isCloseTo(20 * 2 * Entropy.UNIT, within(4));
  }

  @Test
  void counts_of_all_sizes_are_near_the_formula() {
    for (int count = 1; count < 1 << 16; count += 1 + count / 5) {
      int[] counts = {count, 1000, 3};
      double total = count + 1003;
      double bits = 0;
      for (int c : counts) {
        bits += c * Math.log(total / c) / Math.log(2);
      }
      assertThat(Entropy.of(counts, 3) / (double) Entropy.UNIT)
          .isCloseTo(bits, within(bits / 10_000 + 0.1));
    }
  }

  @Test
  void a_sum_is_the_sum() {
    int[] a = {3, 0, 500, 7000};
    int[] b = {1, 8, 9000, 2};
    assertThat(Entropy.ofSum(a, b, 4)).isEqualTo(Entropy.of(new int[] {4, 8, 9500, 7002}, 4));
  }

  @Test
  void a_symbol_costs_less_the_more_there_are_and_one_never_seen_as_half_of_one() {
    assertThat(Entropy.cost(25, 100)).isCloseTo(2 * Entropy.UNIT, within(2));
    assertThat(Entropy.cost(0, 128)).isEqualTo(8 * Entropy.UNIT);
    assertThat(Entropy.cost(60_000, 60_000)).isZero();
  }
}
