package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.conformance.Launcher.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./stargzify} on first use and after an edit; in place of Maven stands a script. */
class LauncherBuildTest {
  private static final byte[] LAYER = tar().file("a", "hello").bytes();

  @TempDir Path temp;
  private Path directory;
  private Path bin;
  private Launcher launcher;

  @BeforeEach
  void prepare() throws IOException {
    directory = Files.createDirectory(temp.resolve("here"));
    bin = Files.createDirectory(temp.resolve("bin"));
    launcher =
        Launcher.unbuilt(Files.createDirectory(temp.resolve("root")))
            .with("PATH", bin + ":" + System.getenv("PATH"));
    maven(Launcher.commandsToBuild());
    Files.write(directory.resolve("in.tar"), LAYER);
  }

  /** Makes a command {@code mvn} that counts its calls, shows what it is given, and does that. */
  private void maven(String commands) throws IOException {
    script(
        bin.resolve("mvn"),
        "echo \"$PWD: $*\" >> '" + temp.resolve("calls") + "'",
        "echo 'Maven says this'",
        "echo 'and that' >&2",
        "wc -c", // of stdin, which must be empty
        commands);
  }

  private static void script(Path path, String... lines) throws IOException {
    Files.writeString(path, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> calls() throws IOException {
    Path calls = temp.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private Running.Result convert() throws IOException, InterruptedException {
    return launcher.bash(
        directory,
        "'" + launcher.script() + "' -q file:- file:out < in.tar; ls; cat in.tar | wc -c");
  }

  @Test
  void the_first_use_builds_and_leaves_stdin_and_stdout_to_the_command() throws Exception {
    Running.Result result = convert();

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("sha256:").doesNotContain("Maven says");
    assertThat(result.err())
        .isEqualTo("stargzify: building it first, which takes a minute the first time ...\n");
    assertThat(calls())
        .containsExactly(launcher.root() + ": -B -ntp -Dquick -pl stargz-cli -am package");
    assertThat(launcher.root().resolve("target/launcher.log"))
        .hasContent("Maven says this\nand that\n0");
  }

  @Test
  void the_second_use_builds_nothing() throws Exception {
    convert();

    Running.Result result = convert();

    assertThat(result.err()).isEmpty();
    assertThat(calls()).hasSize(1);
  }

  @Test
  void a_source_newer_than_the_build_is_built_once_more() throws Exception {
    convert();
    Path source = launcher.root().resolve("stargz-format/src/main/java/Source.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));

    convert();

    assertThat(calls()).hasSize(2);
  }

  @Test
  void a_build_with_nothing_to_do_counts_as_one() throws Exception {
    convert();
    maven(":"); // Maven leaves a jar as it is whose classes haven't changed
    Files.setLastModifiedTime(launcher.root().resolve("pom.xml"), FileTime.from(Instant.now()));
    convert();

    convert();

    assertThat(calls()).hasSize(2);
  }

  @Test
  void a_build_that_fails_is_told_and_nothing_is_run() throws Exception {
    maven("exit 1");

    Running.Result result = launcher.run(directory, "file:in.tar", "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("stargzify: building it first")
        .contains("Maven says this\nand that\n")
        .endsWith(
            "stargzify: the build failed; all of Maven's output is in "
                + launcher.root()
                + "/target/launcher.log\n");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void after_a_build_that_failed_the_next_use_builds_again() throws Exception {
    maven("exit 1");
    launcher.run(directory, "--version");
    maven(Launcher.commandsToBuild());

    assertThat(launcher.run(directory, "--version").exitCode()).isZero();
    assertThat(calls()).hasSize(2);
  }

  @Test
  void two_first_uses_at_once_build_once() throws Exception {
    maven("sleep 0.5\n" + Launcher.commandsToBuild());

    Running first = launcher.start(directory, "-q", "file:in.tar", "file:first");
    Running second = launcher.start(directory, "-q", "file:in.tar", "file:second");

    assertThat(first.end().exitCode()).isZero();
    assertThat(second.end().exitCode()).isZero();
    assertThat(calls()).hasSize(1);
  }

  @Test
  void without_maven_the_first_use_says_what_is_needed() throws Exception {
    Path tools = Files.createDirectory(temp.resolve("tools"));
    for (String tool : List.of("readlink", "find", "mkdir", "flock", "locale", "env")) {
      script(tools.resolve(tool), "PATH=/usr/bin:/bin exec " + tool + " \"$@\"");
    }

    Running.Result result = launcher.with("PATH", tools.toString()).run(directory, "--version");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "stargzify: not built yet, and no mvn to build it with: install Maven 3.8 or newer\n");
  }

  @Test
  void a_java_that_is_not_there_is_told() throws Exception {
    Running.Result result = launcher.with("JAVA_HOME", "/nowhere").run(directory, "--version");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("stargzify: JAVA_HOME is /nowhere, but there is no bin/java in it");
    assertThat(calls()).isEmpty();
  }

  @Test
  void a_java_that_is_too_old_is_told() throws Exception {
    Path home = temp.resolve("jdk-11");
    script(Files.createDirectories(home.resolve("bin")).resolve("java"), "echo never started");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");

    Running.Result result = launcher.with("JAVA_HOME", home.toString()).run(directory, "--version");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("is Java 11.0.2; 17 or newer is needed");
  }
}
