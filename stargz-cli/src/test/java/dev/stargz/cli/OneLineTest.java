package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {
  @Test
  void what_turns_or_ends_a_line_unseen_is_shown() {
    assertThat(OneLine.of("a\u202eb\u2028c\u200bd\ufeff"))
        .isEqualTo("a\\u202Eb\\u2028c\\u200Bd\\uFEFF");
  }

  @Test
  void plain_text_stays_as_it_is() {
    assertThat(OneLine.of("")).isEmpty();
    assertThat(OneLine.of("usr/bin/x y\\n\u00e9\u65e5\ud83d\ude00"))
        .isEqualTo("usr/bin/x y\\n\u00e9\u65e5\ud83d\ude00");
  }

  @Test
  void ends_of_lines_and_tabs_have_names() {
    assertThat(OneLine.of("a\nb\r\nc\td")).isEqualTo("a\\nb\\r\\nc\\td");
  }

  @Test
  void other_control_characters_are_numbers() {
    assertThat(OneLine.of("\0\007\033[31m\177\u0080\u009b1m"))
        .isEqualTo("\\x00\\x07\\x1B[31m\\x7F\\x80\\x9B1m");
  }

  @Test
  void no_control_character_is_left() {
    for (char c = 0; c < 0x100; c++) {
      assertThat(OneLine.of("<" + c + ">").chars()).noneMatch(Character::isISOControl);
    }
  }

  @Test
  void half_a_character_is_no_error() {
    assertThat(OneLine.of("a\ud83d")).isEqualTo("a\ud83d");
  }

  @Test
  void for_a_program_only_what_would_end_or_move_the_line_is_escaped() {
    assertThat(OneLine.ofControls("a\nb\033c\u200dd\u00e9")).isEqualTo("a\\nb\\x1Bc\u200dd\u00e9");
    assertThat(OneLine.ofControls("a b")).isEqualTo("a b");
  }
}
