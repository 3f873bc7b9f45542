package dev.stargz.extract;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files are extracted when paths are named. */
@EnabledOnOs(OS.LINUX)
class PathSelectionTest {
  /** A usr-merged root. */
  private static final TarFixture TREE =
      tar()
          .dir("./")
          .mode(0700)
          .mtime(3)
          .symlink("bin", "usr/bin")
          .dir("usr/")
          .mode(0751)
          .mtime(4)
          .dir("usr/bin/")
          .file("usr/bin/a", "a")
          .file("usr/bin/b", "b")
          .symlink("usr/bin/sh", "a")
          .dir("links/")
          .symlink("absolute", "/links/../bin")
          .symlink("loop", "loop")
          .file("etc/passwd", "root")
          .file(latin1("\u00ff"), latin1("ff"));

  @TempDir Path temp;
  private Extracted out;

  @BeforeEach
  void setUp() {
    out = Extracted.to(temp.resolve("out"));
  }

  @Test
  void a_file_keeps_its_place_and_its_parents_their_attributes() throws IOException {
    out.layer(TREE, "/usr/bin/a");

    assertThat(out.list()).containsExactly("usr", "usr/bin", "usr/bin/a");
    assertThat(out.mode("usr")).isEqualTo("40751");
    assertThat(out.seconds("usr")).isEqualTo(4);
    assertThat(out.seconds("")).isNotEqualTo(3); // of the root nothing was asked for
  }

  @Test
  void a_directory_comes_with_all_that_is_in_it_once() throws IOException {
    ExtractReport report = out.layer(TREE, "usr/bin/b", "usr", "usr/bin/a", "./usr//bin/");

    assertThat(out.list())
        .containsExactly("usr", "usr/bin", "usr/bin/a", "usr/bin/b", "usr/bin/sh");
    assertThat(report.files()).isEqualTo(2);
  }

  @Test
  void symbolic_links_on_the_way_come_too_so_that_the_path_leads_there() throws IOException {
    out.layer(TREE, "absolute/sh");

    assertThat(out.list())
        .containsExactly("absolute", "bin", "links", "usr", "usr/bin", "usr/bin/sh");
    assertThat(Files.readSymbolicLink(out.path("bin/sh"))).hasToString("a");
  }

  @Test
  void a_symbolic_link_itself_is_extracted_as_a_link() throws IOException {
    out.layer(TREE, "bin", "loop");

    assertThat(out.list()).containsExactly("bin", "loop");
  }

  @Test
  void a_name_that_is_no_utf8_is_written_as_it_is_shown() throws IOException {
    out.layer(TREE, "\\xFF");

    assertThat(out.list()).containsExactly("\u00ff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", ".", "usr/..", "../.."})
  void the_root_is_all_there_is(String path) throws IOException {
    out.layer(TREE, path);

    assertThat(out.list()).hasSize(12);
    assertThat(out.seconds("")).isEqualTo(3);
  }

  @Test
  void an_empty_path_is_an_error_and_not_all_there_is() {
    assertThatThrownBy(() -> out.layer(TREE, "usr", ""))
        .isInstanceOf(ExtractException.class)
        .hasMessage("a path is empty: expected one in the source, / for all of it");
    assertThat(out.path("")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "usr/nothing",
        "etc/passwd/x",
        "loop/x",
        ".no.prefetch.landmark",
        "\\xFE",
        "bin/nothing"
      })
  void what_is_not_there_is_an_error_and_nothing_is_made(String path) {
    assertThatThrownBy(() -> out.layer(TREE, "usr", path))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining(path);
    assertThat(out.path("")).doesNotExist();
  }
}
