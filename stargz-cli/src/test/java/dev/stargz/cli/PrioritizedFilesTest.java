package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --prioritized-files}: the list as it is read, and what the command makes of it. */
class PrioritizedFilesTest {
  private static final TarFixture LAYER =
      tar().dir("d/").file("d/a", "A").file("d/b", "B").file("c", "C");

  private static final List<String> B_FIRST =
      List.of("d/", "d/b", ".prefetch.landmark", "d/a", "c");

  @TempDir Path directory;

  private CommandFixture command() throws IOException {
    return CommandFixture.in(directory).file("in.tar", LAYER.bytes());
  }

  private List<EntryName> read(byte[] list) throws IOException {
    return PrioritizedFiles.read(Files.write(directory.resolve("list"), list));
  }

  // ---- the list

  @Test
  void a_record_may_begin_with_blanks() throws IOException {
    Path file = Files.writeString(directory.resolve("list"), "\n {\"path\":\"a/b\"}\n");

    assertThat(PrioritizedFiles.read(file)).containsExactly(EntryName.of("a/b"));
  }

  @Test
  void a_list_has_a_path_a_line() throws IOException {
    assertThat(read(latin1("a\nb c\n\n./d/\n/e")))
        .containsExactly(
            EntryName.of("a"), EntryName.of("b c"), EntryName.of("./d/"), EntryName.of("/e"));
  }

  @Test
  void a_list_with_a_nul_byte_has_a_path_between_nuls() throws IOException {
    assertThat(read(latin1("a\nb\0c\0\0d\n")))
        .containsExactly(EntryName.of("a\nb"), EntryName.of("c"), EntryName.of("d\n"));
  }

  @Test
  void paths_are_bytes() throws IOException {
    assertThat(read(latin1("\u00ff\u00aa\r\n")))
        .containsExactly(EntryName.of(latin1("\u00ff\u00aa\r")));
  }

  @Test
  void a_list_may_be_empty() throws IOException {
    assertThat(read(new byte[0])).isEmpty();
    assertThat(read(latin1("\n\n"))).isEmpty();
    assertThat(read(latin1("\0"))).isEmpty();
  }

  // ---- the command

  @ParameterizedTest(name = "list {index}")
  @ValueSource(strings = {"d/b", "d/b\n", "./d/b\n\n", "/d/b\0", "d/./b", "d/b\nd/b\n"})
  void what_is_listed_goes_first_behind_its_directory(String list) throws IOException {
    CommandFixture command = command().file("list", list);

    Result result =
        command.run("--prioritized-files", command.at("list"), "file:in.tar", "file:out");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).hasSize(1);
    assertThat(command.toc("out")).isEqualTo(B_FIRST);
    assertThat(command.run("verify", "file:out").exitCode()).isZero();
  }

  @Test
  void a_list_of_names_that_are_no_utf_8_is_understood() throws IOException {
    byte[] layer = tar().file("a", "A").file(latin1("\u00ff\n"), latin1("B")).bytes();
    CommandFixture command =
        CommandFixture.in(directory).stdin(layer).file("list", latin1("\u00ff\n\0"));

    Result result = command.run("--prioritized-files", command.at("list"), "file:-", "file:out");

    assertThat(result.err()).hasSize(1);
    assertThat(command.toc("out")).containsExactly("\\xFF\n", ".prefetch.landmark", "a");
  }

  @Test
  void what_is_not_in_the_layer_is_a_warning_each() throws IOException {
    CommandFixture command = command().file("list", "gone\nd/b\nd/\033\n");

    Result result =
        command.run("--prioritized-files", command.at("list"), "file:in.tar", "file:out");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err())
        .hasSize(3)
        .contains(
            "stargzify: warning: prioritized file 'gone' is not in the layer",
            "stargzify: warning: prioritized file 'd/\\x1B' is not in the layer");
    assertThat(command.toc("out")).isEqualTo(B_FIRST);
  }

  @Test
  void what_must_stay_is_a_warning() throws IOException {
    byte[] layer = tar().file("a", "1").file("a", "2").bytes();
    CommandFixture command = CommandFixture.in(directory).stdin(layer).file("list", "a");

    Result result = command.run("--prioritized-files", command.at("list"), "file:-", "file:out");

    assertThat(result.err())
        .first()
        .isEqualTo(
            "stargzify: warning: prioritized file 'a' stays where it is: 'a' occurs more than once"
                + " in the layer");
  }

  @Test
  void an_empty_list_is_none() throws IOException {
    CommandFixture command = command().file("list", "\n");

    command.run("--prioritized-files", command.at("list"), "file:in.tar", "file:out");

    assertThat(command.content("out")).isEqualTo(Blobs.convert(LAYER).bytes());
  }

  @Test
  void a_list_that_is_not_there_is_an_error_before_anything_is_written() throws IOException {
    CommandFixture command = command();

    Result result =
        command.run("--prioritized-files", command.at("list"), "file:in.tar", "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).containsExactly("stargzify: no such file: list");
    assertThat(result.files()).containsExactly("in.tar");
  }

  @Test
  void a_list_that_is_a_directory_is_an_error_that_names_it() throws IOException {
    CommandFixture command = command();
    Files.createDirectory(command.path("list"));

    Result result =
        command.run("--prioritized-files", command.at("list"), "file:in.tar", "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .containsExactly("stargzify: --prioritized-files list is a directory: expected a list");
  }

  @Test
  void global_records_forbid_another_order() throws IOException {
    byte[] layer = tar().global(Map.of("mtime", "1")).file("a", "1").bytes();
    CommandFixture command = CommandFixture.in(directory).stdin(layer).file("list", "a");

    Result result = command.run("--prioritized-files", command.at("list"), "file:-", "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .singleElement()
        .asString()
        .startsWith("stargzify: file:-: ")
        .contains("(byte 0 of the tar): global PAX records are for the entries behind them");
    assertThat(result.files()).containsExactly("list");
  }

  // ---- the spool

  @Test
  void the_layer_is_spooled_to_the_directory_that_is_given() throws IOException {
    CommandFixture command = command().file("list", "d/b");

    Result result =
        command.run(
            "--temp-dir",
            command.at("nowhere"),
            "--prioritized-files",
            command.at("list"),
            "file:in.tar");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("nowhere");
    assertThat(result.files()).containsExactly("in.tar", "list");
  }

  @Test
  void the_spool_is_gone_thereafter() throws IOException {
    CommandFixture command = command().file("list", "d/b");
    Path spool = Files.createDirectory(command.path("spool"));

    Result result =
        command.run(
            "--temp-dir",
            spool.toString(),
            "--prioritized-files",
            command.at("list"),
            "file:in.tar");

    assertThat(result.exitCode()).isZero();
    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void the_spool_is_gone_after_an_error_too() throws IOException {
    CommandFixture command = command().file("list", "d/b");
    command.stdin(tar().file("d/b", "x").file("bad", "x").badChecksum().bytes());
    Path spool = Files.createDirectory(command.path("spool"));

    Result result =
        command.run(
            "--temp-dir",
            spool.toString(),
            "--prioritized-files",
            command.at("list"),
            "file:-",
            "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(spool).isEmptyDirectory();
    assertThat(result.files()).doesNotContain("out");
  }

  @Test
  void without_a_list_nothing_is_spooled() throws IOException {
    CommandFixture command = command();

    Result result = command.run("--temp-dir", command.at("nowhere"), "file:in.tar");

    assertThat(result.exitCode()).isZero();
  }
}
