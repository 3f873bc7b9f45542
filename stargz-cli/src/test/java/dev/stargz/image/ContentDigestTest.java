package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDigestTest {
  @ParameterizedTest
  @CsvSource({"sha256,64", "sha384,96", "sha512,128"})
  void the_three_algorithms_check_bytes(String algorithm, int length) {
    ContentDigest zeros = ContentDigest.parse(algorithm + ":" + "0".repeat(length));
    assertThat(zeros.matches(new byte[] {1})).isFalse();
    var hash = zeros.newHash();
    hash.update(new byte[] {1});
    ContentDigest digest = ContentDigest.of(hash);
    assertThat(digest.algorithm()).isEqualTo(algorithm);
    assertThat(digest.matches(new byte[] {1})).isTrue();
    assertThat(ContentDigest.parse(digest.toString())).isEqualTo(digest);
  }

  @Test
  void only_sha256_has_the_librarys_form() {
    assertThat(ContentDigest.of(new byte[0]).sha256()).isPresent();
    assertThat(ContentDigest.parse("sha512:" + "0".repeat(128)).sha256()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:",
        "sha256:00",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha256",
        ":",
        "sha999:00"
      })
  void other_texts_are_no_digests(String text) {
    assertThatThrownBy(() -> ContentDigest.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found '" + text + "'");
  }

  @Test
  void hex_in_capitals_and_a_path_in_disguise_are_no_digests() {
    assertThatThrownBy(() -> ContentDigest.parse("sha256:" + "A".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ContentDigest.parse("sha256:../" + "0".repeat(61)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
