package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code stargzify extract SRC DIR [PATH...]}: what it says, and its exit codes. */
@EnabledOnOs(OS.LINUX)
class ExtractCommandTest {
  private static final TarFixture LAYER =
      tar()
          .dir("d/")
          .file("d/f", "content")
          .file("g", "12345")
          .symlink("s", "g")
          .hardlink("h", "g")
          .file("d/.wh.gone", "");

  @TempDir Path directory;
  private CommandFixture command;
  private String out;

  @BeforeEach
  void setUp() throws IOException {
    command = CommandFixture.in(directory).file("x.stargz", Blobs.convert(LAYER).bytes());
    out = command.at("out");
  }

  @Test
  void a_layer_is_extracted_and_counted() throws IOException {
    Result result = command.run("extract", "--no-same-owner", "file:x.stargz", out);

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .singleElement()
        .asString()
        .matches(
            "file:x.stargz -> out: 3 files \\(12 B\\), 1 directory, 1 symbolic link, 1 hard link,"
                + " .* s, .*/s");
    assertThat(command.path("out/d/f")).hasContent("content");
    assertThat(command.path("out/d/.wh.gone")).exists();
    assertThat(command.path("out/.no.prefetch.landmark")).doesNotExist();
  }

  @Test
  void paths_are_extracted_alone_and_told_as_json() throws IOException {
    Result result =
        command.run(
            "extract", "-q", "--json", "--no-same-owner", "file:x.stargz", out, "/d/f", "s");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(Json.parseObject(result.line()))
        .containsExactly(
            Map.entry("source", "file:x.stargz"),
            Map.entry("target", "out"),
            Map.entry("files", 1L),
            Map.entry("bytes", 7L),
            Map.entry("directories", 1L),
            Map.entry("symbolicLinks", 1L),
            Map.entry("hardLinks", 0L),
            Map.entry("devicesAndPipes", 0L),
            Map.entry("warnings", List.of()));
    assertThat(command.path("out/g")).doesNotExist();
  }

  @Test
  void what_files_go_without_is_a_warning_for_each_kind() throws IOException {
    byte[] blob =
        Blobs.convert(
                tar().symlink("s", "x").xattr("user.a", latin1("1")).xattr("user.b", latin1("1")))
            .bytes();
    command.file("x.stargz", blob);

    Result text = command.run("extract", "--no-same-owner", "file:x.stargz", out);
    Result json = command.run("extract", "--json", "-q", "file:x.stargz", command.at("out2"));

    assertThat(text.exitCode()).isZero();
    assertThat(text.err().get(0))
        .isEqualTo(
            "stargzify: warning: 2 extended attributes were left out (first: user.a of s): the file"
                + " system doesn't hold them");
    assertThat(json.line()).contains("\"kind\":\"unsupported_xattr\",\"count\":2");
  }

  @Test
  void a_directory_with_files_in_it_takes_overwrite() throws IOException {
    Files.createDirectory(command.path("out"));
    command.file("out/g", "old");

    Result refused = command.run("extract", "file:x.stargz", out);
    Result done = command.run("extract", "--overwrite", "file:x.stargz", out);

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .containsExactly(
            "stargzify: out is not empty: expected an empty directory, or a new one; --overwrite"
                + " replaces files of the same names");
    assertThat(done.exitCode()).isZero();
    assertThat(command.path("out/g")).hasContent("12345");
  }

  @Test
  void overlay_shows_what_is_removed_as_devices() throws IOException {
    Result result = command.run("extract", "--overlay-user", "file:x.stargz", out);

    assertThat(result.exitCode()).isZero();
    assertThat(command.path("out/d/.wh.gone")).doesNotExist();
    if (result.err().size() == 1) {
      assertThat(
              Files.getAttribute(
                  command.path("out/d/gone"), "unix:rdev", LinkOption.NOFOLLOW_LINKS))
          .isEqualTo(0L);
    }
  }

  @Test
  void progress_is_drawn_on_a_terminal_and_cleared() throws IOException {
    Result result = command.stderrIsTerminal().run("extract", "file:x.stargz", out);

    assertThat(result.exitCode()).isZero();
    assertThat(result.err().get(result.err().size() - 1)).contains("file:x.stargz -> out: 3 files");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " | SRC is missing: expected an image",
        "file:x.stargz | DIR is missing: expected a directory to extract to",
        "--threads 0 file:x.stargz DIR | --threads: expected 1 or more, found 0",
        "--overlay --overlay-user file:x.stargz DIR | --overlay or --overlay-user: expected one of them",
        "--layer 1 file:x.stargz DIR | --layer is for images",
      })
  void a_command_line_that_makes_no_sense_is_a_usage_error(String line, String message)
      throws IOException {
    String given = line == null ? "" : line.replace("DIR", out);
    String[] args = ("extract " + given).trim().split(" ");

    Result result = command.run(args);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0)).startsWith("stargzify: " + message);
    assertThat(command.path("out")).doesNotExist();
  }

  @Test
  void what_is_not_there_is_an_error() throws IOException {
    assertThat(command.run("extract", "file:x.stargz", out, "nothing").err())
        .containsExactly("stargzify: no such file in the source: nothing");
    assertThat(command.run("extract", "file:gone", out).err())
        .containsExactly("stargzify: no such file: gone");
    assertThat(command.path("out")).doesNotExist();
  }

  @Test
  void names_are_plain_lines() throws IOException {
    command.file(
        "x.stargz", Blobs.convert(tar().file("a\n\033[31m", "").hardlink("h\n", "gone")).bytes());

    assertThat(command.run("extract", "file:x.stargz", out).err())
        .anyMatch(line -> line.startsWith("stargzify: 1 hard link was left out (first: h\\n): "));
  }

  @Test
  void a_hard_link_to_nothing_is_left_out_and_the_exit_code_says_so() throws IOException {
    command.file("x.stargz", Blobs.convert(tar().file("f", "x").hardlink("h", "gone")).bytes());

    Result result = command.run("extract", "-q", "--json", "file:x.stargz", out);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(command.path("out/f")).hasContent("x");
    assertThat(result.err())
        .containsExactly(
            "stargzify: 1 hard link was left out (first: h): what they are links to isn't in this"
                + " layer; the whole image has it");
    assertThat(result.line()).contains("\"kind\":\"hard_link\"");
  }

  /** Removed files would show again where it is mounted. */
  @Test
  void a_mark_of_overlayfs_that_is_left_out_is_a_failure() throws IOException {
    command.file(
        "x.stargz",
        Blobs.convert(tar().dir("d/").xattr("user.overlay.opaque", latin1("y"))).bytes());

    Result overlay = command.run("extract", "-q", "--overlay-user", "file:x.stargz", out);
    Result plain = command.run("extract", "-q", "file:x.stargz", command.at("plain"));

    assertThat(overlay.exitCode()).isEqualTo(1);
    assertThat(overlay.err())
        .singleElement()
        .asString()
        .startsWith(
            "stargzify: 1 mark of removed files was left out (first: user.overlay.opaque of d): ");
    assertThat(plain.exitCode()).isZero();
  }

  /** What it has found can't be told: that is no success. */
  @Test
  void who_closes_the_pipe_before_the_summary_gets_a_failure() throws IOException {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    Result result = command.stdout(closed).run("extract", "--json", "file:x.stargz", out);

    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void owners_may_be_left_out_and_numeric() throws IOException {
    Result result =
        command.run("extract", "--numeric-owner", "--no-same-owner", "file:x.stargz", out);

    assertThat(result.exitCode()).isZero();
  }

  @Test
  void an_empty_path_is_a_usage_error() throws IOException {
    Result result = command.run("extract", "file:x.stargz", out, "");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0)).startsWith("stargzify: PATH is empty");
    assertThat(command.path("out")).doesNotExist();
  }
}
