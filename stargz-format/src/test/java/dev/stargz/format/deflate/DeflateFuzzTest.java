package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random inputs at random levels, by encoders that are used again and again: each output inflates
 * to its input, and is what a new encoder makes of it. As a program it runs as long as it is told
 * to: {@code DeflateFuzzTest SECONDS [SEED]}.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeflateFuzzTest {
  private static final int[] LEVELS = {0, 1, 3, 6, 9, 12};

  private final RawDeflater[] reused = new RawDeflater[LEVELS.length];
  private Random random = new Random(1);

  DeflateFuzzTest() {
    for (int i = 0; i < LEVELS.length; i++) {
      reused[i] = DeflateEngine.java().newDeflater(LEVELS[i]);
    }
  }

  @Test
  void random_inputs_inflate_to_themselves() {
    for (int i = 0; i < 400; i++) {
      check(i);
    }
  }

  private void check(int number) {
    byte[] input = input();
    int slot = random.nextInt(LEVELS.length);
    byte[] raw =
        random.nextInt(8) == 0 ? inParts(slot, input) : Samples.deflate(reused[slot], input);
    byte[] output = Inflate.inflate(raw, input.length);
    assertThat(Arrays.equals(output, input)).as("input %s", number).isTrue();
    if (random.nextInt(8) == 0) {
      byte[] again = Samples.deflate(reused[slot], input);
      try (RawDeflater fresh = DeflateEngine.java().newDeflater(LEVELS[slot])) {
        boolean same = Arrays.equals(Samples.deflate(fresh, input), again);
        assertThat(same).as("input %s, by a new encoder", number).isTrue();
      }
    }
  }

  private byte[] input() {
    int size = random.nextInt(1 << random.nextInt(18));
    return switch (random.nextInt(4)) {
      case 0 -> Repeats.ofRuns(random, size);
      case 1 -> Samples.any(random).bytes(size, random.nextLong());
      default -> Repeats.any(random);
    };
  }

  private byte[] inParts(int slot, byte[] input) {
    DeflateBuffer output = new DeflateBuffer();
    int at = 0;
    while (random.nextInt(3) > 0) {
      int size = random.nextInt(input.length - at + 1);
      reused[slot].deflatePart(input, at, size, output);
      at += size;
    }
    reused[slot].deflate(input, at, input.length - at, output);
    return Arrays.copyOf(output.array(), output.length());
  }

  /** Runs for as many seconds and prints how many inputs there were. */
  public static void main(String[] arguments) {
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[0])).toNanos();
    System.out.println("seed " + seed);
    DeflateFuzzTest fuzz = new DeflateFuzzTest();
    fuzz.random = new Random(seed);
    int inputs = 0;
    while (System.nanoTime() < end) {
      fuzz.check(inputs++);
    }
    System.out.println(inputs + " inputs");
  }
}
