package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.tar;
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

/** Command lines that can't be carried out, and help. */
class UsageTest {
  @TempDir Path directory;

  private CommandFixture command() throws IOException {
    return CommandFixture.in(directory).file("in.tar", tar().file("a", "x").bytes());
  }

  /** What is wrong, and the arguments. */
  static Stream<Arguments> wrong() {
    return Stream.of(wrongLocations(), wrongOptions(), wrongForVerify()).flatMap(each -> each);
  }

  private static Stream<Arguments> wrongLocations() {
    return Stream.of(
        wrong("SRC is missing: expected file:PATH or file:-"),
        wrong("SRC is missing: expected file:PATH or file:-", "--level", "1"),
        wrong("SRC is missing: expected file:PATH or file:-", "--"),
        wrong("SRC 'file:': expected a path behind it, or - for a stream", "file:"),
        wrong("SRC 'in.tar': expected file:PATH or file:-", "in.tar"),
        wrong("SRC '-': expected file:PATH or file:-", "-"),
        wrong("SRC 'ubuntu:24.04': expected file:PATH or file:-", "ubuntu:24.04", "file:out"),
        wrong("DST 'out': expected file:PATH or file:-", "file:in.tar", "out"),
        wrong("DST 'file:': expected a path behind it", "file:in.tar", "file:"),
        wrong("SRC '/tmp/@list': expected file:PATH or file:-", "/tmp/@list"),
        wrong("SRC '@list': expected file:PATH or file:-", "@list"),
        wrong("SRC 'file:a\\x00b': no path of this system", "file:a\0b"),
        wrong("Unmatched argument at index 2: 'file:c'", "file:in.tar", "file:b", "file:c"),
        wrong(
            "DST is missing: the default for file:in.stargz would be that file itself",
            "file:in.stargz"));
  }

  private static Stream<Arguments> wrongOptions() {
    return Stream.of(
        wrong("Unknown option: '--nope'", "--nope", "file:in.tar"),
        wrong("Unknown option: '-x'", "file:in.tar", "-x"),
        wrong(
            "Invalid value for option '--format': expected one of", "--format=zip", "file:in.tar"),
        wrong("Invalid value for option '--format'", "--format=ESTARGZ", "file:in.tar"),
        wrong("Invalid value for option '--progress'", "--progress", "fancy", "file:in.tar"),
        wrong("Invalid value for option '--level': 'six'", "--level", "six", "file:in.tar"),
        wrong("--level: expected 0 to 9, found 10", "--level=10", "file:in.tar"),
        wrong("--level: expected 0 to 9, found -1", "--level=-1", "file:in.tar"),
        wrong("--chunk-size: expected 1 to 268435456, found 0", "--chunk-size=0", "file:in.tar"),
        wrong("--chunk-size: expected 1 to 268435456, found ", "--chunk-size=257m", "file:in.tar"),
        wrong("--chunk-size: expected 1 to", "--chunk-size=999999999m", "file:in.tar"),
        wrong("Invalid value for option '--chunk-size'", "--chunk-size=4g", "file:in.tar"),
        wrong("Invalid value for option '--chunk-size'", "--chunk-size=-1", "file:in.tar"),
        wrong("Invalid value for option '--chunk-size'", "--chunk-size=", "file:in.tar"),
        wrong("--threads: expected 1 to 32767, found 0", "--threads", "0", "file:in.tar"),
        wrong("--threads: expected 1 to 32767, found 99999", "--threads=99999", "file:in.tar"),
        wrong("Missing required parameter for option '--level'", "file:in.tar", "--level"),
        wrong("Missing required parameter for option '--temp-dir'", "file:in.tar", "--temp-dir"),
        wrong("option '--level' (N) should be specified", "--level=1", "--level=2", "file:in.tar"),
        wrong("--json and DST file:- both want stdout", "--json", "file:in.tar", "file:-"),
        wrong("--json and DST file:- both want stdout", "--json", "file:-"));
  }

  private static Stream<Arguments> wrongForVerify() {
    return Stream.of(
        wrong("SRC is missing: expected file:PATH", "verify"),
        wrong("verify can't read a stream: its TOC is last", "verify", "file:-"),
        wrong("SRC 'in.tar': expected file:PATH", "verify", "in.tar"),
        wrong("Unmatched argument at index 1: 'file:b'", "verify", "file:a", "file:b"),
        wrong("Unknown option", "verify", "--level", "file:in.tar"),
        wrong("Unmatched argument at index 1: 'verify'", "verify", "file:in.tar", "verify"));
  }

  private static Arguments wrong(String message, String... args) {
    return Arguments.of(message, List.of(args));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void exits_with_2_and_says_what_is_wrong(String message, List<String> args) throws IOException {
    Result result = command().run(args.toArray(String[]::new));

    String help = args.contains("verify") ? "'stargzify verify --help'" : "'stargzify --help'";
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).hasSize(2);
    assertThat(result.err().get(0)).startsWith("stargzify: " + message);
    assertThat(result.err().get(1)).isEqualTo("Try " + help + ".");
    assertThat(result.files()).containsExactly("in.tar");
  }

  // ---- a command's name

  @Test
  void a_command_s_name_counts_as_the_first_argument_alone() throws IOException {
    assertThat(command().run("-q", "verify", "file:in.tar").err())
        .first()
        .asString()
        .startsWith("stargzify: SRC 'verify': expected file:PATH or file:-");
  }

  @Test
  void behind_two_dashes_a_command_s_name_is_a_source() throws IOException {
    assertThat(command().run("--", "verify", "file:out").err())
        .first()
        .asString()
        .startsWith("stargzify: SRC 'verify': expected file:PATH or file:-");
  }

  @Test
  void behind_two_dashes_there_are_no_options() throws IOException {
    Result result = command().run("--", "file:in.tar", "--json");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).first().asString().startsWith("stargzify: DST '--json': expected");
  }

  @Test
  void behind_two_dashes_source_and_target_are_as_ever() throws IOException {
    Result result = command().run("-q", "--", "file:in.tar", "file:--level");

    assertThat(result.exitCode()).isZero();
    assertThat(result.files()).containsExactly("--level", "in.tar");
  }

  @Test
  void arguments_are_never_read_from_a_file() throws IOException {
    CommandFixture command = command().file("list", "--version");

    Result result = command.run("@" + command.at("list"));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).first().asString().startsWith("stargzify: SRC '@list': expected");
  }

  // ---- help

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help"})
  void help_goes_to_stdout_and_is_no_error(String option) throws IOException {
    Result result = command().run(option);

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(String.join("\n", result.lines()))
        .contains("stargzify [OPTIONS] SRC [DST]", "stargzify verify [OPTIONS] SRC", "Exit codes:");
    assertThat(result.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void help_names_every_option() throws IOException {
    assertThat(String.join("\n", command().run("--help").lines()))
        .contains("--format", "--level", "--chunk-size", "--threads", "--prioritized-files")
        .contains("--skip-unsupported", "--temp-dir", "--progress", "--quiet", "--json")
        .contains("--stacktrace", "--version", "default 6.", "default 4194304.");
  }

  @Test
  void verify_has_its_own_help() throws IOException {
    Result result = command().run("verify", "--help");

    assertThat(result.exitCode()).isZero();
    assertThat(String.join("\n", result.lines()))
        .contains("stargzify verify [OPTIONS] SRC", "--json")
        .doesNotContain("--level");
  }

  @Test
  void help_is_given_even_if_something_is_missing() throws IOException {
    assertThat(command().run("file:gone", "--help").exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version"})
  void the_version_is_one_line(String option) throws IOException {
    assertThat(command().run(option).line()).startsWith("stargzify ");
    assertThat(command().run("verify", option).line()).startsWith("stargzify ");
  }

  // ---- stack traces

  @Test
  void there_is_no_stack_trace_unless_asked_for() throws IOException {
    Result without = command().run("file:gone");
    Result with = command().run("file:gone", "--stacktrace");

    assertThat(without.err()).containsExactly("stargzify: no such file: gone");
    assertThat(with.exitCode()).isEqualTo(1);
    assertThat(with.err().get(0)).isEqualTo("stargzify: no such file: gone");
    assertThat(with.err().get(1)).startsWith("java.nio.file.NoSuchFileException: gone");
    assertThat(with.err()).anyMatch(line -> line.contains("at dev.stargz.cli.Main.run("));
  }

  @Test
  void a_stack_trace_is_plain_text_whatever_the_layer_holds() throws IOException {
    byte[] layer = tar().entry('Z', "a\033[2J").bytes();

    Result result = command().stdin(layer).run("file:-", "file:out", "--stacktrace");

    assertThat(result.err()).hasSizeGreaterThan(3).noneMatch(line -> line.contains("\033"));
  }

  @Test
  void verify_has_stack_traces_too() throws IOException {
    assertThat(command().run("verify", "--stacktrace", "file:in.tar").err())
        .anyMatch(line -> line.contains("at dev.stargz.cli.Main.run("));
  }
}
