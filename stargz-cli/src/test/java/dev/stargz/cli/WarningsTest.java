package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is odd about a layer but converted: a line each on stderr, before the summary. */
class WarningsTest {
  @TempDir Path directory;

  /** Name, layer, warning. */
  static Stream<Arguments> oddities() {
    return Stream.of(
        Arguments.of(
            "global PAX records",
            tar().file("a", "x").global(Map.of("mtime", "1")),
            "global PAX records (byte 1024 of the tar) stay in the tar; container engines ignore"
                + " them, and so does the TOC"),
        Arguments.of(
            "extended attributes as LIBARCHIVE alone",
            tar().file("a", "x").pax("LIBARCHIVE.xattr.user.b", "Yg"),
            "entry 'a' has extended attributes as LIBARCHIVE.xattr alone: they stay in the tar, but"
                + " neither container engines nor the TOC show them"),
        Arguments.of(
            "a hard link to what is not there",
            tar().hardlink("link", "gone"),
            "hard link 'link' goes to 'gone', which is not in this layer: other readers of the"
                + " format refuse the whole layer"),
        Arguments.of(
            "an entry below a symbolic link",
            tar().symlink("lib", "usr/lib").file("lib/x", "x"),
            "entry 'lib/x' lies below the symbolic link 'lib'"),
        Arguments.of(
            "data behind the archive's end",
            tar().file("a", "x").end().raw(latin1("data")),
            "bytes behind the archive's two zero blocks were dropped"),
        Arguments.of(
            "a TOC in the source",
            tar().file("./stargz.index.json", "{}"),
            "entry './stargz.index.json' was dropped: the format makes that file itself"),
        Arguments.of(
            "a name with a newline and an escape sequence",
            tar().file("lib/\033[2Jx\r\n", "x").symlink("lib", "usr").file("lib/\033[2Jx\r\n", ""),
            "entry 'lib/\\x1B[2Jx\\r\\n' lies below the symbolic link 'lib'"),
        Arguments.of(
            "a name with an 8-bit escape, and one that is no UTF-8",
            tar().symlink("\u009b2J", "\u0085").file(latin1("\u00c2\u009b2J/\u00ff\t"), latin1("")),
            "entry '\\x9B2J/\\xFF\\t' lies below the symbolic link '\\x9B2J'"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddities")
  void is_a_line_on_stderr(String name, TarFixture layer, String warning) throws IOException {
    Result result =
        CommandFixture.in(directory)
            .file("in.tar", layer.bytes())
            .run("file:in.tar", "file:out.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).hasSize(2).first().isEqualTo("stargzify: warning: " + warning);
    assertThat(result.err().get(1)).startsWith("file:in.tar -> file:out.stargz: ");
    assertThat(result.files()).contains("out.stargz");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddities")
  void is_kept_to_itself_with_quiet(String name, TarFixture layer, String warning)
      throws IOException {
    Result result =
        CommandFixture.in(directory)
            .stdin(layer.bytes())
            .run("-q", "--threads=1", "file:-", "file:out.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.line()).startsWith("sha256:");
  }

  @Test
  void a_layer_without_oddities_has_no_warnings() throws IOException {
    byte[] layer = tar().global(Map.of("comment", "x")).dir("d/").file("d/a", "x").bytes();

    Result result = CommandFixture.in(directory).file("in.tar", layer).run("file:in.tar");

    assertThat(result.err()).singleElement().asString().startsWith("file:in.tar -> ");
  }

  @Test
  void each_oddity_has_its_line_in_the_order_of_the_tar() throws IOException {
    byte[] layer =
        tar()
            .symlink("l", ".")
            .file("l/2", "")
            .file(".prefetch.landmark", "")
            .file("l/1", "")
            .bytes();

    Result result = CommandFixture.in(directory).file("in.tar", layer).run("file:in.tar");

    assertThat(result.err().subList(0, 3))
        .isEqualTo(
            List.of(
                "stargzify: warning: entry 'l/2' lies below the symbolic link 'l'",
                "stargzify: warning: entry '.prefetch.landmark' was dropped: the format makes that"
                    + " file itself",
                "stargzify: warning: entry 'l/1' lies below the symbolic link 'l'"));
  }

  @Test
  void an_error_about_an_entry_with_an_escape_sequence_is_one_plain_line() throws IOException {
    byte[] layer = tar().entry('Z', "a\033]0;title\007\n\u202eb").bytes();

    Result result = CommandFixture.in(directory).file("in.tar", layer).run("file:in.tar");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .singleElement()
        .asString()
        .startsWith("stargzify: file:in.tar: entry 'a\\x1B]0;title\\x07\\n\\u202Eb' (byte 0 of");
  }

  @Test
  void the_name_of_a_file_on_the_command_line_is_one_plain_line_too() throws IOException {
    String name = "in\n\033[31m";
    CommandFixture command = CommandFixture.in(directory).file(name, tar().bytes());

    assertThat(command.run("file:" + name, "file:out").err())
        .singleElement()
        .asString()
        .startsWith("file:in\\n\\x1B[31m -> file:out: ");
    assertThat(command.run("file:gone\033").err())
        .containsExactly("stargzify: no such file: gone\\x1B");
    assertThat(command.run("\033").err())
        .first()
        .asString()
        .startsWith("stargzify: SRC '\\x1B': expected an image as");
  }
}
