package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines of {@code ls} and {@code cat} that can't be carried out, and their help. */
class ReadingUsageTest {
  @TempDir Path directory;

  private CommandFixture command() {
    return CommandFixture.in(directory);
  }

  static Stream<Arguments> wrong() {
    String missing = "SRC is missing: expected an image, such as HOST/NAME:TAG or oci:DIR, or a";
    return Stream.of(
        wrong(missing, "ls"),
        wrong(missing, "ls", "-l"),
        wrong(missing, "cat"),
        wrong("PATH is missing: expected which files of SRC", "cat", "file:a"),
        wrong("SRC file:- can't be read: what says", "ls", "-"),
        wrong("PATH is empty: expected a path in SRC", "ls", "file:a", "b", ""),
        wrong("PATH is empty: expected a path in SRC", "cat", "file:a", ""),
        wrong("SRC 'a.stargz': looks like a file", "ls", "a.stargz"),
        wrong("--layer is for images, and SRC file:a is a single", "ls", "--layer=1", "file:a"),
        wrong("--layer is for images", "ls", "--layer=1", "https://x.y/a.stargz"),
        wrong("--platform is for images", "cat", "--platform=linux/amd64", "./a", "b"),
        wrong("--layer: expected 1 for the lowest or more, found 0", "ls", "--layer=0", "oci:a"),
        wrong("Invalid value for option '--layer': 'top'", "ls", "--layer=top", "oci:a"),
        wrong("Invalid value for option '--platform'", "ls", "--platform=linux", "oci:a"),
        wrong("Invalid value for option '--color': expected one of auto", "ls", "--color=no"),
        wrong("--insecure: SRC oci:a is in no registry", "ls", "--insecure", "oci:a"),
        wrong("--username: SRC file:a is in no registry", "ls", "--username=j", "file:a"),
        wrong("--credential-helper is for registries", "ls", "--credential-helper=h", URL),
        wrong("--username needs a password: --password-stdin", "ls", "--username=j", "x.y/z"),
        wrong("--username needs --password-stdin: the environment's", "ls", "--username=j", URL),
        wrong("--retries: expected 0 to 100, found 101", "ls", "--retries=101", "x.y/z"),
        wrong("http://x.y/z:latest: http:// is open to others on", "ls", "http://x.y/z"),
        wrong("", "ls", "http://x.y/z.stargz"),
        wrong("SRC holds credentials before its '@'", "ls", "https://joe:hush@x.y/z.stargz"),
        wrong("Unknown option: '--level=1'", "ls", "--level=1", "file:a"),
        wrong("Unknown option: '--referrers-tag'", "ls", "--referrers-tag", "x.y/z"),
        wrong(
            "a password is never an argument, which others on this machine can read: expected"
                + " --password-stdin",
            "ls",
            "x.y/z",
            "--password=hush"),
        wrong("--json shows all there is", "ls", "--json", "-l", "file:a"),
        wrong("-0 is for names alone", "ls", "-0", "-n", "file:a"),
        wrong("--json: cat writes the files themselves", "cat", "--json", "file:a", "b"));
  }

  private static final String URL = "https://x.y/a.stargz";

  private static Arguments wrong(String message, String... args) {
    return Arguments.of(message, List.of(args));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("wrong")
  void exits_with_2_and_says_what_is_wrong(String message, List<String> args) throws IOException {
    Result result = command().run(args.toArray(String[]::new));

    assertThat(result.exitCode()).as(String.join("\n", result.err())).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).hasSize(2);
    assertThat(result.err().get(0)).startsWith("stargzify: " + message).doesNotContain("hush");
    assertThat(result.err().get(1)).isEqualTo("Try 'stargzify " + args.get(0) + " --help'.");
  }

  @Test
  void nobody_types_an_archive() throws IOException {
    Result result = command().stdinIsTerminal().run("ls", "oci-archive:-");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0))
        .isEqualTo("stargzify: SRC oci-archive:- would be read from the terminal: redirect stdin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ls", "cat"})
  void each_has_its_own_help(String name) throws IOException {
    Result result = command().run(name, "--help");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(String.join("\n", result.lines()))
        .contains("stargzify " + name + " [OPTIONS] SRC", "Exit codes:", "--layer", "--platform")
        .contains("--username", "--password-stdin", "--insecure", "--ca-file", "--retries")
        .doesNotContain("--level", "--from-username", "--referrers-tag");
    assertThat(result.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void a_command_s_own_options_come_first_and_what_all_have_last() throws IOException {
    assertThat(command().run("ls", "--help").lines())
        .containsSubsequence("Listing:", "Source:", "Registries:", "General:", "Examples:");
  }
}
