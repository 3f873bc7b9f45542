package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WindowTest {
  private final Window window = new Window();

  @Test
  void behind_the_input_are_zeros_whatever_was_there_before() {
    byte[] ones = new byte[200_000];
    Arrays.fill(ones, (byte) -1);
    window.load(ones, 0, ones.length);
    window.load(ones, 50, 1000);
    assertThat(window.end()).isEqualTo(1000);
    assertThat(Window.longAt(window.bytes(), 996)).isEqualTo(0xffff_ffffL);
    assertThat(Window.longAt(window.bytes(), 1000 + Window.PADDING - 8)).isZero();
  }

  @Test
  void common_bytes_are_counted_up_to_the_limit() {
    byte[] input = new byte[100];
    input[60] = 1;
    window.load(input, 0, input.length);
    assertThat(Window.common(window.bytes(), 0, 1, 30)).isEqualTo(30);
    assertThat(Window.common(window.bytes(), 0, 1, 258)).isEqualTo(59);
    assertThat(Window.common(window.bytes(), 0, 60, 258)).isZero();
    assertThat(Window.common(window.bytes(), 0, 61, 39)).isEqualTo(39);
  }
}
