package dev.stargz.format.nio;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.fixture.Blobs;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths do what those of the JDK on Unix do. */
@DisabledOnOs(OS.WINDOWS)
class TreePathTest {
  private static final List<String> PATHS =
      List.of(
          "",
          "/",
          "a",
          "a/b",
          "/a",
          "/a/b",
          "a/b/c",
          "/a/b/c",
          "b",
          "b/c",
          ".",
          "..",
          "a/.",
          "a/..",
          "../a",
          "../../a/b",
          "/..",
          "/../a",
          "a/../b",
          "a/b/../..",
          "/a/./b/../c",
          "a//b///c/",
          "//a",
          "a/../../b",
          ".hidden",
          "\u00e9/\u4e2d",
          "...");

  private FileSystem ours;

  @BeforeEach
  void makeFileSystem() throws IOException {
    ours = TreeFileSystem.of(Blobs.convert(tar()).open().tree());
  }

  /** What a function gives, or the class of what it throws. */
  private static String shown(Function<Path, Object> function, Path path) {
    try {
      return String.valueOf(function.apply(path));
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName();
    }
  }

  @Test
  void what_one_path_says_is_what_the_platforms_says() {
    List<Function<Path, Object>> functions =
        List.of(
            Path::toString,
            Path::isAbsolute,
            Path::getRoot,
            Path::getFileName,
            Path::getParent,
            Path::getNameCount,
            Path::normalize,
            path -> path.getName(0),
            path -> path.getName(path.getNameCount() - 1),
            path -> path.subpath(0, 2),
            path -> path.subpath(1, path.getNameCount()),
            path -> path.subpath(1, 1),
            path -> path.resolve(path),
            path -> path.resolveSibling("x"),
            path -> path.resolve("x/y"),
            path -> path.iterator().hasNext(),
            path -> List.copyOf(names(path)));
    for (String text : PATHS) {
      for (int i = 0; i < functions.size(); i++) {
        assertThat(shown(functions.get(i), ours.getPath(text)))
            .as("function %d of '%s'", i, text)
            .isEqualTo(shown(functions.get(i), Path.of(text)));
      }
    }
  }

  private static List<String> names(Path path) {
    List<String> names = new ArrayList<>();
    path.forEach(name -> names.add(name.toString()));
    return names;
  }

  @Test
  void what_two_paths_say_is_what_the_platforms_say() {
    List<BiFunction<Path, Path, Object>> functions =
        List.of(
            Path::resolve,
            Path::startsWith,
            Path::endsWith,
            Path::equals,
            (one, other) -> Integer.signum(one.compareTo(other)),
            (one, other) -> one.getNameCount() + ".." + one.resolveSibling(other));
    for (String one : PATHS) {
      for (String other : PATHS) {
        for (int i = 0; i < functions.size(); i++) {
          BiFunction<Path, Path, Object> function = functions.get(i);
          assertThat(shown(path -> function.apply(path, ours.getPath(other)), ours.getPath(one)))
              .as("function %d of '%s' and '%s'", i, one, other)
              .isEqualTo(shown(path -> function.apply(path, Path.of(other)), Path.of(one)));
        }
      }
    }
  }

  /** Without dots, where JDKs agree with each other. */
  @Test
  void relative_paths_lead_from_one_to_the_other() {
    for (String one : PATHS) {
      for (String other : PATHS) {
        if (!one.contains(".") && !other.contains(".")) {
          assertThat(shown(path -> path.relativize(ours.getPath(other)), ours.getPath(one)))
              .as("from '%s' to '%s'", one, other)
              .isEqualTo(shown(path -> path.relativize(Path.of(other)), Path.of(one)));
        }
      }
    }
  }

  @Test
  void equal_paths_have_equal_hashes_and_other_systems_paths_are_others() throws IOException {
    assertThat(ours.getPath("a//b/")).isEqualTo(ours.getPath("a", "b"));
    assertThat(ours.getPath("a//b/")).hasSameHashCodeAs(ours.getPath("a/b"));
    assertThat(ours.getPath("a")).isNotEqualTo(Path.of("a"));
    FileSystem second = TreeFileSystem.of(Blobs.convert(tar()).open().tree());
    assertThat(ours.getPath("a")).isNotEqualTo(second.getPath("a"));
    assertThat(ours.getPath("a").startsWith(second.getPath("a"))).isFalse();
    assertThatThrownBy(() -> ours.getPath("a").resolve(Path.of("b")))
        .isInstanceOf(ProviderMismatchException.class);
  }

  @Test
  void relative_paths_start_at_the_root() {
    assertThat(ours.getPath("a/b").toAbsolutePath()).hasToString("/a/b");
    assertThat(ours.getPath("").toAbsolutePath()).hasToString("/");
    assertThat(ours.getPath("/a").toAbsolutePath()).hasToString("/a");
    assertThat(ours.getPath("a b/\u00e9").toUri()).hasToString("stargz:/a%20b/\u00e9");
  }

  @Test
  void a_path_is_made_of_parts_but_not_of_a_nul() {
    assertThat(ours.getPath("", "a", "", "b/c")).hasToString("a/b/c");
    assertThat(ours.getPath("/", "a")).hasToString("/a");
    assertThatThrownBy(() -> ours.getPath("a\0b")).isInstanceOf(InvalidPathException.class);
    assertThatThrownBy(() -> ours.getPath("a").toFile())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "**",
        "*.java",
        "**.java",
        "a/*",
        "a/**",
        "*/b",
        "{a,b}",
        "{a,b/*}.java",
        "?",
        "??",
        "[ab]",
        "[!ab]",
        "[a-c]*",
        "[a-c",
        "{a",
        "{a,{b}}",
        "\\*",
        "\\",
        "a,b",
        "a}",
        "[]a]",
        "[!]a]",
        "(a|b)",
        "a.b",
        "$^",
        "[.]*",
        "[-a]",
        "[a-]",
        "/a/*",
        "",
        "\u00e9*",
        "[a/b]"
      })
  void globs_match_what_the_platforms_do(String glob) {
    List<String> paths =
        List.of(
            "a",
            "b",
            "c",
            "ab",
            "a/b",
            "a/b/c",
            "/a/b",
            "A.java",
            "a/A.java",
            "a.java",
            "b/x.java",
            "*",
            "a,b",
            "a}",
            "]",
            "(a|b)",
            "axb",
            "a.b",
            "$^",
            ".x",
            "-",
            "",
            "\u00e9t\u00e9",
            "d");
    PathMatcher expected;
    try {
      expected = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (RuntimeException e) {
      assertThatThrownBy(() -> ours.getPathMatcher("glob:" + glob)).isInstanceOf(e.getClass());
      return;
    }
    PathMatcher matcher = ours.getPathMatcher("glob:" + glob);
    for (String path : paths) {
      assertThat(matcher.matches(ours.getPath(path)))
          .as("'%s' of '%s'", path, glob)
          .isEqualTo(expected.matches(Path.of(path)));
    }
  }

  @Test
  void other_patterns_are_regexes_or_refused() {
    assertThat(ours.getPathMatcher("regex:a+/b").matches(ours.getPath("aaa/b"))).isTrue();
    assertThatThrownBy(() -> ours.getPathMatcher("other:a"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ours.getPathMatcher("a")).isInstanceOf(IllegalArgumentException.class);
    assertThat(File.separator).isEqualTo(ours.getSeparator());
  }
}
