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
    return Stream.of(
            wrongLocations(),
            wrongReferences(),
            wrongPairs(),
            wrongOptions(),
            wrongImageOptions(),
            wrongForLayers(),
            wrongCredentials(),
            wrongForVerify())
        .flatMap(each -> each);
  }

  private static Stream<Arguments> wrongLocations() {
    String missing = "SRC is missing: expected an image, such as HOST/NAME:TAG or oci:DIR, or a";
    return Stream.of(
        wrong(missing),
        wrong(missing, "--level", "1"),
        wrong(missing, "--"),
        wrong("SRC 'file:': expected a path behind it, or - for a stream", "file:"),
        wrong("SRC '-': expected an image as HOST/NAME:TAG", "-"),
        wrong("SRC '/tmp/@list': expected an image as", "/tmp/@list"),
        wrong("SRC '@list': expected an image as", "@list"),
        wrong("SRC './in.tar': expected an image as", "./in.tar", "file:out"),
        wrong("SRC 'in.tar': looks like a file: write file:in.tar, or docker://", "in.tar"),
        wrong("DST 'out.tar.gz': looks like a file", "ubuntu", "out.tar.gz"),
        wrong("DST 'file:': expected a path behind it", "file:in.tar", "file:"),
        wrong("SRC 'file:a\\x00b': no path of this system", "file:a\0b"),
        wrong("SRC 'oci:a\\x00b': no path of this system", "oci:a\0b", "x/y"),
        wrong("SRC 'oci:': expected a path behind the first colon", "oci:", "x/y"),
        wrong("SRC 'oci::tag': expected a path behind the first colon", "oci::tag", "x/y"),
        wrong("SRC 'oci:-': a layout is a directory; a stream is oci-archive:-", "oci:-", "x/y"),
        wrong("DST 'oci:-': a layout is a directory", "x/y", "oci:-:t"),
        wrong("DST 'oci-archive:-:': expected a name behind", "x/y", "oci-archive:-:"),
        wrong("Unmatched argument at index 2: 'file:c'", "file:in.tar", "file:b", "file:c"),
        wrong(
            "DST is missing: the default for file:in.stargz would be that file itself",
            "file:in.stargz"));
  }

  private static Stream<Arguments> wrongReferences() {
    return Stream.of(
        wrong("SRC 'Ubuntu': expected an image as", "Ubuntu", "x.y/z"),
        wrong("SRC '': expected an image as", "", "x.y/z"),
        wrong("SRC 'x.y/': expected an image as", "x.y/", "x.y/z"),
        wrong("SRC 'docker://': expected an image as", "docker://", "x.y/z"),
        wrong("SRC 'https://x.y': expected an image as", "https://x.y", "x.y/z"),
        wrong("SRC 'a b': expected an image as", "a b", "x.y/z"),
        wrong("SRC 'ftp://x.y/z': expected an image as", "ftp://x.y/z", "x.y/z"),
        wrong("SRC 'x/y:': '' is no tag: expected up to 128", "x/y:", "x.y/z"),
        wrong("SRC 'x/y:.a': '.a' is no tag", "x/y:.a", "x.y/z"),
        wrong("SRC 'x/y@sha256:1': not a digest: expected sha256:", "x/y@sha256:1", "x.y/z"),
        wrong("SRC 'x/y@md5:00': not a digest", "x/y@md5:00", "x.y/z"),
        wrong("SRC 'docker-daemon:a:b': docker-daemon: isn't read", "docker-daemon:a:b", "x/y"),
        wrong("SRC 'dir:a': dir: isn't read", "dir:a", "x/y"),
        wrong("SRC holds credentials before its '@'", "https://joe:hush@x.y/z", "x/y"),
        wrong("SRC holds credentials before its '@'", "joe:hush@x.y/z", "x/y"),
        wrong("--meta holds credentials", "x/y", "x/z", "--meta", "joe:hush@x.y/z"),
        wrong("SRC holds credentials before its '@', or", "joe:hush@registry.example", "x/y"),
        wrong("SRC holds credentials before its '@', or", "https://joe:hu/sh@x.y/z", "x/y"),
        wrong("SRC holds credentials before its '@', or", "joe:hu@sh@x.y/z" + DIGEST, "x/y"),
        wrong("SRC 'x.y:99999/z': there is no port 99999", "x.y:99999/z", "x/y"),
        wrong("SRC 'x.y/Zed': expected an image as", "x.y/Zed", "x/y"),
        wrong("http://x.y/z:latest: http:// is open to others on", "http://x.y/z", "x/y"),
        wrong("http://x.y/z:latest: http:// is open to others on", "x/y", "http://x.y/z"),
        wrong("http://x.y/z:latest: http:// is", "x/y", "x/z", "--meta", "http://x.y/z"),
        wrong("http://x.y/z:latest: http:// is", "x/y", "x/z", "--reuse-from", "http://x.y/z"));
  }

  private static final String DIGEST = "@sha256:" + "0".repeat(64);

  private static Stream<Arguments> wrongPairs() {
    return Stream.of(
        wrong("DST is missing: expected where to write the image; --upgrade overwrites", "x/y"),
        wrong("DST is missing", "docker-archive:in.tar"),
        wrong("SRC file:in.tar is a layer and DST x/y an image", "file:in.tar", "x/y"),
        wrong("DST file:out is a layer and SRC docker.io/x/y:latest an", "x/y", "file:out"),
        wrong("DST docker.io/x/z" + DIGEST + ": what will be written", "x/y", "x/z" + DIGEST),
        wrong("DST oci:d:" + DIGEST + ": what will be written", "x/y", "oci:d" + DIGEST),
        wrong("SRC and DST are both docker.io/library/u:latest: --upgrade", "u", "docker.io/u"),
        wrong("SRC and DST are both oci:d:t: --upgrade overwrites", "oci:d:t", "oci:d:t"),
        wrong("SRC and DST are both https://X.y/z:1: --up", "x.y/z:1", "https://X.y/z:1"),
        wrong(
            "SRC and DST are both docker.io/x/y:latest", "registry-1.docker.io/x/y", "x/y:latest"),
        wrong("SRC and DST are both oci:d/../d: --upgrade", "oci:./d", "oci:d/../d"),
        wrong(
            "SRC docker-archive:d and DST docker-archive:d:b are the",
            "docker-archive:d",
            "docker-archive:d:b"),
        wrong("--tag y would overwrite SRC: --upgrade", "u/x:y", "u/x:z", "--tag=a", "--tag=y"),
        wrong("--tag: DST docker-archive:f has no name", "u/x", "docker-archive:f", "--tag=a"),
        wrong("--upgrade overwrites SRC: leave DST out", "x/y", "x/z", "--upgrade"),
        wrong("--upgrade: SRC docker.io/x/y" + DIGEST + " has no", "--upgrade", "x/y" + DIGEST),
        wrong("--upgrade: SRC oci:d has no tag to move", "-upgrade", "oci:d"),
        wrong("--upgrade: SRC oci:d:" + DIGEST + " has", "-upgrade", "oci:d" + DIGEST),
        wrong("--upgrade: SRC oci-archive:a:t has no tag", "--upgrade", "oci-archive:a:t"),
        wrong("--upgrade: SRC docker-archive:- has no tag", "--upgrade", "docker-archive:-"),
        wrong("--dry-run without DST: SRC docker-archive:a has", "--dry-run", "docker-archive:a"),
        wrong("--json and DST oci-archive:- both want", "--json", "x/y", "oci-archive:-"),
        wrong("--json and DST docker-archive:-:r both", "--json", "x/y", "docker-archive:-:r"));
  }

  private static Stream<Arguments> wrongOptions() {
    return Stream.of(
        wrong("Unknown option: '--nope'", "--nope", "file:in.tar"),
        wrong("Unknown option: '-x'", "file:in.tar", "-x"),
        wrong(
            "Invalid value for option '--format': expected one of", "--format=zip", "file:in.tar"),
        wrong("Invalid value for option '--format'", "--format=ESTARGZ", "file:in.tar"),
        wrong(
            "Invalid value for option '--deflater': expected one of java, jdk, libdeflate,",
            "--deflater=zip",
            "file:in.tar"),
        wrong("--level: expected 0 to 9, found 10", "--deflater=jdk", "--level=10", "file:in.tar"),
        wrong("Invalid value for option '--progress'", "--progress", "fancy", "file:in.tar"),
        wrong("Invalid value for option '--level': 'six'", "--level", "six", "file:in.tar"),
        wrong("--level: expected 0 to 12, found 13", "--level=13", "file:in.tar"),
        wrong("--level: expected 0 to 12, found -1", "--level=-1", "file:in.tar"),
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

  private static Stream<Arguments> wrongImageOptions() {
    return Stream.of(
        wrong("--backup-tag keeps what --upgrade overwrites", "x/y", "x/z", "--backup-tag=a"),
        wrong("--backup-tag a would be overwritten", "x/y:a", "--upgrade", "--backup-tag=a"),
        wrong("--backup-tag b would be", "x/y:a", "--upgrade", "--backup-tag=b", "--tag=b"),
        wrong("--backup-tag: '-' is no tag", "x/y", "--upgrade", "--backup-tag=-"),
        wrong("--tag: 'a:b' is no tag", "x/y", "x/z", "--tag", "a:b"),
        wrong("--only-platform drops all but --platform", "x/y", "x/z", "--only-platform"),
        wrong("Invalid value for option '--platform'", "x/y", "x/z", "--platform=linux"),
        wrong("Invalid value for option '--platform'", "x/y", "x/z", "--platform=a/b,c"),
        wrong("Invalid value for option '--reuse': expected one of auto, verify, off", "--reuse=x"),
        wrong(
            "Invalid value for option '--attestations': expected one of relink, drop, as-is",
            "--attestations=keep"),
        wrong(
            "--reuse-from and --reuse off contradict",
            "x/y",
            "x/z",
            "--reuse=off",
            "--reuse-from=a"),
        wrong("--reuse-from 'file:a': expected an image", "x/y", "x/z", "--reuse-from=file:a"),
        wrong("--reuse-from can't read a stream", "x/y", "x/z", "--reuse-from=oci-archive:-"),
        wrong("--meta 'file:a': expected an image", "x/y", "x/z", "--meta=file:a"),
        wrong("--meta oci-archive:-: stdout is for the", "x/y", "x/z", "--meta=oci-archive:-"),
        wrong(
            "--meta docker.io/a/b" + DIGEST + ": expected a tag",
            "x/y",
            "x/z",
            "--meta=a/b" + DIGEST),
        wrong("--meta docker.io/x/z:latest would overwrite", "x/y", "x/z", "--meta=x/z"),
        wrong("--meta docker.io/x/y:latest would overwrite", "x/y", "x/z", "--meta=x/y"),
        wrong("--meta https://x.y/z:latest would", "x/y", "x.y/z", "--meta=https://x.y/z:latest"),
        wrong("--meta x.y/z:t would", "x/y", "x.y/z", "--meta=x.y/z:t", "--tag=t"),
        wrong("--meta oci:./d:t would overwrite", "x/y", "oci:d:t", "--meta", "oci:./d:t"),
        wrong(
            "--meta oci-archive:f:b would", "x/y", "oci-archive:f:a", "--meta", "oci-archive:f:b"),
        wrong("--retries: expected 0 to 100, found -1", "x/y", "x/z", "--retries=-1"),
        wrong("--retries: expected 0 to 100, found 101", "x/y", "x/z", "--retries=101"),
        wrong("--timeout: expected 1 to 86400, found 0", "x/y", "x/z", "--timeout=0"),
        wrong("--insecure: no registry is used here", "oci:a", "oci:b", "-insecure"),
        wrong("--ca-file: no registry is used here", "oci:a", "oci:b", "--ca-file=x"),
        wrong("--retries: no registry is used here", "oci:a", "oci-archive:b", "--retries=1"),
        wrong("--level: expected 0 to 12, found 13", "oci:a", "oci:b", "--level=13"),
        wrong("Unknown option: '-upgrad'", "-upgrad", "x/y"));
  }

  /** Each option that is for images alone is refused for layers, by its name. */
  private static Stream<Arguments> wrongForLayers() {
    return Stream.of(
            "--upgrade",
            "--flatten",
            "--insecure",
            "--meta=x/y",
            "--tag=t",
            "--reuse-from=x/y",
            "--from-username=joe",
            "--from-password-stdin",
            "--from-credential-helper=h",
            "--to-username=joe",
            "--to-password-stdin",
            "--to-credential-helper=h",
            "--send-credentials-over-http",
            "--ca-file=f",
            "--platform=linux/amd64",
            "--only-platform",
            "--keep-media-types",
            "--reuse=off",
            "--attestations=drop",
            "--include-foreign",
            "--backup-tag=t",
            "--force",
            "--dry-run",
            "--retries=1",
            "--timeout=1",
            "--referrers-tag")
        .map(
            option ->
                wrong(
                    option.replaceFirst("=.*", "")
                        + " is for images, and SRC file:in.tar is a single layer",
                    "file:in.tar",
                    "file:out",
                    option));
  }

  private static Stream<Arguments> wrongCredentials() {
    return Stream.of(
        wrong("--from-username needs a password: --from-pass", "x/y", "x/z", "--from-username=j"),
        wrong("--to-username needs a password: --to-passw", "x/y", "x/z", "--to-username=j"),
        wrong("--to-password-stdin: there is no password", "x/y", "x/z", "--to-password-stdin"),
        wrong(
            "--from-credential-helper and --from-username contradict",
            "x/y",
            "x/z",
            "--from-username=j",
            "--from-credential-helper=h"),
        wrong(
            "--to-credential-helper and --to-password-stdin contradict",
            "x/y",
            "x/z",
            "--to-password-stdin",
            "--to-credential-helper=h"),
        wrong("--from-username: SRC oci:a is in no registry", "oci:a", "x/z", "--from-username=j"),
        wrong("--to-username: DST oci:a is in no registry", "x/y", "oci:a", "--to-username=j"),
        wrong(
            "--to-password-stdin and SRC docker-archive:- both want stdin",
            "docker-archive:-",
            "x/z",
            "--to-username=j",
            "--to-password-stdin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--to-password=hush", "--password=hush", "--from-token=hush"})
  void a_password_as_an_argument_is_refused_and_not_repeated(String option) throws IOException {
    Result result = command().run("x/y", "x/z", option);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0)).startsWith("stargzify: a password is never an argument");
    assertThat(String.join("", result.err())).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:-", "docker-archive:-", "oci-archive:-:t"})
  void nobody_types_an_archive(String source) throws IOException {
    Result result =
        command().stdinIsTerminal().run(source, "file:-".equals(source) ? "file:out" : "oci:out");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0))
        .isEqualTo("stargzify: SRC " + source + " would be read from the terminal: redirect stdin");
  }

  private static Stream<Arguments> wrongForVerify() {
    return Stream.of(
        wrong("SRC is missing: expected an image, such as HOST/NAME:TAG", "verify"),
        wrong("SRC file:- can't be read: what says where its files are", "verify", "file:-"),
        wrong("SRC 'in.tar': looks like a file", "verify", "in.tar"),
        wrong("--layer is for images", "verify", "--layer=1", "file:in.tar"),
        wrong("--threads: expected 1 to 256, found 257", "verify", "--threads=257", "file:in.tar"),
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
        .startsWith(
            "stargzify: DST file:in.tar is a layer and SRC docker.io/library/verify:latest");
  }

  @Test
  void behind_two_dashes_a_command_s_name_is_a_source() throws IOException {
    assertThat(command().run("--", "verify", "file:out").err())
        .first()
        .asString()
        .startsWith("stargzify: DST file:out is a layer and SRC docker.io/library/verify:latest");
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
        .contains(
            "stargzify [OPTIONS] SRC DST", "stargzify verify [OPTIONS] file:SRC", "Exit codes:");
    assertThat(result.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void help_names_every_option() throws IOException {
    assertThat(String.join("\n", command().run("--help").lines()))
        .contains(
            "--format", "--deflater", "--level", "--chunk-size", "--threads", "--prioritized-files")
        .contains("--skip-unsupported", "--temp-dir", "--progress", "--quiet", "--json")
        .contains("--stacktrace", "--version", "default 6.", "default 4194304.")
        .contains("--upgrade", "-upgrade", "-flatten", "-insecure", "--meta", "--tag")
        .contains("--reuse-from", "--platform", "--digest-file", "--dry-run", "-v");
  }

  @Test
  void help_shows_options_by_theme() throws IOException {
    assertThat(command().run("--help").lines())
        .containsSubsequence(
            "Images:",
            "How layers are written:",
            "Registries:",
            "Output:",
            "General:",
            "Examples:");
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
