package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private static final String OFF = "\033[?7l";
  private static final String ON = "\033[?7h";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Console console(boolean live, int columns) {
    return Console.open(new PrintStream(err, true, UTF_8), live, columns);
  }

  private String shown() {
    String shown = err.toString(UTF_8);
    err.reset();
    return shown;
  }

  @Test
  void a_block_is_drawn_where_the_one_before_was() {
    Console console = console(true, 80);
    console.draw(List.of("a", "b", "c"));
    assertThat(shown()).isEqualTo(OFF + "a\nb\nc" + ON);
    console.draw(List.of("d"));
    assertThat(shown()).isEqualTo("\033[2A\r\033[J" + OFF + "d" + ON);
    console.draw(List.of());
    assertThat(shown()).isEqualTo("\r\033[J");
    console.close();
  }

  @Test
  void lines_appear_above_the_block() {
    Console console = console(true, 80);
    console.draw(List.of("a", "b"));
    shown();
    console.line("done");
    assertThat(shown()).isEqualTo("\033[1A\r\033[Jdone\n" + OFF + "a\nb" + ON);
    console.close();
  }

  @Test
  void nothing_of_the_block_is_left_at_the_end() {
    Console console = console(true, 80);
    console.draw(List.of("a", "b"));
    shown();
    console.close();
    assertThat(shown()).isEqualTo("\033[1A\r\033[J");
    console.draw(List.of("late"));
    console.close();
    assertThat(shown()).isEmpty();
    console.line("still told");
    assertThat(shown()).isEqualTo("still told\n");
  }

  @Test
  void a_block_s_lines_are_cut_to_the_terminal() {
    Console console = console(true, 5);
    console.draw(List.of("123456789", "1234"));
    assertThat(shown()).isEqualTo(OFF + "12345\n1234" + ON);
    console.line("123456789");
    assertThat(shown()).contains("123456789\n");
    console.close();
  }

  @Test
  void without_a_terminal_there_are_lines_alone() {
    Console console = console(false, 80);
    console.draw(List.of("a"));
    console.line("done");
    console.close();
    assertThat(shown()).isEqualTo("done\n");
  }

  @Test
  void what_others_wrote_is_plain_text() {
    Console console = console(true, 80);
    console.line("a\033[2Jb\n");
    assertThat(shown()).isEqualTo("a\\x1B[2Jb\\n\n");
    console.draw(List.of("\033[2J"));
    assertThat(shown()).isEqualTo(OFF + "\\x1B[2J" + ON);
    console.close();
  }
}
