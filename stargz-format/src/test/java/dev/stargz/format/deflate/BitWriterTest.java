package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BitWriterTest {
  private final DeflateBuffer output = new DeflateBuffer();
  private final BitWriter writer = new BitWriter();

  @Test
  void bits_fill_bytes_from_the_lowest() {
    writer.start(output);
    writer.reserve(100);
    writer.put(0b1, 1);
    writer.put(0b01, 2);
    writer.put(0b1_0000_0001, 9);
    writer.align();
    writer.put(-1, 32);
    assertThat(bytes()).containsExactly(0b0000_1011, 0b0000_1000, -1, -1, -1, -1);
  }

  @Test
  void aligning_on_a_boundary_writes_nothing() {
    writer.start(output);
    writer.reserve(8);
    writer.align();
    writer.put(7, 8);
    writer.align();
    assertThat(bytes()).containsExactly(7);
  }

  @Test
  void the_longest_token_fits_behind_seven_bits() {
    int[] literals = new int[Symbols.LITERALS];
    Arrays.fill(literals, 15 << 16 | 0x7fff);
    int[] distances = new int[Symbols.DISTANCE_SLOTS];
    Arrays.fill(distances, 15 << 16 | 0x7fff);
    writer.start(output);
    writer.reserve(7 + 48);
    writer.put(0x7f, 7);
    writer.putTokens(new int[] {Symbols.match(257, 1 << 15)}, 1, literals, distances);
    writer.align();
    // 7 + 15 ones, 30 of 5 bits, 15 + 13 ones: 55 bits
    assertThat(bytes()).containsExactly(-1, -1, 0b1011_1111, -1, -1, -1, 0x7f);
  }

  private byte[] bytes() {
    return Arrays.copyOf(output.array(), output.length());
  }
}
