package dev.stargz.format.blob;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryNameTest {
  private static EntryName latin1(String text) {
    return EntryName.of(text.getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource(
      emptyValue = "",
      value = {
        "'', ''",
        "., ''",
        "/, ''",
        "./, ''",
        ".., ''",
        "../.., ''",
        "//, ''",
        "a, a",
        "a/, a",
        "/a, a",
        "./a, a",
        "a/., a",
        "a/./b, a/b",
        "a//b, a/b",
        "a///, a",
        "a/.., ''",
        "a/../b, b",
        "a/b/.., a",
        "a/b/../.., ''",
        "a/b/../../.., ''",
        "../a, a",
        "/../../a, a",
        "..a, ..a",
        "a.., a..",
        ".a, .a",
        "..., ...",
        "a/.../b, a/.../b",
        "a/..b/c, a/..b/c",
        "ab/cd/../ef/gh, ab/ef/gh"
      })
  void cleanedIsThePathBelowTheRoot(String name, String cleaned) {
    assertThat(EntryName.of(name).cleaned()).isEqualTo(EntryName.of(cleaned));
    assertThat(EntryName.of(cleaned).cleaned()).isEqualTo(EntryName.of(cleaned));
  }

  @Test
  void cleanedNeverLeavesTheRootAndIsCleanAlready() {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append("./ab\u00ff".charAt(random.nextInt(5)));
      }
      EntryName cleaned = latin1(text.toString()).cleaned();
      String clean = new String(cleaned.bytes(), ISO_8859_1);
      assertThat(cleaned.cleaned()).as(text.toString()).isEqualTo(cleaned);
      assertThat(List.of(clean.split("/", -1)))
          .as(text.toString())
          .doesNotContain(".", "..")
          .satisfies(parts -> assertThat(clean.isEmpty() || !parts.contains("")).isTrue());
    }
  }

  @Test
  void aCleanNameIsItsOwnCleanedForm() {
    EntryName name = EntryName.of("usr/bin/x");
    assertThat(name.cleaned()).isSameAs(name);
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "\u00ff, \\xFF",
    "a\u00ffb\u00aac, a\\xFFb\\xAAc",
    "\u00c3\u00a9, \u00e9",
    "\u00c3\u00a9\u00ff, \u00e9\\xFF",
    "\u00ff\u00c3\u00a9, \\xFF\u00e9",
    "\u00c3, \\xC3",
    "\u00e2\u0082, \\xE2\\x82",
    "\u00e2\u0082\u00ac, \u20ac",
    "\u00f0\u009f\u0098\u0080, \ud83d\ude00",
    "\u00f0\u009f\u0098, \\xF0\\x9F\\x98",
    "\u00ed\u00a0\u0080, \\xED\\xA0\\x80",
    "\u00c0\u00af, \\xC0\\xAF",
    "\u00f5\u0080\u0080\u0080, \\xF5\\x80\\x80\\x80",
    "\u00f4\u0090\u0080\u0080, \\xF4\\x90\\x80\\x80"
  })
  void textShowsEachOffendingByteInUpperCaseHex(String bytes, String text) {
    assertThat(latin1(bytes).text()).isEqualTo(text);
    assertThat(latin1(bytes)).hasToString(text);
  }

  @Test
  void isUtf8AgreesWithTheStrictDecoder() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(5)];
      random.nextBytes(bytes);
      boolean lossless = Arrays.equals(new String(bytes, UTF_8).getBytes(UTF_8), bytes);
      assertThat(EntryName.of(bytes).isUtf8()).isEqualTo(lossless);
    }
  }

  @Test
  void textOfUtf8IsTheText() {
    EntryName name = EntryName.of("d\u00e9j\u00e0/\u2603");
    assertThat(name.text()).isEqualTo("d\u00e9j\u00e0/\u2603");
    assertThat(name.isUtf8()).isTrue();
  }

  @Test
  void equalityHashAndOrderAreThoseOfTheBytes() {
    assertThat(latin1("\u00ff")).isEqualTo(latin1("\u00ff")).hasSameHashCodeAs(latin1("\u00ff"));
    assertThat(latin1("\u00ff")).isNotEqualTo(latin1("\u00aa")).isNotEqualTo("\u00ff");
    List<EntryName> names =
        new ArrayList<>(
            List.of(latin1("\u00ff"), EntryName.of("b"), latin1("a/"), latin1("a"), latin1("a0")));
    Collections.sort(names);
    assertThat(names)
        .containsExactly(
            latin1("a"), latin1("a/"), latin1("a0"), EntryName.of("b"), latin1("\u00ff"));
  }

  @Test
  void bytesGoInAndOutAsCopies() {
    byte[] bytes = {'a', 'b'};
    EntryName name = EntryName.of(bytes);
    bytes[0] = 'x';
    name.bytes()[1] = 'y';
    assertThat(name).isEqualTo(EntryName.of("ab"));
    assertThat(EntryName.of(new byte[] {'a', 'b', 'c'}, 1, 2)).isEqualTo(EntryName.of("b"));
  }

  @Test
  void parentsLeadToTheRoot() {
    EntryName name = EntryName.of("a/b/c");
    assertThat(name.parent()).contains(EntryName.of("a/b"));
    assertThat(EntryName.of("a").parent()).contains(EntryName.ROOT);
    assertThat(EntryName.ROOT.parent()).isEmpty();
    assertThat(name.lastPart()).isEqualTo(EntryName.of("c"));
    assertThat(EntryName.of("a").lastPart()).isEqualTo(EntryName.of("a"));
  }

  @Test
  void resolveIsTheInverseOfParentAndLastPart() {
    for (String text : List.of("a", "a/b", "a/b/c", "x/\u00e9")) {
      EntryName name = EntryName.of(text);
      assertThat(name.parent().orElseThrow().resolve(name.lastPart())).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @CsvSource({"./a, a", "././a, ./a", "a, a", "/a, /a", "./, ./", "., .", ".a, .a", "../a, ../a"})
  void withoutDotSlashDropsOne(String name, String expected) {
    assertThat(EntryName.of(name).withoutDotSlash()).isEqualTo(EntryName.of(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/", "/", "a//"})
  void endsWithSlash(String name) {
    assertThat(EntryName.of(name).endsWithSlash()).isTrue();
    assertThat(EntryName.of(name + "x").endsWithSlash()).isFalse();
    assertThat(EntryName.ROOT.endsWithSlash()).isFalse();
  }

  @Test
  void appendAddsOneCharacter() {
    assertThat(EntryName.of("a").append('0')).isEqualTo(EntryName.of("a0"));
    assertThat(EntryName.ROOT.append('/').length()).isEqualTo(1);
    assertThat(EntryName.ROOT.isEmpty()).isTrue();
  }

  @Test
  void eachByteThatIsNoCharacterIsReplacedByOne() {
    EntryName cut = EntryName.of(new byte[] {'c', (byte) 0xe2, (byte) 0x82, 'x', (byte) 0xff});
    assertThat(cut.withReplacementCharacters()).isEqualTo(EntryName.of("c\ufffd\ufffdx\ufffd"));
    EntryName text = EntryName.of("\u20ac");
    assertThat(text.withReplacementCharacters()).isEqualTo(text);
  }
}
