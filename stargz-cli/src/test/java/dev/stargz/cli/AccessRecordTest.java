package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.EntryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ctr-remote's records as lists of prioritized files. */
class AccessRecordTest {
  @TempDir Path directory;

  private List<String> read(String content) throws IOException {
    Path list = Files.write(directory.resolve("list"), content.getBytes(UTF_8));
    return PrioritizedFiles.read(list).stream().map(EntryName::text).toList();
  }

  @Test
  void paths_are_taken_in_order_and_once() throws IOException {
    assertThat(
            read(
                """
                {"path":"usr/bin/env","manifestDigest":"sha256:aa","layerIndex":0}
                {"path":"etc/ü\\u0041","manifestDigest":"sha256:aa","layerIndex":2}
                {"path":"usr/bin/env"}
                """))
        .containsExactly("usr/bin/env", "etc/üA");
  }

  @Test
  void fields_of_later_versions_are_no_matter() throws IOException {
    assertThat(read("{\"x\":{\"path\":\"no\"},\"y\":[{\"path\":\"no\"}],\"path\":\"yes\"}"))
        .containsExactly("yes");
  }

  @Test
  void a_list_of_paths_stays_one() throws IOException {
    assertThat(read("a\n{\"path\":\"b\"}\n")).containsExactly("a", "{\"path\":\"b\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"path\":\"a\"}\\n{}| line 2: expected objects with a path",
        "{\"path\":1}| line 1: expected objects with a path",
        "{\"path\":\"\"}| line 1: expected objects",
        "{\"path\":\"a\"}\\n\\n[1]| line 3: expected objects",
        "{\"path\":\"a\"}\\n{\"path\":| line 2: Unexpected end-of-input",
        "{path}| line 1: Unexpected character",
      })
  void what_is_no_record_is_an_error_with_its_line(String content, String message) {
    assertThatThrownBy(() -> read(content.replace("\\n", "\n")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("--prioritized-files " + directory.resolve("list"))
        .hasMessageContaining(message);
  }
}
