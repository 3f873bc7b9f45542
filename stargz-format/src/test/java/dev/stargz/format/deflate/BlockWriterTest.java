package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BlockWriterTest {
  private final BlockWriter writer = new BlockWriter();
  private final DeflateBuffer output = new DeflateBuffer();
  private final Window window = new Window();

  @Test
  void nothing_is_an_empty_block_with_the_fixed_codes() {
    assertThat(write(new byte[0])).containsExactly(3, 0);
  }

  @Test
  void few_bytes_take_the_fixed_codes() {
    byte[] raw = write("aaaab".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(raw[0] & 7).isEqualTo(0b011);
    assertThat(raw).hasSize(7);
  }

  @Test
  void many_of_few_values_take_codes_of_their_own() {
    byte[] raw = write(Samples.TWO_VALUES.bytes(4000, 1));
    assertThat(raw[0] & 7).isEqualTo(0b101);
    assertThat(raw).hasSizeLessThan(800);
  }

  @Test
  void noise_is_stored_in_as_few_blocks_as_there_can_be() {
    byte[] input = Samples.NOISE.bytes(65_535 + 10, 1);
    byte[] raw = write(input);
    assertThat(raw).hasSize(input.length + 2 * 5).startsWith(0, -1, -1, 0, 0);
    assertThat(Arrays.copyOfRange(raw, 5 + 65_535, 10 + 65_535)).containsExactly(1, 10, 0, -11, -1);
  }

  @Test
  void stored_blocks_that_follow_one_another_become_one() {
    byte[] input = Samples.NOISE.bytes(3000, 1);
    window.load(input, 0, input.length);
    writer.start(output, /* ends= */ true);
    for (int from = 0; from < 3000; from += 1000) {
      writeLiterals(from, from + 1000, from == 2000);
    }
    assertThat(output.length()).isEqualTo(3005);
    assertThat(Inflate.inflate(bytes(), 3000)).isEqualTo(input);
  }

  /** A block that saves less than the header of a stored one behind it would cost. */
  @Test
  void little_is_stored_too_if_it_follows_what_is_stored() {
    byte[] input = Samples.NOISE.bytes(126, 1);
    int[] tokens = new int[21];
    for (int i = 0; i < 20; i++) {
      input[100 + i] = (byte) (5 * i);
      tokens[i] = Symbols.literal(input[100 + i]);
    }
    Arrays.fill(input, 120, 126, input[119]);
    tokens[20] = Symbols.match(6, 1);
    window.load(input, 0, input.length);
    writer.start(output, /* ends= */ true);
    writeLiterals(0, 100, false);
    SymbolCounts counts = new SymbolCounts();
    counts.count(tokens, 0, tokens.length);
    writer.write(tokens, tokens.length, counts, window, 100, 126, /* last= */ true);
    assertThat(output.length()).isEqualTo(5 + 126);
    assertThat(Inflate.inflate(bytes(), 126)).isEqualTo(input);
  }

  @Test
  void all_three_kinds_join_at_any_bit() {
    for (int more = 0; more < 16; more++) {
      byte[] input = new byte[2200 + more];
      System.arraycopy(Samples.NOISE.bytes(1000, 1), 0, input, 100, 1000);
      System.arraycopy(Samples.TWO_VALUES.bytes(1000, 1), 0, input, 1200, 1000);
      window.load(input, 0, input.length);
      output.clear();
      writer.start(output, /* ends= */ true);
      writeLiterals(0, 7, false);
      writeLiterals(7, 100, false);
      writeLiterals(100, 1100, false);
      writeLiterals(1100, 1200 + more, false);
      writeLiterals(1200 + more, 2200, false);
      writeLiterals(2200, 2200 + more, true);
      assertThat(Inflate.inflate(bytes(), input.length)).isEqualTo(input);
    }
  }

  private byte[] write(byte[] input) {
    window.load(input, 0, input.length);
    writer.start(output, /* ends= */ true);
    writeLiterals(0, input.length, true);
    byte[] raw = bytes();
    assertThat(Inflate.inflate(raw, input.length)).isEqualTo(input);
    return raw;
  }

  private void writeLiterals(int from, int to, boolean last) {
    int[] tokens = new int[to - from];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Symbols.literal(window.bytes()[from + i]);
    }
    SymbolCounts counts = new SymbolCounts();
    counts.count(tokens, 0, tokens.length);
    writer.write(tokens, tokens.length, counts, window, from, to, last);
  }

  private byte[] bytes() {
    return Arrays.copyOf(output.array(), output.length());
  }
}
