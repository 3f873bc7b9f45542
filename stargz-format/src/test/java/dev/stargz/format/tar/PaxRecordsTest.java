package dev.stargz.format.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.tar.PaxRecords.PaxRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaxRecordsTest {
  private static byte[] bytes(String latin1) {
    return latin1.getBytes(ISO_8859_1);
  }

  private static PaxRecords parse(String latin1) {
    return PaxRecords.parse(bytes(latin1), 0, latin1.length());
  }

  @Test
  void recordsComeInTheirOrderWithBytesAsValues() {
    PaxRecords records = parse("7 k=\u00ff\n\n12 path=a=b\n5 e=\n");
    assertThat(records.all()).extracting(PaxRecord::key).containsExactly("k", "path", "e");
    assertThat(records.all().get(0).value()).isEqualTo(bytes("\u00ff\n"));
    assertThat(records.find("path")).hasValue(bytes("a=b"));
  }

  @Test
  void noBytesAreNoRecords() {
    assertThat(parse("").all()).isEmpty();
    assertThat(PaxRecords.NONE.holdsOnly("comment")).isTrue();
  }

  @Test
  void onlyTheGivenPartIsParsed() {
    byte[] bytes = bytes("xx5 a=\n!!");
    assertThat(PaxRecords.parse(bytes, 2, 7).all()).hasSize(1);
  }

  @Test
  void theLastValueOfAKeyCountsAndAnEmptyOneIsNone() {
    assertThat(parse("6 a=1\n6 a=2\n").find("a")).hasValue(bytes("2"));
    assertThat(parse("6 a=1\n5 a=\n").find("a")).isEmpty();
    assertThat(parse("6 a=1\n").find("b")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "6 a=1",
        "7 a=1\n",
        "5 a=1\n",
        "0 a=1\n",
        "-6 a=1\n",
        "+6 a=1\n",
        "06 a=1\n6",
        "x a=1\n",
        " a=1\n",
        "5 =1\n",
        "4 a\n",
        "6a=1\n",
        "99999999999 a=1\n",
        "999999999 a=1\n",
        "6 a=1\n\0\0\0",
        "\n",
        "6",
        "6 "
      })
  void whatIsNoRecordIsRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("malformed PAX record at its byte");
  }

  @Test
  void theMessageSaysWhichRecord() {
    assertThatThrownBy(() -> parse("6 a=1\n6 b=2\n6 c=3x")).hasMessageContaining("at its byte 12");
  }

  @Test
  void everyCutInsideARecordIsRefused() {
    String text = "6 a=1\n12 path=a=b\n5 e=\n";
    assertThat(parse(text).all()).hasSize(3);
    for (int i = 1; i < text.length(); i++) {
      String cut = text.substring(0, i);
      if (!cut.endsWith("\n")) {
        assertThatThrownBy(() -> parse(cut)).as(cut).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 6, 7, 92, 93, 94, 95, 96, 990, 991, 992, 993, 9989, 9990, 9991})
  void whatIsEncodedIsParsedAtEveryLengthOfTheLength(int size) {
    byte[] value = bytes("v".repeat(size));
    PaxRecords records = PaxRecords.NONE.with("k", value).with("after", bytes("x"));
    byte[] encoded = records.encode();
    PaxRecords parsed = PaxRecords.parse(encoded, 0, encoded.length);
    assertThat(parsed.all()).hasSize(2);
    assertThat(parsed.all().get(0).value()).isEqualTo(value);
    assertThat(parsed.find("after")).hasValue(bytes("x"));
  }

  @Test
  void keysKeepTheirBytes() {
    PaxRecords records = parse("7 \u00c3\u00a9=1\n");
    assertThat(records.encode()).isEqualTo(bytes("7 \u00c3\u00a9=1\n"));
  }

  @Test
  void recordsCanBeTakenOutAndAsked() {
    PaxRecords records = parse("6 a=1\n9 a.b=12\n6 c=3\n");
    assertThat(records.hasPrefix("a.")).isTrue();
    assertThat(records.hasPrefix("x")).isFalse();
    assertThat(records.holdsOnly("a")).isFalse();
    PaxRecords without = records.without(key -> key.startsWith("a"));
    assertThat(without.all()).extracting(PaxRecord::key).containsExactly("c");
    assertThat(without.holdsOnly("c")).isTrue();
  }
}
