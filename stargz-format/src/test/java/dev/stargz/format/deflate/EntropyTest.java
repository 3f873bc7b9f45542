package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EntropyTest {
  @Test
  void counts_of_all_sizes_are_near_the_formula() {
    for (int count = 1; count <= 100_000; count += 1 + count / 5) {
      double exact = count * Math.log(count) / Math.log(2);
      assertThat(Entropy.selfLog(count) / (double) Entropy.UNIT)
          .isCloseTo(exact, within(exact / 100_000 + 0.01));
    }
    assertThat(Entropy.selfLog(0)).isZero();
  }

  @Test
  void a_symbol_costs_less_the_more_there_are_and_one_never_seen_as_half_of_one() {
    assertThat(Entropy.cost(25, 100)).isCloseTo(2 * Entropy.UNIT, within(2));
    assertThat(Entropy.cost(0, 128)).isEqualTo(8 * Entropy.UNIT);
    assertThat(Entropy.cost(60_000, 60_000)).isZero();
  }
}
