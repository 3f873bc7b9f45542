package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.conformance.Launcher.Running;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code ./stargzify} starts Java: the archive of classes, and which classes are loaded. */
class LauncherStartupTest {
  private static final byte[] LAYER = tar().file("a", "hello").gzip();

  private static final String JAVA =
      "exec '" + System.getProperty("java.home") + "/bin/java' \"$@\"";

  @TempDir Path temp;
  private Path directory;
  private Launcher launcher;

  @BeforeEach
  void prepare() throws IOException {
    directory = Files.createDirectory(temp.resolve("here"));
    Files.write(directory.resolve("in.tar.gz"), LAYER);
    launcher = Launcher.built(Files.createDirectory(temp.resolve("root"))).keepingArchives();
  }

  private void convert(Launcher launcher) throws IOException, InterruptedException {
    Running.Result result = launcher.run(directory, "-q", "file:in.tar.gz", "file:out");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).matches("sha256:[0-9a-f]{64}\n");
    assertThat(result.exitCode()).isZero();
  }

  private List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(launcher.archives())) {
      return files.filter(file -> file.toString().endsWith(".jsa")).sorted().toList();
    }
  }

  /** What a conversion loads: a line for each class, with its origin. */
  private List<String> classes() throws IOException, InterruptedException {
    Path log = temp.resolve("classes");
    convert(launcher.with("STARGZIFY_JAVA_OPTS", "-Xlog:class+load:file=" + log));
    return Files.readAllLines(log);
  }

  private boolean isUsed() throws IOException, InterruptedException {
    return classes().stream()
        .anyMatch(line -> line.contains(" picocli.CommandLine source: shared objects file"));
  }

  /** Makes a directory for {@code JAVA_HOME}, with a script as its command. */
  private static void java(Path home, String... lines) throws IOException {
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path real = Path.of(System.getProperty("java.home"), "release");
    Files.copy(real, home.resolve("release"));
  }

  // ---- the archive

  @Test
  void the_first_use_makes_an_archive_and_the_next_ones_take_it() throws Exception {
    convert(launcher);
    List<Path> archives = archives();
    FileTime made = Files.getLastModifiedTime(archives.get(0));

    assertThat(isUsed()).isTrue();
    assertThat(archives()).isEqualTo(archives).hasSize(1);
    assertThat(Files.getLastModifiedTime(archives.get(0))).isEqualTo(made);
    try (Stream<Path> files = Files.list(launcher.archives())) {
      assertThat(files).as("the archive and whose it is").hasSize(2);
    }
  }

  @Test
  void another_build_makes_it_anew() throws Exception {
    convert(launcher);
    FileTime made = Files.getLastModifiedTime(archives().get(0));
    Path jar = launcher.root().resolve("stargz-cli/target/stargz-cli.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now()));

    assertThat(isUsed()).isTrue();
    assertThat(Files.getLastModifiedTime(archives().get(0))).isGreaterThan(made);
  }

  @Test
  void another_java_makes_its_own() throws Exception {
    Path other = temp.resolve("another-java");
    java(other, JAVA);

    convert(launcher);
    convert(launcher.with("JAVA_HOME", other.toString()));

    assertThat(archives()).hasSize(2);
    assertThat(isUsed()).isTrue();
  }

  @Test
  void one_that_was_cut_is_made_anew() throws Exception {
    convert(launcher);
    Path archive = archives().get(0);
    long size = Files.size(archive);
    archive.toFile().setWritable(true);
    try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
      file.setLength(size / 2);
    }

    assertThat(isUsed()).isTrue();
    assertThat(Files.size(archive)).isGreaterThan(size / 2);
  }

  @Test
  void one_that_is_something_else_is_not_taken_and_not_spoken_of() throws Exception {
    convert(launcher);
    Path archive = archives().get(0);
    archive.toFile().setWritable(true);
    try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
      file.write(new byte[4096]);
    }

    assertThat(isUsed()).isFalse();
  }

  @Test
  void two_first_uses_at_once_leave_one_that_is_whole() throws Exception {
    Running first = launcher.start(directory, "-q", "file:in.tar.gz", "file:first");
    Running second = launcher.start(directory, "-q", "file:in.tar.gz", "file:second");

    assertThat(first.end().exitCode()).isZero();
    assertThat(second.end().exitCode()).isZero();
    assertThat(archives()).hasSize(1);
    assertThat(isUsed()).isTrue();
  }

  @Test
  void a_java_that_can_make_none_is_asked_once() throws Exception {
    Path home = temp.resolve("odd-java");
    Path calls = temp.resolve("calls");
    java(
        home,
        "case \"$*\" in *-Xshare:dump*) echo dump >> '" + calls + "'; echo no >&2; exit 1 ;; esac",
        JAVA);
    Launcher odd = launcher.with("JAVA_HOME", home.toString());

    convert(odd);
    convert(odd);

    assertThat(calls).hasContent("dump");
    assertThat(archives()).isEmpty();
  }

  @Test
  void where_there_is_no_place_for_it_all_works_without() throws Exception {
    Files.createFile(launcher.archives());

    assertThat(isUsed()).isFalse();
  }

  // ---- what the JVM does

  @Test
  void what_the_jvm_says_goes_to_stderr() throws Exception {
    Files.createFile(launcher.archives());

    Running.Result result =
        launcher
            .with("STARGZIFY_JAVA_OPTS", "-Xms48m -Xmx48m -XX:NewSize=64m")
            .run(directory, "-q", "file:in.tar.gz", "file:out");

    assertThat(result.out()).matches("sha256:[0-9a-f]{64}\n");
    assertThat(result.err()).contains("NewSize");
  }

  @Test
  void a_layer_s_conversion_loads_nothing_that_it_has_no_use_for() throws Exception {
    Files.createFile(launcher.archives());

    assertThat(classes())
        .anyMatch(line -> line.contains(" dev.stargz.format.StargzWriter "))
        .noneMatch(line -> line.contains(" com.google."))
        .noneMatch(line -> line.contains(" org.apache.http."))
        .noneMatch(line -> line.contains(" java.net.http."))
        .noneMatch(line -> line.contains(" com.fasterxml.jackson.databind."))
        .noneMatch(line -> line.contains(" dev.stargz.registry."))
        .noneMatch(line -> line.contains(" com.sun.jna."))
        .noneMatch(line -> line.contains(" com.github.luben."));
  }
}
