package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What SRC and DST may be for images; what they may not be is in {@link UsageTest}. */
class ImageLocationTest {
  private static final String DIGEST = "sha256:" + "0".repeat(64);

  private static ImageLocation parse(String argument) {
    return ImageLocation.parse("SRC", argument);
  }

  @ParameterizedTest
  @CsvSource({
    "ubuntu, docker.io/library/ubuntu:latest",
    "ubuntu:22.04, docker.io/library/ubuntu:22.04",
    "joe/app, docker.io/joe/app:latest",
    "docker.io/ubuntu, docker.io/library/ubuntu:latest",
    "index.docker.io/joe/app:1, docker.io/joe/app:1",
    "localhost/a, localhost/a:latest",
    "localhost:5000/a/b/c:t, localhost:5000/a/b/c:t",
    "registry.example/a__b/c-d.e:T_1, registry.example/a__b/c-d.e:T_1",
    "[::1]:5000/a, [::1]:5000/a:latest",
    "docker://ubuntu, docker.io/library/ubuntu:latest",
    "http://localhost:5000/a, http://localhost:5000/a:latest",
    "https://x.y/a:1, https://x.y/a:1",
    "https://internal/a:1, https://internal/a:1",
    "docker://https://x.y/a, https://x.y/a:latest",
    "docker://in.tar, docker.io/library/in.tar:latest",
    "docker://dir:a, docker.io/library/dir:a",
    "file/a, docker.io/file/a:latest",
    "oci/a, docker.io/oci/a:latest",
  })
  void references_are_docker_s(String argument, String meaning) {
    assertThat(parse(argument)).isInstanceOf(RegistryLocation.class).hasToString(meaning);
  }

  @Test
  void a_digest_may_stand_for_a_tag_or_behind_it() {
    assertThat(parse("x.y/a@" + DIGEST)).hasToString("x.y/a@" + DIGEST);
    assertThat(parse("x.y/a:1@" + DIGEST)).hasToString("x.y/a:1@" + DIGEST);
    assertThat(parse("ubuntu@" + DIGEST).isByDigest()).isTrue();
    assertThat(parse("ubuntu").isByDigest()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost/a", "localhost:1/a", "127.0.0.1:1/a", "127.1.2.3/a", "[::1]/a"})
  void loopback_needs_no_flag_for_http(String reference) {
    assertThat(((RegistryLocation) parse("http://" + reference)).isLoopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost.x/a", "128.0.0.1/a", "127.0.0.1.x/a", "[::2]/a", "x/a"})
  void other_hosts_do(String reference) {
    assertThat(((RegistryLocation) parse("http://" + reference)).isLoopback()).isFalse();
  }

  @Test
  void a_layout_is_a_directory_and_perhaps_a_tag() {
    assertThat(parse("oci:a/b")).hasToString("oci:a/b");
    LayoutLocation layout = (LayoutLocation) parse("oci:a/b:x.y/c:1");
    assertThat(layout.directory()).isEqualTo(Path.of("a/b"));
    assertThat(layout.name()).contains("x.y/c:1");
    assertThat(layout.isByDigest()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:d@", "oci:d:@", "oci-archive:d@", "docker-archive:d:@"})
  void a_local_image_may_be_named_by_its_digest(String argument) {
    assertThat(parse(argument + DIGEST).isByDigest()).isTrue();
    assertThat(parse(argument + DIGEST).tag()).isEmpty();
  }

  @Test
  void an_archive_is_a_file_or_a_stream_and_perhaps_a_name() {
    ArchiveLocation archive = (ArchiveLocation) parse("docker-archive:a.tar:x.y/c:1");
    assertThat(archive.file()).contains(Path.of("a.tar"));
    assertThat(archive.name()).contains("x.y/c:1");
    assertThat(archive.isStream()).isFalse();
    ArchiveLocation stream = (ArchiveLocation) parse("oci-archive:-:t");
    assertThat(stream.isStream()).isTrue();
    assertThat(stream).hasToString("oci-archive:-:t");
    assertThat(((ArchiveLocation) parse("docker-archive:a:@1")).name()).contains("@1");
  }

  @ParameterizedTest
  @CsvSource({
    "x.y/a:1, x.y/a@",
    "http://localhost:5/a:1, localhost:5/a@",
    "ubuntu, docker.io/library/ubuntu@",
    "oci:d:t, oci:d:t@",
    "oci:d, oci:d@",
    "oci-archive:f:t, oci-archive:f:t@",
    "docker-archive:f, docker-archive:f@",
  })
  void a_result_is_named_by_its_place_and_digest(String argument, String place) {
    assertThat(parse(argument).at(Reports.digest('0'))).isEqualTo(place + DIGEST);
  }
}
