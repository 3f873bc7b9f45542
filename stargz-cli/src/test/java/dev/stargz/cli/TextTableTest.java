package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columns_are_as_wide_as_their_widest_cells() {
    TextTable table = new TextTable("rll");
    table.add("n", "name", "end");
    table.add("10", "a", "x");
    table.add("7", "longer", "");
    table.add("8");

    assertThat(table.lines())
        .containsExactly(
            " n  name    end", //
            "10  a       x",
            " 7  longer",
            " 8");
  }

  @Test
  void a_cell_is_one_line() {
    TextTable table = new TextTable("l");
    table.add("a\nb");

    assertThat(table.lines()).containsExactly("a\\nb");
  }

  @Test
  void a_table_without_rows_has_no_lines() {
    assertThat(new TextTable("rl").lines()).isEmpty();
  }
}
