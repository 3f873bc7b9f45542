package dev.stargz.format.blob;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String HEX =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void aDigestIsThatOfFips180() {
    assertThat(Digest.of("abc".getBytes(US_ASCII))).hasToString("sha256:" + HEX);
    assertThat(Digest.of(new byte[0]))
        .hasToString("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void whatIsParsedComesBack() {
    Digest parsed = Digest.parse("sha256:" + HEX);
    assertThat(parsed).hasToString("sha256:" + HEX);
    assertThat(parsed).isEqualTo(Digest.of("abc".getBytes(US_ASCII)));
    assertThat(parsed).hasSameHashCodeAs(Digest.of("abc".getBytes(US_ASCII)));
    assertThat(parsed).isNotEqualTo(Digest.of(new byte[0])).isNotEqualTo(parsed.toString());
  }

  @Test
  void everyBitCounts() {
    for (int i = 0; i < HEX.length(); i++) {
      char other = HEX.charAt(i) == '0' ? '1' : '0';
      String changed = HEX.substring(0, i) + other + HEX.substring(i + 1);
      assertThat(Digest.parse("sha256:" + changed)).isNotEqualTo(Digest.parse("sha256:" + HEX));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:",
        HEX,
        "sha256:" + HEX + "0",
        "sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha512:" + HEX,
        " sha256:" + HEX,
        "sha256:" + HEX + "\n",
        "sha256:ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
      })
  void anyOtherFormIsRefused(String text) {
    assertThatThrownBy(() -> Digest.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sha256:");
  }

  @Test
  void finishingAComputationResetsIt() {
    MessageDigest sha256 = Digest.sha256();
    sha256.update("abc".getBytes(US_ASCII));
    Digest first = Digest.of(sha256);
    sha256.update("abc".getBytes(US_ASCII));
    assertThat(Digest.of(sha256)).isEqualTo(first);
  }
}
