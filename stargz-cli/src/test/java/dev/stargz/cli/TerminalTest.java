package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The width of a terminal, as a program tells it. */
class TerminalTest {
  private static final Path NO_TERMINAL = Path.of("/dev/null");

  @TempDir Path directory;

  private OptionalInt answering(String commands) throws IOException {
    Path stty = Files.writeString(directory.resolve("stty"), "#!/bin/sh\n" + commands + "\n");
    Files.setPosixFilePermissions(stty, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Terminal.columns(stty.toString(), NO_TERMINAL);
  }

  @Test
  void is_the_second_number() throws IOException {
    assertThat(answering("[ \"$*\" = size ] && echo 24 132")).hasValue(132);
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo 0 0", "echo", "echo 24", "exit 1", "echo a b", "yes"})
  void is_unknown_where_the_answer_is_none(String commands) throws IOException {
    assertThat(answering(commands)).isEmpty();
  }

  @Test
  void is_unknown_without_the_program_or_the_device() {
    assertThat(Terminal.columns("/nowhere/stty", NO_TERMINAL)).isEmpty();
    assertThat(Terminal.columns("stty", directory.resolve("gone"))).isEmpty();
    assertThat(Terminal.columns("stty", NO_TERMINAL)).isEmpty();
  }

  @Test
  @Timeout(10)
  void is_not_waited_for_long() throws IOException {
    long start = System.nanoTime();

    assertThat(answering("exec sleep 60")).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }
}
