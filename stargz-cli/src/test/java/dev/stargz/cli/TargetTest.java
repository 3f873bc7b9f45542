package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DST: there when it is complete, or as it was; and what can't be SRC or DST. */
class TargetTest {
  private static final TarFixture LAYER = tar().file("a", "hello");

  @TempDir Path directory;

  private CommandFixture command() throws IOException {
    return CommandFixture.in(directory).file("in.tar", LAYER.bytes());
  }

  private static byte[] blob() throws IOException {
    return Blobs.convert(LAYER).bytes();
  }

  @Test
  void an_existing_file_is_replaced() throws IOException {
    CommandFixture command = command().file("out", "x".repeat(100_000));

    Result result = command.run("file:in.tar", "file:out");

    assertThat(result.exitCode()).isZero();
    assertThat(command.content("out")).isEqualTo(blob());
    assertThat(result.files()).containsExactly("in.tar", "out");
  }

  @Test
  void an_existing_file_is_whole_until_it_is_replaced() throws IOException {
    CommandFixture command = CommandFixture.in(directory).file("out", "what was there");
    List<List<String>> seen = new ArrayList<>();
    InputStream layer = new Watched(LAYER.stream(), () -> seen.add(command.files()));

    Result result = command.stdin(layer).run("file:-", "file:out");

    assertThat(result.exitCode()).isZero();
    assertThat(seen)
        .isNotEmpty()
        .allSatisfy(
            files -> {
              assertThat(files).hasSize(2).contains("out");
              assertThat(files.get(0)).startsWith(".").endsWith(".tmp");
            });
    assertThat(result.files()).containsExactly("out");
  }

  @Test
  void a_file_s_name_appears_when_it_is_complete() throws IOException {
    CommandFixture command = CommandFixture.in(directory);
    List<List<String>> seen = new ArrayList<>();
    InputStream layer = new Watched(LAYER.stream(), () -> seen.add(command.files()));

    Result result = command.stdin(layer).run("file:-", "file:out");

    assertThat(seen).isNotEmpty().noneMatch(files -> files.contains("out"));
    assertThat(result.files()).containsExactly("out");
  }

  @Test
  void a_source_that_fails_leaves_nothing_behind() throws IOException {
    CommandFixture command = CommandFixture.in(directory);
    InputStream layer =
        new Watched(
            LAYER.stream(),
            () -> {
              throw new IOException("cable pulled");
            });

    Result result = command.stdin(layer).run("file:-", "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).containsExactly("stargzify: cable pulled");
    assertThat(result.files()).isEmpty();
  }

  /** A stream that something is done before each read of. */
  private static final class Watched extends InputStream {
    /** What is done. */
    interface Action {
      void run() throws IOException;
    }

    private final InputStream in;
    private final Action before;

    Watched(InputStream in, Action before) {
      this.in = in;
      this.before = before;
    }

    @Override
    public int read() throws IOException {
      before.run();
      return in.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      before.run();
      return in.read(buffer, offset, Math.min(length, 512));
    }
  }

  @Test
  void a_source_may_be_its_own_target() throws IOException {
    CommandFixture command = command();

    Result result = command.run("file:in.tar", "file:in.tar");

    assertThat(result.exitCode()).isZero();
    assertThat(command.content("in.tar")).isEqualTo(blob());
    assertThat(result.files()).containsExactly("in.tar");
  }

  @Test
  void converting_a_blob_in_place_again_changes_no_byte() throws IOException {
    CommandFixture command = command();
    command.run("file:in.tar", "file:x");

    command.run("file:x", "file:x");

    assertThat(command.content("x")).isEqualTo(blob());
  }

  @Test
  void a_broken_source_that_is_its_own_target_stays() throws IOException {
    byte[] broken = LAYER.bytes();
    broken[0]++;
    CommandFixture command = CommandFixture.in(directory).file("in.tar", broken);

    Result result = command.run("file:in.tar", "file:in.tar");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(command.content("in.tar")).isEqualTo(broken);
    assertThat(result.files()).containsExactly("in.tar");
  }

  // ---- symbolic links

  @Test
  void a_link_s_target_is_replaced_and_the_link_stays() throws IOException {
    CommandFixture command = command().file("real", "old");
    Files.createSymbolicLink(command.path("link"), Path.of("real"));

    Result result = command.run("file:in.tar", "file:link");

    assertThat(result.exitCode()).isZero();
    assertThat(Files.readSymbolicLink(command.path("link"))).isEqualTo(Path.of("real"));
    assertThat(command.content("real")).isEqualTo(blob());
    assertThat(result.files()).containsExactly("in.tar", "link", "real");
  }

  @Test
  void a_link_to_nothing_yet_is_followed_too() throws IOException {
    CommandFixture command = command();
    Files.createSymbolicLink(command.path("link"), Path.of("second"));
    Files.createSymbolicLink(command.path("second"), command.path("real"));

    Result result = command.run("file:in.tar", "file:link");

    assertThat(result.exitCode()).isZero();
    assertThat(command.path("link")).isSymbolicLink();
    assertThat(command.path("second")).isSymbolicLink();
    assertThat(command.content("real")).isEqualTo(blob());
  }

  @Test
  void the_temporary_file_lies_beside_what_the_link_points_to() throws IOException {
    CommandFixture command = CommandFixture.in(directory);
    Path elsewhere = Files.createDirectory(command.path("elsewhere"));
    Files.createSymbolicLink(command.path("link"), elsewhere.resolve("real"));
    List<Integer> seen = new ArrayList<>();
    InputStream layer =
        new Watched(LAYER.stream(), () -> seen.add(CommandFixture.in(elsewhere).files().size()));

    command.stdin(layer).run("file:-", "file:link");

    assertThat(seen).isNotEmpty().containsOnly(1);
    assertThat(CommandFixture.in(elsewhere).files()).containsExactly("real");
  }

  @Test
  void a_source_may_be_a_link() throws IOException {
    CommandFixture command = command();
    Files.createSymbolicLink(command.path("link.tar"), Path.of("in.tar"));

    Result result = command.run("file:link.tar");

    assertThat(result.exitCode()).isZero();
    assertThat(command.content("link.stargz")).isEqualTo(blob());
  }

  // ---- what can't be

  @Test
  void a_directory_is_no_source() throws IOException {
    CommandFixture command = command();
    Files.createDirectory(command.path("d"));

    Result result = command.run("file:d", "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .containsExactly(
            "stargzify: file:d is a directory: expected a tar; 'tar c DIR | stargzify file:- DST'"
                + " packs one");
    assertThat(result.files()).containsExactly("d", "in.tar");
  }

  @Test
  void a_directory_is_no_target() throws IOException {
    CommandFixture command = command();
    Files.createDirectory(command.path("d"));
    Files.createSymbolicLink(command.path("link"), Path.of("d"));

    for (String target : List.of("d", "link")) {
      Result result = command.run("file:in.tar", "file:" + target);

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err())
          .containsExactly(
              "stargzify: file:" + target + " is a directory: expected the name of a file in it");
      assertThat(result.files()).containsExactly("d", "in.tar", "link");
    }
    assertThat(command.path("d")).isEmptyDirectory();
  }

  @Test
  void a_source_that_is_not_there_is_an_error_that_names_it() throws IOException {
    CommandFixture command = command().file("out", "what was there");

    Result result = command.run("file:gone.tar", "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).containsExactly("stargzify: no such file: gone.tar");
    assertThat(command.path("out")).hasContent("what was there");
  }

  @Test
  void a_directory_that_is_not_there_is_not_made() throws IOException {
    Result result = command().run("file:in.tar", "file:nowhere/out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("nowhere").doesNotContain(".tmp");
    assertThat(result.files()).containsExactly("in.tar");
  }

  @Test
  void a_directory_that_may_not_be_written_is_an_error_that_names_it() throws IOException {
    CommandFixture command = command();
    Path closed = Files.createDirectory(command.path("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeThat(Files.isWritable(closed)).as("root may write everywhere").isFalse();

    Result result = command.run("file:in.tar", "file:closed/out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("permission denied", "closed");
    assertThat(closed).isEmptyDirectory();
  }

  @Test
  void a_full_disk_is_an_error_that_names_the_file() throws IOException {
    assumeThat(Path.of("/dev/full")).exists();

    Result result = command().run("file:in.tar", "file:/dev/full");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .singleElement()
        .asString()
        .startsWith("stargzify: file:/dev/full: No space left");
  }

  @Test
  void a_device_is_written_as_it_is() throws IOException {
    assumeThat(Path.of("/dev/null")).exists();

    Result result = command().run("file:in.tar", "file:/dev/null");

    assertThat(result.exitCode()).isZero();
    assertThat(result.line()).isEqualTo(Blobs.convert(LAYER).facts().digest().toString());
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }
}
