package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DeflateBufferTest {
  private final DeflateBuffer buffer = new DeflateBuffer();

  @Test
  void whatIsAppendedStaysWhenTheArrayGrows() {
    byte[] part = new byte[50_000];
    Arrays.fill(part, (byte) 7);
    for (int i = 0; i < 5; i++) {
      buffer.append(part, 0, part.length);
    }
    assertThat(buffer.length()).isEqualTo(250_000);
    assertThat(Arrays.copyOf(buffer.array(), buffer.length())).containsOnly(7);
  }

  @Test
  void numbersAreLittleEndian() {
    buffer.appendIntLe(0x01020304);
    assertThat(Arrays.copyOf(buffer.array(), 4)).containsExactly(4, 3, 2, 1);
  }

  @Test
  void clearingKeepsTheMemory() {
    buffer.reserve(1 << 20);
    byte[] array = buffer.array();
    buffer.clear();
    buffer.append(new byte[1000], 0, 1000);
    assertThat(buffer.array()).isSameAs(array);
  }
}
