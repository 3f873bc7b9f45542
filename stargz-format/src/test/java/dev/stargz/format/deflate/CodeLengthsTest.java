package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodeLengthsTest {
  @Test
  void the_drawn_example() {
    assertThat(lengths(15, 0, 7, 1, 0, 3, 3, 0)).containsExactly(0, 1, 3, 0, 3, 2, 0);
  }

  @Test
  void without_a_limit_they_are_as_short_as_huffmans() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      int[] frequencies = new int[2 + random.nextInt(286)];
      int bound = 1 << (1 + random.nextInt(12));
      for (int symbol = 0; symbol < frequencies.length; symbol++) {
        frequencies[symbol] = random.nextInt(3) == 0 ? 0 : random.nextInt(bound);
      }
      frequencies[0] = 1;
      frequencies[1] = 2;
      byte[] lengths = lengths(30, frequencies);
      assertThat(bits(frequencies, lengths)).isEqualTo(huffmanBits(frequencies));
      assertThat(space(lengths)).isEqualTo(1L << 30);
    }
  }

  @Test
  void a_limit_is_kept_and_the_code_stays_complete() {
    int[] fibonacci = new int[40];
    fibonacci[0] = 1;
    fibonacci[1] = 1;
    for (int i = 2; i < fibonacci.length; i++) {
      fibonacci[i] = fibonacci[i - 1] + fibonacci[i - 2];
    }
    for (int limit = 6; limit <= 30; limit++) {
      byte[] lengths = lengths(limit, fibonacci);
      assertThat(space(lengths)).isEqualTo(1L << 30);
      for (byte length : lengths) {
        assertThat(length).isBetween((byte) 1, (byte) limit);
      }
    }
  }

  @Test
  void a_limit_costs_little() {
    int[] frequencies = new int[19];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 << (i / 2);
    }
    long best = huffmanBits(frequencies);
    assertThat(bits(frequencies, lengths(7, frequencies))).isBetween(best, best * 103 / 100);
  }

  @Test
  void more_frequent_symbols_are_never_longer() {
    Random random = new Random(2);
    int[] frequencies = random.ints(286, 0, 5000).toArray();
    byte[] lengths = lengths(9, frequencies);
    for (int a = 0; a < 286; a++) {
      for (int b = 0; b < 286; b++) {
        if (frequencies[a] > frequencies[b] && frequencies[b] > 0) {
          assertThat(lengths[a]).isLessThanOrEqualTo(lengths[b]);
        }
      }
    }
  }

  @Test
  void one_symbol_alone_takes_a_bit_and_none_takes_none() {
    assertThat(lengths(15, 0, 0, 9)).containsExactly(0, 0, 1);
    assertThat(lengths(15, 0, 0, 0)).containsExactly(0, 0, 0);
  }

  private static byte[] lengths(int limit, int... frequencies) {
    CodeLengths builder = new CodeLengths(frequencies.length);
    byte[] lengths = new byte[frequencies.length];
    builder.compute(new Frequencies(1), limit, lengths);
    builder.compute(FrequenciesTest.of(frequencies), limit, lengths);
    return lengths;
  }

  private static long bits(int[] frequencies, byte[] lengths) {
    long bits = 0;
    for (int i = 0; i < lengths.length; i++) {
      bits += (long) frequencies[i] * lengths[i];
    }
    return bits;
  }

  /** The share of the code space that is taken, 2 to the 30th for all of it. */
  private static long space(byte[] lengths) {
    long space = 0;
    for (byte length : lengths) {
      space += length == 0 ? 0 : 1L << (30 - Math.min(30, length));
    }
    return space;
  }

  /** The sum of all inner nodes' weights. */
  private static long huffmanBits(int[] frequencies) {
    PriorityQueue<Long> queue = new PriorityQueue<>();
    for (int frequency : frequencies) {
      if (frequency > 0) {
        queue.add((long) frequency);
      }
    }
    long bits = 0;
    while (queue.size() > 1) {
      long joined = queue.remove() + queue.remove();
      bits += joined;
      queue.add(joined);
    }
    return bits;
  }
}
