package dev.stargz.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Short references and whole ones. */
class DockerReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "ubuntu, docker.io/library/ubuntu:latest",
    "ubuntu:22.04, docker.io/library/ubuntu:22.04",
    "a/b, docker.io/a/b:latest",
    "docker.io/ubuntu, docker.io/library/ubuntu:latest",
    "index.docker.io/a/b:c, docker.io/a/b:c",
    "localhost/a, localhost/a:latest",
    "localhost:5000/a, localhost:5000/a:latest",
    "quay.io/a/b/c:d, quay.io/a/b/c:d",
    "a@sha256:00, docker.io/library/a@sha256:00"
  })
  void a_short_reference_is_completed_as_docker_does(String reference, String whole) {
    assertThat(DockerReference.normalized(reference)).isEqualTo(whole);
    assertThat(DockerReference.normalized(whole)).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a:b", "a/b-c__d.e:_x", "localhost:5000/a", "Host/a", "1.2.3.4/a"})
  void names_that_an_image_can_have(String reference) {
    assertThat(DockerReference.isName(reference)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "a:", "A", "a/B", "a//b", "a/", "a:b:c", "a@sha256:00", "-a"})
  void names_that_no_image_can_have(String reference) {
    assertThat(DockerReference.isName(reference)).isFalse();
  }
}
