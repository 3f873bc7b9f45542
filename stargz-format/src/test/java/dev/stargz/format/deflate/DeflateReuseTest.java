package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an encoder was used for before changes nothing, in the worst case: tables hold positions
 * modulo 65,536, and what is left in them looks like positions of the very bytes that are encoded.
 *
 * <pre>
 *   positions   0            65,536 + shift
 *               | input | zeros | input |
 * </pre>
 *
 * <p>Zeros take one slot of a table; all others still hold the positions of the first time, which
 * look like those of the second, or like ones a little before or after.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeflateReuseTest {
  private static final int ROUND = 1 << 16;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 9, 12})
  void positions_that_look_near_are_not_found(int level) {
    Random random = new Random(level);
    try (RawDeflater reused = DeflateEngine.java().newDeflater(level)) {
      for (int i = 0; i < 300; i++) {
        int size = 600 + random.nextInt(3000);
        byte[] input =
            i % 2 == 0
                ? Repeats.of(random, size, 1 + random.nextInt(40))
                : Repeats.ofRuns(random, size);
        int shift = random.nextInt(3) == 0 ? 0 : random.nextInt(60) - 30;
        Samples.deflate(reused, input);
        Samples.deflate(reused, new byte[ROUND + shift - input.length]);
        byte[] again = Samples.deflate(reused, input);
        try (RawDeflater fresh = DeflateEngine.java().newDeflater(level)) {
          assertThat(again)
              .as("input %s, moved by %s", i, shift)
              .isEqualTo(Samples.deflate(fresh, input));
        }
      }
    }
  }

  /** Inputs of one or two kinds in turn, so that more is left of the one before than of zeros. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 9, 12})
  void members_that_are_alike_are_encoded_alike_in_any_order(int level) {
    Random random = new Random(level);
    byte[][] inputs = new byte[12][];
    byte[][] expected = new byte[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Repeats.of(new Random(i / 3), 30_000 + i % 3, 2 + i / 3);
      try (RawDeflater fresh = DeflateEngine.java().newDeflater(level)) {
        expected[i] = Samples.deflate(fresh, inputs[i]);
      }
    }
    try (RawDeflater reused = DeflateEngine.java().newDeflater(level)) {
      for (int i = 0; i < 60; i++) {
        int next = random.nextInt(inputs.length);
        assertThat(Samples.deflate(reused, inputs[next])).isEqualTo(expected[next]);
      }
    }
  }
}
