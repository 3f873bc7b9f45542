package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What SRC may be for commands that read. */
class ReadingLocationTest {
  @ParameterizedTest
  @CsvSource({
    "ubuntu, RegistryLocation, docker.io/library/ubuntu:latest",
    "x.y/a:1, RegistryLocation, x.y/a:1",
    "docker://localhost:5000/myimages/fedora:stargz, RegistryLocation,"
        + " localhost:5000/myimages/fedora:stargz",
    "https://x.y/a/b:1, RegistryLocation, https://x.y/a/b:1",
    "https://x.y/a.stargz:1, RegistryLocation, https://x.y/a.stargz:1",
    "https://x.stargz/a, RegistryLocation, https://x.stargz/a:latest",
    "docker://https://x.y/a.stargz, RegistryLocation, https://x.y/a.stargz:latest",
    "oci:d:t, LayoutLocation, oci:d:t",
    "oci-archive:f:t, ArchiveLocation, oci-archive:f:t",
    "docker-archive:f, ArchiveLocation, docker-archive:f",
    "docker-archive:-:r, ArchiveLocation, docker-archive:-:r",
    "oci-archive:-, ArchiveLocation, oci-archive:-",
    "file:a/b, FileLocation, file:a/b",
    "/path/to/layer.tar.gz, FileLocation, file:/path/to/layer.tar.gz",
    "./a, FileLocation, file:./a",
    "../a:b@c, FileLocation, file:../a:b@c",
    ".a, FileLocation, file:.a",
    "https://www.example.com/layer.stargz, UrlLocation, https://www.example.com/layer.stargz",
    "https://x.y/to/layer.tar.gz, UrlLocation, https://x.y/to/layer.tar.gz",
    "https://x.y:8443/layer.tgz, UrlLocation, https://x.y:8443/layer.tgz",
    "http://x.y/layer.esgz, UrlLocation, http://x.y/layer.esgz",
    "url:https://x.y/v2/a/blobs/sha256:12, UrlLocation, https://x.y/v2/a/blobs/sha256:12",
    "url:https://x.y/a.stargz, UrlLocation, https://x.y/a.stargz",
    "HTTPS://x.y/a.stargz, UrlLocation, HTTPS://x.y/a.stargz",
  })
  void the_form_says_what_it_is(String argument, String kind, String meaning) {
    Location location = ReadingLocation.parse(argument);

    assertThat(location.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(location).hasToString(meaning);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://x.y/a.stargz?sig=hush",
        "https://x.y/a.tgz#hush",
        "url:https://x.y/?hush"
      })
  void what_may_be_a_signature_isn_t_shown(String argument) {
    Location location = ReadingLocation.parse(argument);

    assertThat(location).isInstanceOf(UrlLocation.class);
    assertThat(location.toString()).startsWith("https://x.y/").doesNotContain("hush");
    assertThat(((UrlLocation) location).url()).endsWith("hush");
  }

  @ParameterizedTest
  @CsvSource({
    "-, SRC file:- can't be read: what says where",
    "file:-, SRC file:- can't be read: what says where",
    "url:, SRC 'url:': expected http:// or https:// behind url:",
    "url:ftp://x.y/z, SRC 'url:ftp://x.y/z': expected http:// or https://",
    "url:ftp://x.y/z?sig=hush, SRC 'url:ftp://x.y/z",
    "HTTPS://joe:hush@x.y/a.stargz, SRC holds credentials before its '@'",
    "https://joe:hush@x.y/a.stargz, SRC holds credentials before its '@'",
    "url:http://joe@x.y/a, SRC holds credentials before its '@'",
    "joe:hush@x.y/z, SRC holds credentials before its '@'",
    "a.stargz, SRC 'a.stargz': looks like a file: write file:a.stargz",
    "dir:a, SRC 'dir:a': dir: isn't read",
    "Upper, SRC 'Upper': expected an image as",
  })
  void all_else_is_a_usage_error(String argument, String message) {
    assertThatThrownBy(() -> ReadingLocation.parse(argument))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("hush");
  }

  @Test
  void a_path_to_a_layout_says_how_that_is_written(@TempDir Path directory) throws IOException {
    Files.createFile(directory.resolve("oci-layout"));

    assertThatThrownBy(() -> ReadingLocation.parse(directory.toString()))
        .isInstanceOf(UsageException.class)
        .hasMessage("SRC " + directory + " is an OCI layout: write oci:" + directory);
  }
}
