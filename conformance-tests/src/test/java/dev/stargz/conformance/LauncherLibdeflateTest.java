package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.conformance.Launcher.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --deflater libdeflate} as a process: with the library, and without what it takes. */
class LauncherLibdeflateTest {
  @TempDir Path temp;
  private Path directory;
  private Launcher launcher;

  @BeforeEach
  void prepare() throws IOException {
    directory = Files.createDirectory(temp.resolve("here"));
    byte[] noise = new byte[5 << 20];
    new Random(1).nextBytes(noise);
    byte[] layer = tar().file("a", "hello ".repeat(100_000)).file("noise", noise).bytes();
    Files.write(directory.resolve("in.tar"), layer);
    launcher = Launcher.built(Files.createDirectory(temp.resolve("root")));
  }

  private Running.Result convert(Launcher launcher) throws IOException, InterruptedException {
    return launcher.run(directory, "-q", "--deflater=libdeflate", "file:in.tar", "file:out");
  }

  private static void assertFailed(Running.Result result, String... words) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("stargzify: libdeflate ").contains(words);
    assertThat(result.err().lines()).hasSize(1);
  }

  @Test
  void tar_reads_what_it_writes() throws Exception {
    Needs.these("libdeflate");

    Running.Result result = convert(launcher);
    Running.Result tar =
        launcher.bash(
            directory,
            """
            mkdir before after
            tar xf in.tar -C before
            tar xzf out -C after
            ls after
            cmp before/a after/a
            cmp before/noise after/noise
            """);

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(tar.exitCode()).as(tar.err()).isZero();
    assertThat(tar.out().lines()).containsExactly("a", "noise", "stargz.index.json");
  }

  @Test
  void without_jna_it_says_so_in_one_line() throws Exception {
    try (Stream<Path> jars = Files.list(launcher.root().resolve("stargz-cli/target/lib"))) {
      List<Path> jna = jars.filter(jar -> jar.getFileName().toString().startsWith("jna-")).toList();
      assertThat(jna).hasSize(1);
      Files.delete(jna.get(0));
    }

    assertFailed(convert(launcher), "is called through JNA: add the library net.java.dev.jna:jna");
  }

  @Test
  void what_it_can_not_load_it_tells_in_one_line_with_what_to_install() throws Exception {
    Launcher other = launcher.with("STARGZIFY_JAVA_OPTS", "-Djna.nounpack=true");

    assertFailed(convert(other), "can't be loaded (", "install package libdeflate0 (Debian");
  }
}
