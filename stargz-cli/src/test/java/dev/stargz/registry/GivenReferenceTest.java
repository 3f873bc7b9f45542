package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GivenReferenceTest {
  private static final String HEX = "ab".repeat(32);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ubuntu|https://registry-1.docker.io/v2/library/ubuntu/x|docker.io/library/ubuntu:latest",
        "docker.io/ubuntu:1|https://registry-1.docker.io/v2/library/ubuntu/x"
            + "|docker.io/library/ubuntu:1",
        "docker://index.docker.io/a/b|https://registry-1.docker.io/v2/a/b/x|docker.io/a/b:latest",
        "foo/bar|https://registry-1.docker.io/v2/foo/bar/x|docker.io/foo/bar:latest",
        "localhost/a|https://localhost/v2/a/x|localhost/a:latest",
        "http://localhost:5000/a/b:t|http://localhost:5000/v2/a/b/x|localhost:5000/a/b:t",
        "http://myhost/name|http://myhost/v2/name/x|myhost/name:latest",
        "https://docker.io/a|https://registry-1.docker.io/v2/library/a/x|docker.io/library/a:latest",
        "docker://https://reg.example:80/a:t|https://reg.example:80/v2/a/x|reg.example:80/a:t",
        "127.0.0.1:5000/a|https://127.0.0.1:5000/v2/a/x|127.0.0.1:5000/a:latest",
        "[::1]:5000/a/b:t|https://[::1]:5000/v2/a/b/x|[::1]:5000/a/b:t",
        "r.example/a@sha256:HEX|https://r.example/v2/a/x|r.example/a@sha256:HEX",
        "r.example/a:t@sha256:HEX|https://r.example/v2/a/x|r.example/a:t@sha256:HEX",
        "r.example/a@sha512:HEXHEX|https://r.example/v2/a/x|r.example/a@sha512:HEXHEX",
      })
  void short_names_are_dockers(String given, String uri, String shown) {
    GivenReference parsed = GivenReference.parse(given.replace("HEX", HEX));
    Reference reference = parsed.at(parsed.scheme().orElse("https"));

    assertThat(reference.repository().uri("x")).hasToString(uri);
    assertThat(reference).hasToString(shown.replace("HEX", HEX));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a:",
        "r.example/A",
        "r.example/a@sha256:ab",
        "r.example/a b",
        "ftp://r.example/a",
        "r.example/a:t:u",
        "https://user:pass@r.example/a",
        "r.example/../a",
        "r.example/a\n",
        "https://ubuntu",
        "localhost:99999/a",
        "http://localhost:0/a",
        "[::1]:65536/a",
      })
  void all_else_is_an_error_without_secrets(String given) {
    assertThatThrownBy(() -> GivenReference.parse(given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("pass@");
  }
}
