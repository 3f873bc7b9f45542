package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileLocationTest {
  private static FileLocation parse(String argument) {
    return FileLocation.parse("SRC", argument);
  }

  @ParameterizedTest
  @ValueSource(strings = {"in.tar", "/var/in.tar", "./-", "a b", "file:x", "-x", "--", "..", "/"})
  void what_stands_behind_the_scheme_is_a_path(String path) {
    assertThat(parse("file:" + path).path()).contains(Path.of(path));
  }

  @Test
  void a_dash_is_a_standard_stream() {
    assertThat(parse("file:-").path()).isEmpty();
    assertThat(parse("file:-")).hasToString("file:-");
  }

  @Test
  void a_location_reads_as_on_the_command_line() {
    assertThat(parse("file:a/b.tar")).hasToString("file:a/b.tar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "in.tar", "FILE:in.tar", "docker://x/y", "oci:dir", " file:x"})
  void anything_else_is_a_usage_error_that_names_it(String argument) {
    assertThatThrownBy(() -> parse(argument))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("SRC '" + argument + "': expected file:PATH or file:-");
  }

  @Test
  void a_path_must_be_one() {
    assertThatThrownBy(() -> FileLocation.parse("DST", "file:"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("DST 'file:'");
    assertThatThrownBy(() -> parse("file:a\0b"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no path of this system");
  }

  @ParameterizedTest
  @CsvSource({
    "in.tar.gz, in.stargz",
    "d/in.tgz, d/in.stargz",
    "/d.tar/in.tar.zst, /d.tar/in.stargz",
    "in.tzst, in.stargz",
    "in.tar, in.stargz",
    "in.esgz, in.stargz",
    "in.tar.gz.tar, in.tar.gz.stargz",
    "in.TAR.GZ, in.TAR.GZ.stargz",
    "in, in.stargz",
    ".tar.gz, .tar.gz.stargz",
    ".tar, .tar.stargz",
  })
  void the_default_target_is_beside_the_source(String source, String target) {
    assertThat(parse("file:" + source).defaultTarget()).isEqualTo(parse("file:" + target));
  }

  @Test
  void the_default_target_of_a_stream_is_a_stream() {
    assertThat(parse("file:-").defaultTarget()).isEqualTo(parse("file:-"));
  }

  @Test
  void the_default_target_is_never_the_source() {
    assertThatThrownBy(() -> parse("file:in.stargz").defaultTarget())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("file:in.stargz would be that file itself");
  }
}
