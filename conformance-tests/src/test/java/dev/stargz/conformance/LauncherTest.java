package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.stargz.conformance.Launcher.Running;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./stargzify} as a process: pipes, signals, streams that close early, locales. */
class LauncherTest {
  private static final byte[] LAYER = tar().file("SOMEDIR/hello", "hello\n").bytes();

  @TempDir static Path project;
  private static Launcher launcher;

  @TempDir Path temp;
  private Path directory;

  @BeforeAll
  static void takeWhatIsBuilt() throws IOException {
    launcher = Launcher.built(Files.createDirectory(project.resolve("a project's root")));
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(temp.resolve("here"));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  // ---- what it does

  @Test
  void a_directory_is_packed_converted_and_read_again() throws Exception {
    Running.Result result =
        launcher.bash(
            directory,
            """
            mkdir SOMEDIR && echo hello > SOMEDIR/hello
            tar cz SOMEDIR | stargzify file:- file:layer.stargz
            stargzify verify -q file:layer.stargz > /dev/null
            tar tf layer.stargz
            """);

    Digest digest = Digest.of(Files.readAllBytes(directory.resolve("layer.stargz")));
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            digest.toString(),
            ".no.prefetch.landmark",
            "SOMEDIR/",
            "SOMEDIR/hello",
            "stargz.index.json");
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .startsWith("file:- -> file:layer.stargz: ");
  }

  @Test
  void it_knows_its_version() throws Exception {
    Running.Result result = launcher.run(directory, "--version");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).matches("stargzify \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
    assertThat(result.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, file:in.tar", "1, file:gone", "2, --nope", "2, ''"})
  void the_exit_code_is_the_command_s(int exitCode, String argument) throws Exception {
    file("in.tar", LAYER);

    assertThat(launcher.run(directory, argument).exitCode()).isEqualTo(exitCode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "C.UTF-8", "de_DE.ISO-8859-1", ""})
  void names_of_files_are_utf_8_in_every_locale(String locale) throws Exception {
    Running.Result result =
        launcher.bash(
            directory,
            """
            tar c --files-from /dev/null > 'däs 日.tar'
            env LC_ALL=%s stargzify 'file:däs 日.tar'
            ls
            """
                .formatted(locale));

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).endsWith("däs 日.stargz\ndäs 日.tar\n");
    assertThat(result.err()).startsWith("file:däs 日.tar -> file:däs 日.stargz: ");
  }

  @Test
  void it_may_be_called_through_links_from_anywhere() throws Exception {
    Path bin = Files.createDirectory(project.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), Path.of("second"));
    Files.createSymbolicLink(bin.resolve("second"), launcher.script());

    Running.Result result = launcher.bash(directory, "'" + bin + "'/first --version");

    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx48m -XX:+UseParallelGC", "-Xmx48m", "-XX:MaxHeapSize=48m"})
  void options_for_java_come_last(String options) throws Exception {
    Running.Result result =
        launcher
            .with("STARGZIFY_JAVA_OPTS", options + " -XshowSettings:vm")
            .run(directory, "--version");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).containsPattern("Max. Heap Size[^:]*: 4[68]\\.");
  }

  @Test
  void nothing_is_left_in_the_directory_for_temporary_files() throws Exception {
    Path tmp = Files.createDirectory(temp.resolve("tmp"));
    file("in.tar", LAYER);
    file("first", "SOMEDIR/hello".getBytes(UTF_8));

    Running.Result result =
        launcher
            .with("TMPDIR", tmp.toString())
            .with("STARGZIFY_JAVA_OPTS", "-Djava.io.tmpdir=" + tmp)
            .run(directory, "--prioritized-files", "first", "file:in.tar", "file:out");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(tmp).isEmptyDirectory();
  }

  // ---- streams

  @Test
  void stdout_that_closes_early_is_an_error_and_no_hang() throws Exception {
    file("in.tar", tar().file("noise", noise(4 << 20)).bytes());

    Running.Result result =
        launcher.bash(
            directory,
            "stargzify file:in.tar file:- | head -c 10 | wc -c || echo ${PIPESTATUS[*]}");

    assertThat(result.out().lines().map(String::strip)).containsExactly("10", "1 0 0");
    assertThat(result.err()).isEqualTo("stargzify: stdout: Broken pipe\n");
    assertThat(files()).containsExactly("in.tar");
  }

  @Test
  void a_digest_that_nobody_takes_is_an_error() throws Exception {
    file("in.tar", LAYER);

    Running.Result result = launcher.bash(directory, "stargzify file:in.tar > /dev/full");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).endsWith("stargzify: stdout: No space left on device\n");
  }

  @Test
  void a_source_that_ends_early_leaves_nothing_behind() throws Exception {
    file("in.tar", tar().file("noise", noise(4 << 20)).gzip());

    Running.Result result =
        launcher.bash(directory, "head -c 1000000 in.tar | stargzify file:- file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "stargzify: file:-: entry 'noise' (byte 1000000 of the source): the data ends inside a"
                + " gzip member\n");
    assertThat(files()).containsExactly("in.tar");
  }

  @Test
  void pipes_with_a_name_are_source_and_target_like_files() throws Exception {
    file("in.tar", LAYER);

    Running.Result result =
        launcher.bash(
            directory,
            """
            stargzify -q file:in.tar file:out
            stargzify -q file:<(cat in.tar) file:/dev/stderr 2>&1 > digest | cat > second
            mkfifo pipe; cat pipe > third & stargzify -q file:in.tar file:pipe; wait
            cat digest; cmp out second; cmp out third; test -p pipe
            """);

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines()).hasSize(3);
    assertThat(result.out().lines().distinct()).hasSize(1);
  }

  @Test
  void no_blob_is_written_to_a_terminal() throws Exception {
    assumeThat(Path.of("/usr/bin/script")).isExecutable();
    file("in.tar", LAYER);

    Running.Result result =
        launcher.bash(directory, "script -qec 'stargzify file:in.tar file:-' /dev/null");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).contains("would write a blob to the terminal");
  }

  @Test
  void on_a_terminal_a_line_shows_how_far_it_is() throws Exception {
    assumeThat(Path.of("/usr/bin/script")).isExecutable();
    Running running =
        launcher.startBash(
            directory,
            """
            mkfifo pipe; exec 3<&0; cat <&3 > pipe &
            script -qec 'stargzify file:- file:out < pipe' /dev/null < /dev/null
            """);

    feed(running, "\r\033[K");

    Running.Result result = running.end();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains(" read, ", "\r\033[Kfile:- -> file:out: ", "\nsha256:");
  }

  @Test
  void plain_progress_is_a_line_every_five_seconds() throws Exception {
    long start = System.nanoTime();
    Running running = launcher.start(directory, "--progress=plain", "file:-", "file:out");

    feed(running, " read, ");

    assertThat(System.nanoTime() - start).isGreaterThan(5_000_000_000L);
    Running.Result result = running.end();
    assertThat(result.err()).matches("[0-9.]+ k?B read, .* written, .*B/s\nfile:- -> .*\n");
  }

  /** Feeds one entry after the other until something is printed. */
  private static void feed(Running running, String until) throws Exception {
    byte[] entry = tar().file("x", "").entries();
    running.await(
        () -> {
          running.stdin().write(entry);
          running.stdin().flush();
          return running.printed().contains(until);
        });
  }

  // ---- signals

  /** Starts a conversion and feeds it until a part of the blob is written. */
  private Running startedConversion(String... args) throws Exception {
    Running running = launcher.start(directory, args);
    OutputStream stdin = running.stdin();
    byte[] layer = tar().file("noise", noise(8 << 20)).bytes();
    stdin.write(layer, 0, layer.length - 4096);
    stdin.flush();
    running.await(this::isPartlyWritten);
    return running;
  }

  private boolean isPartlyWritten() throws IOException {
    for (String name : files()) {
      if (name.endsWith(".tmp") && Files.size(directory.resolve(name)) > 1_000_000) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  void a_signal_ends_it_at_once_and_leaves_no_file(String signal, int exitCode) throws Exception {
    Running running = startedConversion("--chunk-size=100k", "file:-", "file:out");

    running.signal(signal);

    assertThat(running.endWithin(3).exitCode()).isEqualTo(exitCode);
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void a_signal_leaves_an_existing_target_as_it_was(String signal) throws Exception {
    file("out", "what was there".getBytes(UTF_8));
    Running running = startedConversion("--chunk-size=100k", "file:-", "file:out");

    running.signal(signal);

    running.endWithin(3);
    assertThat(files()).containsExactly("out");
    assertThat(directory.resolve("out")).hasContent("what was there");
  }

  @Test
  void what_is_killed_leaves_no_file_under_the_final_name() throws Exception {
    Running running = startedConversion("--chunk-size=100k", "file:-", "file:out");

    running.signal("KILL");

    assertThat(running.endWithin(3).exitCode()).isEqualTo(137);
    assertThat(files()).hasSize(1).doesNotContain("out");
  }

  @Test
  void what_a_killed_run_left_is_no_obstacle_to_the_next() throws Exception {
    Running running = startedConversion("--chunk-size=100k", "file:-", "file:out");
    running.signal("KILL");
    running.endWithin(3);
    file("in.tar", LAYER);

    assertThat(launcher.run(directory, "file:in.tar", "file:out").exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "KILL"})
  void a_spool_is_gone_however_it_ends(String signal) throws Exception {
    Path spool = Files.createDirectory(temp.resolve("spool"));
    Path list = Files.writeString(temp.resolve("list"), "noise");
    Running running =
        launcher.start(
            directory,
            "--temp-dir",
            spool + "",
            "--prioritized-files",
            list + "",
            "file:-",
            "file:o");
    byte[] layer = tar().file("noise", noise(8 << 20)).bytes();
    running.stdin().write(Arrays.copyOf(layer, layer.length - 4096));
    running.stdin().flush();
    running.await(() -> !files().isEmpty());

    running.signal(signal);

    running.endWithin(3);
    assertThat(spool).isEmptyDirectory();
    assertThat(files()).doesNotContain("o");
  }
}
