package dev.stargz.extract;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is written outside of the directory, whatever is in the tree or in the directory. */
@EnabledOnOs(OS.LINUX)
class SafeExtractionTest {
  @TempDir Path temp;
  private Extracted out;
  private Path outside;
  private Path victim;

  @BeforeEach
  void setUp() throws IOException {
    out = Extracted.to(Files.createDirectory(temp.resolve("out")));
    outside = Files.createDirectory(temp.resolve("outside"));
    victim = Files.writeString(outside.resolve("victim"), "untouched");
  }

  private void nothingHappenedOutside() throws IOException {
    assertThat(Extracted.list(outside)).containsExactly("victim");
    assertThat(victim).hasContent("untouched");
  }

  // ---- what is in the tree

  @Test
  void files_below_a_link_of_the_layer_go_where_it_leads_inside() throws IOException {
    out.layer(
        tar()
            .symlink("l", outside.toString())
            .file("l/victim", "overwritten")
            .symlink("up", "../outside")
            .file("up/x", "x")
            .file("../../outside/y", "y")
            .file("/outside/z", "z"));

    nothingHappenedOutside();
    assertThat(out.list()).contains("l", "up", "outside/x", "outside/y", "outside/z");
    assertThat(Files.readSymbolicLink(out.path("l"))).isEqualTo(outside);
  }

  @Test
  void a_hard_link_to_a_symbolic_link_is_one_to_the_link() throws IOException {
    out.layer(tar().symlink("l", victim.toString()).hardlink("h", "l"));

    assertThat(Files.isSymbolicLink(out.path("h"))).isTrue();
    nothingHappenedOutside();
  }

  // ---- what was in the directory before

  @Test
  void a_directory_that_is_not_empty_is_refused() throws IOException {
    Files.writeString(out.path("mine"), "mine");

    assertThatThrownBy(() -> out.layer(tar().file("f", "x")))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining("is not empty")
        .hasMessageContaining("--overwrite");
    assertThat(out.list()).containsExactly("mine");
  }

  @Test
  void a_file_in_place_of_the_directory_is_an_error() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));

    assertThatThrownBy(() -> Extracted.to(file).layer(tar().file("f", "x")))
        .isInstanceOf(ExtractException.class)
        .hasMessage(file + " is a file: expected a directory, or nothing there");
  }

  @Test
  void a_link_to_nothing_in_place_of_the_directory_is_an_error() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("nothing"));

    assertThatThrownBy(() -> Extracted.to(link).layer(tar().file("f", "x")))
        .isInstanceOf(ExtractException.class)
        .hasMessage(
            link
                + " is a symbolic link that leads to no directory: expected a directory, or nothing"
                + " there");
    assertThat(temp.resolve("nothing")).doesNotExist();
  }

  @Test
  void a_link_to_a_directory_as_the_target_is_followed_for_the_user_named_it() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), out.path(""));

    Extracted.to(link).layer(tar().file("f", "x"));

    assertThat(out.list()).containsExactly("f");
  }

  @Test
  void overwriting_replaces_a_link_and_not_what_it_leads_to() throws IOException {
    Files.createSymbolicLink(out.path("f"), victim);
    Files.createSymbolicLink(out.path("s"), victim);
    Files.createSymbolicLink(out.path("p"), victim);
    Files.createLink(out.path("hard"), victim);

    out.overwriting()
        .layer(tar().file("f", "new").symlink("s", "f").fifo("p").file("hard", "new").mode(0600));

    nothingHappenedOutside();
    assertThat(out.text("f")).isEqualTo("new");
    assertThat(Files.isSymbolicLink(out.path("f"))).isFalse();
    assertThat(Files.readSymbolicLink(out.path("s"))).hasToString("f");
    assertThat(out.mode("p")).startsWith("10");
    assertThat(out.text("hard")).isEqualTo("new");
    assertThat(Files.getPosixFilePermissions(victim)).hasSizeGreaterThan(2);
  }

  @Test
  void overwriting_replaces_a_link_to_a_directory_by_a_directory() throws IOException {
    Files.createSymbolicLink(out.path("d"), outside);
    Files.createDirectory(out.path("e"));
    Files.createSymbolicLink(out.path("e/d"), outside);

    out.overwriting().layer(tar().dir("d/").file("d/victim", "new").file("e/d/deep/victim", "new"));

    nothingHappenedOutside();
    assertThat(Files.isDirectory(out.path("d"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(out.text("e/d/deep/victim")).isEqualTo("new");
  }

  @Test
  void overwriting_replaces_a_link_that_a_named_path_goes_through() throws IOException {
    Files.createSymbolicLink(out.path("d"), outside);

    out.overwriting().layer(tar().dir("d/").file("d/victim", "new"), "d/victim");

    nothingHappenedOutside();
    assertThat(out.text("d/victim")).isEqualTo("new");
  }

  @Test
  void overwriting_keeps_directories_and_what_else_is_in_them() throws IOException {
    Files.createDirectories(out.path("d/mine"));
    Files.writeString(out.path("d/f"), "old and longer");
    Files.writeString(out.path("d/e"), "a file where a directory goes");
    Files.writeString(out.path("h"), "old");

    out.overwriting()
        .layer(
            tar()
                .dir("d/")
                .mode(0711)
                .mtime(9)
                .file("d/f", "new")
                .dir("d/e/")
                .file("d/e/x", "x")
                .hardlink("h", "d/f"));

    assertThat(out.list()).containsExactly("d", "d/e", "d/e/x", "d/f", "d/mine", "h");
    assertThat(out.text("d/f")).isEqualTo("new");
    assertThat(out.mode("d")).isEqualTo("40711");
    assertThat(out.seconds("d")).isEqualTo(9);
    assertThat(out.number("h", "ino")).isEqualTo(out.number("d/f", "ino"));
  }

  @Test
  void directories_that_were_there_stay_as_they_are_when_only_something_in_them_is_wanted()
      throws IOException {
    Files.createDirectory(out.path("d"));
    String before = out.mode("d");

    out.overwriting().layer(tar().dir("d/").mode(0701).file("d/f", "x"), "d/f");

    assertThat(out.mode("d")).isEqualTo(before);
  }

  @Test
  void a_directory_in_the_way_of_a_file_is_an_error() throws IOException {
    Files.createDirectories(out.path("f/mine"));
    Files.createDirectories(out.path("h"));

    assertThatThrownBy(() -> out.overwriting().layer(tar().file("f", "x")))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining(out.path("f") + ": a directory is in the way");
    assertThatThrownBy(() -> out.overwriting().layer(tar().file("g", "x").hardlink("h", "g")))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining(out.path("h") + ": a directory is in the way");
    assertThat(out.list()).containsExactly("f", "f/mine", "g", "h");
  }

  // ---- what somebody puts there meanwhile

  /** Also what happens where the file system takes two names for one. */
  @Test
  void a_file_that_somebody_makes_meanwhile_is_not_replaced() throws IOException {
    out.with(ExtractOptions.defaults().withThreads(1))
        .listener(
            progress -> {
              try {
                Files.writeString(out.path("b"), "mine");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });

    assertThatThrownBy(() -> out.layer(tar().file("a", "x").file("b", "new")))
        .isInstanceOf(ExtractException.class)
        .hasMessage(
            out.path("b")
                + ": somebody else made it meanwhile, or the file system takes two names for one:"
                + " renameat2: something is there already (EEXIST)");
    assertThat(out.text("b")).isEqualTo("mine");
    assertThat(out.list()).containsExactly("a", "b");
  }

  @Test
  void a_link_that_takes_a_directory_s_place_meanwhile_is_not_followed() throws IOException {
    TarFixture tar = tar().file("a", pattern(10));
    for (int i = 0; i < 200; i++) {
      tar.dir("d" + i + "/").mode(0700).file("d" + i + "/victim", "overwritten");
    }
    boolean[] done = {false};
    out.with(ExtractOptions.defaults().withThreads(1))
        .listener(
            progress -> {
              if (!done[0]) {
                done[0] = true;
                swap();
              }
            });

    assertThatThrownBy(() -> out.layer(tar))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining("openat: ");
    nothingHappenedOutside();
  }

  /** Each directory's name leads outside now. */
  private void swap() {
    try {
      for (int i = 0; i < 200; i++) {
        Files.move(out.path("d" + i), out.path("moved" + i));
        Files.createSymbolicLink(out.path("d" + i), outside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
