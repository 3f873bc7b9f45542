package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  private static final byte[] NEW = "new".getBytes(UTF_8);

  @TempDir Path directory;
  private Path target;

  @BeforeEach
  void nameTarget() {
    target = directory.resolve("target");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void what_is_committed_is_there() throws IOException {
    try (OutputFile file = OutputFile.create(target, "file:" + target)) {
      file.stream().write(NEW);
      file.commit();
      assertThat(target).hasBinaryContent(NEW);
    }
    assertThat(target).hasBinaryContent(NEW);
    assertThat(files()).containsExactly(target);
  }

  @Test
  void what_is_not_committed_never_was_there() throws IOException {
    try (OutputFile file = OutputFile.create(target, "file:" + target)) {
      file.stream().write(new byte[1 << 20]);
      assertThat(files()).hasSize(1).doesNotContain(target);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void what_was_there_stays_unless_it_is_replaced() throws IOException {
    Files.writeString(target, "old");
    try (OutputFile file = OutputFile.create(target, "file:" + target)) {
      file.stream().write(NEW);
      file.stream().flush();
    }
    assertThat(target).hasContent("old");

    try (OutputFile file = OutputFile.create(target, "file:" + target)) {
      file.stream().write(NEW);
      file.commit();
    }
    assertThat(target).hasBinaryContent(NEW);
  }

  @Test
  void the_temporary_file_is_hidden() throws IOException {
    OutputFile file = OutputFile.create(target, "file:" + target);
    assertThat(files()).hasSize(1);
    assertThat(Files.isHidden(files().get(0))).isTrue();
    file.close();
  }

  @Test
  void two_may_be_written_at_once_and_the_last_one_counts() throws IOException {
    try (OutputFile first = OutputFile.create(target, "file:" + target);
        OutputFile second = OutputFile.create(target, "file:" + target)) {
      first.stream().write("first".getBytes(UTF_8));
      second.stream().write("second".getBytes(UTF_8));
      second.commit();
      first.commit();
    }
    assertThat(target).hasContent("first");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void the_remains_of_a_killed_process_of_the_same_number_are_no_obstacle() throws IOException {
    OutputFile.create(target, "file:" + target); // neither committed nor closed, as if killed
    List<Path> remains = files();

    try (OutputFile file = OutputFile.create(target, "file:" + target)) {
      file.stream().write(NEW);
      file.commit();
    }

    assertThat(target).hasBinaryContent(NEW);
    assertThat(files()).hasSize(2).containsAll(remains);
    Files.delete(remains.get(0));
  }

  @Test
  void a_name_may_be_as_long_as_the_file_system_has_them() throws IOException {
    target = directory.resolve("x".repeat(255));

    try (OutputFile file = OutputFile.create(target, "file:" + target)) {
      file.stream().write(NEW);
      file.commit();
    }

    assertThat(target).hasBinaryContent(NEW);
  }

  @Test
  void closing_twice_is_fine() throws IOException {
    OutputFile file = OutputFile.create(target, "file:" + target);
    file.commit();
    file.close();
    file.close();
    assertThat(target).isEmptyFile();
  }

  @Test
  void a_new_file_has_the_permissions_that_any_new_file_has() throws IOException {
    Path other = Files.createFile(directory.resolve("other"));
    Set<PosixFilePermission> usual = Files.getPosixFilePermissions(other);

    try (OutputFile file = OutputFile.create(target, "file:" + target)) {
      file.commit();
    }

    assertThat(Files.getPosixFilePermissions(target)).isEqualTo(usual);
  }

  @Test
  void a_relative_path_is_fine() throws IOException {
    Path relative = Path.of("").toAbsolutePath().relativize(target);

    try (OutputFile file = OutputFile.create(relative, "a file")) {
      file.stream().write(NEW);
      file.commit();
    }

    assertThat(target).hasBinaryContent(NEW);
  }

  @Test
  void a_directory_is_refused() {
    assertThatThrownBy(() -> OutputFile.create(directory, "a file"))
        .isInstanceOf(IOException.class)
        .hasMessage("a file is a directory: expected the name of a file in it");
  }

  @Test
  void a_missing_directory_is_told() {
    assertThatThrownBy(() -> OutputFile.create(directory.resolve("gone/x"), "a file"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.resolve("gone").toString());
  }
}
