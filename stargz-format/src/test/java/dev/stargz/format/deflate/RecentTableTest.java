package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentTableTest {
  /** With the gap behind it, the next input begins 1 MiB further on. */
  private static final int LENGTH = (1 << 20) - Symbols.MAX_DISTANCE;

  private final Window window = new Window();
  private final RecentTable table = new RecentTable();

  @Test
  void a_position_is_found_by_how_far_back_it_is() {
    window.load(new byte[100], 0, 100);
    table.start(window);
    table.put(7, 10);
    assertThat(table.replace(7, 11)).isZero();
    assertThat(table.replace(7, 90)).isEqualTo(78);
  }

  @Test
  void nothing_of_earlier_inputs_is_near_even_when_all_positions_were_used_up() {
    window.load(new byte[LENGTH], 0, LENGTH);
    table.start(window);
    int inputs = 5000; // 4096 of them, 4 GiB, use up an int
    for (int slot = 0; slot < inputs; slot++) {
      table.put(slot, 500);
    }
    for (int slot = 0; slot < inputs; slot++) {
      table.start(window);
      assertThat(table.replace(slot, 501)).isGreaterThanOrEqualTo(Symbols.MAX_DISTANCE);
    }
  }
}
