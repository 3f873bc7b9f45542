package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are bytes: stored as they are, cleaned for look-up only. */
class HardNamesTest {
  private static EntryName bytes(String latin1) {
    return EntryName.of(latin1(latin1));
  }

  private static List<EntryName> names(Blob blob) throws IOException {
    return blob.toc().stream()
        .map(TocEntry::name)
        .filter(name -> !name.text().endsWith(".landmark"))
        .toList();
  }

  private static Optional<TocEntry> find(Blob blob, String path) throws IOException {
    try (StargzReader reader = blob.open()) {
      return reader.find(EntryName.of(path));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "./a/b, a/b",
    "/a/b, a/b",
    "a//b, a/b",
    "a/./b, a/b",
    "a/../b, b",
    "../../b, b",
    "/../b, b",
    "a/b/../../c/d, c/d",
    "././b, b"
  })
  void oddPathsAreStoredAsTheyAreAndFoundByTheirCleanForm(String stored, String clean)
      throws IOException {
    TarFixture tar = tar().file(stored, "content");
    Blob blob = convert(tar);
    assertThat(blob.listing()).containsExactly("reg " + stored);
    assertThat(blob.text(clean)).isEqualTo("content");
    assertThat(blob.text("/" + clean)).isEqualTo("content");
    assertThat(blob.text("./" + clean)).isEqualTo("content");
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @ParameterizedTest
  @ValueSource(strings = {"./", "/", ".", "./.", "a/.."})
  void theRootMayHaveAnEntry(String root) throws IOException {
    Blob blob = convert(tar().dir(root).mode(0711).file("f", "x"));
    assertThat(blob.listing()).containsExactly("dir " + root, "reg f");
    assertThat(find(blob, "/"))
        .hasValueSatisfying(entry -> assertThat(entry.mode()).isEqualTo(457));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"two\nlines", "tab\there", "quote\"back\\slash", "\u0001\u007f", "\u2028"})
  void controlCharactersAndQuotesSurviveTheJson(String name) throws IOException {
    Blob blob = convert(tar().file(name, "content"));
    assertThat(names(blob)).containsExactly(EntryName.of(name));
    assertThat(blob.text(name)).isEqualTo("content");
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"PAX", "GNU"})
  void namesOfThreeHundredBytesAndMore(Dialect dialect) throws IOException {
    String name = "d/".repeat(1000) + "n".repeat(255) + "/" + "m".repeat(1800);
    TarFixture tar = tar().in(dialect).file(name, "x").symlink("l", name).hardlink("h", name);
    Blob blob = convert(tar);
    assertThat(blob.listing())
        .containsExactly("reg " + name, "symlink l -> " + name, "hardlink h -> " + name);
    assertThat(blob.text("h")).isEqualTo("x");
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"PAX", "GNU"})
  void namesAndTargetsThatNoSystemTakesAreRefused(Dialect dialect) {
    String name = "n".repeat(4097);
    TarFixture file = tar().in(dialect).file(name, "x");
    TarFixture link = tar().in(dialect).symlink("l", name);
    for (TarFixture tar : List.of(file, link)) {
      assertThatThrownBy(() -> convert(tar))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("of 4097 bytes: no system takes more than 4096");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "\u20ac", "\ud83d\ude00", "e\u0301"})
  void namesBeyondAsciiAreTextAndNotNormalized(String name) throws IOException {
    Blob blob = convert(tar().file(name, "x").in(Dialect.GNU).file(name + "2", "y"));
    assertThat(blob.listing()).containsExactly("reg " + name, "reg " + name + "2");
    assertThat(blob.tocJson()).doesNotContain("nameBase64");
    assertThat(blob.text(name)).isEqualTo("x");
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"USTAR", "PAX", "GNU"})
  void namesThatAreNoUtf8StayApartWithTheirLinks(Dialect dialect) throws IOException {
    TarFixture tar =
        tar()
            .in(dialect)
            .file(latin1("n\u00ff"), latin1("first"))
            .file(latin1("n\u00aa"), latin1("second"))
            .symlink(latin1("s\u00ff"), latin1("n\u00ff"))
            .hardlink(latin1("h\u00aa"), latin1("n\u00aa"))
            .hardlink(latin1("h\u00ff"), latin1("n\u00ff"));
    Blob blob = convert(tar);
    assertThat(blob.listing())
        .containsExactly(
            "reg n\\xFF",
            "reg n\\xAA",
            "symlink s\\xFF -> n\\xFF",
            "hardlink h\\xAA -> n\\xAA",
            "hardlink h\\xFF -> n\\xFF");
    assertThat(names(blob))
        .containsExactly(
            bytes("n\u00ff"),
            bytes("n\u00aa"),
            bytes("s\u00ff"),
            bytes("h\u00aa"),
            bytes("h\u00ff"));
    assertThat(blob.content(bytes("h\u00aa"))).asString().isEqualTo("second");
    assertThat(blob.content(bytes("h\u00ff"))).asString().isEqualTo("first");
    assertThat(blob.entry("s\\xFF").linkName()).isEqualTo(bytes("n\u00ff"));
    assertThat(blob.entry("h\\xAA").linkName()).isEqualTo(bytes("n\u00aa"));
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void exactBytesStandInTheJsonOnlyWhereTheyAreNoUtf8() throws IOException {
    Blob blob = convert(tar().file(latin1("\u00ff"), latin1("x")).symlink("l", "plain"));
    assertThat(blob.tocJson())
        .contains("{\"name\":\"\\\\xFF\",\"type\":\"reg\"")
        .contains("\"nameBase64\":\"/w==\"")
        .doesNotContain("linkNameBase64");
  }

  @Test
  void aReadableNameIsUniqueWhenASiblingIsLiterallyNamedSo() throws IOException {
    Blob blob =
        convert(
            tar()
                .file(latin1("d/\u00ff"), latin1("bytes"))
                .file("d/\\xFF", "literal")
                .file("d/\\xFF~2", "literal 2")
                .hardlink(latin1("h"), latin1("d/\u00ff"))
                .file("\\xFF", "elsewhere"));
    List<String> readable = blob.toc().stream().map(TocEntry::readableName).toList();
    assertThat(readable).doesNotHaveDuplicates().contains("d/\\xFF", "d/\\xFF~2");
    assertThat(blob.content(bytes("d/\u00ff"))).asString().isEqualTo("bytes");
    assertThat(blob.text("d/\\xFF")).isEqualTo("literal");
    assertThat(blob.text("h")).isEqualTo("bytes");
    assertThat(blob.entry("h").readableLinkName())
        .isEqualTo(readable.get(names(blob).indexOf(bytes("d/\u00ff")) + 1));
  }

  @Test
  void twoNamesThatAreNoUtf8AndReadAlikeStayApart() throws IOException {
    Blob blob =
        convert(
            tar()
                .file(latin1("\u00ff\u00aa"), latin1("bytes"))
                .file(latin1("\\xFF\u00aa"), latin1("half literal")));
    assertThat(blob.listing()).containsExactly("reg \\xFF\\xAA", "reg \\xFF\\xAA~2");
    assertThat(blob.content(bytes("\\xFF\u00aa"))).asString().isEqualTo("half literal");
  }

  @Test
  void aNumberThatMakesANameUniqueIsNotGivenTwice() throws IOException {
    Blob blob =
        convert(
            tar()
                .file("\\xFF", "literal")
                .file(latin1("\u00ff"), latin1("bytes"))
                .file(latin1("\u00ff~2"), latin1("bytes and a number")));
    assertThat(blob.listing()).containsExactly("reg \\xFF", "reg \\xFF~2", "reg \\xFF~2~2");
  }

  @Test
  void aDirectoryThatIsNoUtf8IsReadableTheSameWayInAllPathsBelow() throws IOException {
    Blob blob =
        convert(
            tar()
                .dir("\\xFF/")
                .dir(latin1("\u00ff/"))
                .file(latin1("\u00ff/\u00aa"), latin1("1"))
                .file(latin1("\u00ff/plain"), latin1("2"))
                .file("\\xFF/plain", "3"));
    List<String> listing = blob.listing();
    assertThat(new HashSet<>(listing)).hasSameSizeAs(listing);
    assertThat(listing)
        .containsExactly(
            "dir \\xFF/",
            "dir \\xFF~2/",
            "reg \\xFF~2/\\xAA",
            "reg \\xFF~2/plain",
            "reg \\xFF/plain");
    assertThat(blob.content(bytes("\u00ff/plain"))).asString().isEqualTo("2");
  }

  @Test
  void twoDirectoriesWithoutEntriesStayApartToo() throws IOException {
    Blob blob =
        convert(
            tar()
                .file("\\xFF/f", "literal")
                .file(latin1("\u00ff/f"), latin1("bytes"))
                .file(latin1("\u00ff/g"), latin1("bytes too")));
    assertThat(blob.listing()).containsExactly("reg \\xFF/f", "reg \\xFF~2/f", "reg \\xFF~2/g");
  }

  @Test
  void readableNamesDontDependOnTheOrderOfReadingThemBack() throws IOException {
    TarFixture tar = tar().file(latin1("\u00ff"), latin1("1")).file("\\xFF", "2");
    Blob once = convert(tar);
    Blob twice = convert(once.bytes());
    assertThat(twice.bytes()).isEqualTo(once.bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"./\u00ff", "\u00ff/", "./\u00ff/"})
  void theReadableFormKeepsLeadingDotAndTrailingSlash(String name) throws IOException {
    Blob blob = convert(tar().dir(latin1(name)));
    assertThat(names(blob)).containsExactly(bytes(name));
    assertThat(blob.listing()).containsExactly("dir " + name.replace("\u00ff", "\\xFF"));
  }

  @Test
  void aChunkCarriesTheExactNameToo() throws IOException {
    WriterOptions options = WriterOptions.builder().threads(1).chunkSize(2).build();
    Blob blob = convert(tar().file(latin1("\u00ff"), latin1("12345")), options);
    assertThat(names(blob)).containsExactly(bytes("\u00ff"), bytes("\u00ff"), bytes("\u00ff"));
    assertThat(blob.content(bytes("\u00ff"))).asString(UTF_8).isEqualTo("12345");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00c3",
        "\u00e2\u0082",
        "\u00ed\u00a0\u0080",
        "\u00c0\u00af",
        "\u00f5aaa",
        "\u0080"
      })
  void cutOverlongAndForbiddenSequencesAreNoUtf8(String name) throws IOException {
    Blob blob = convert(tar().file(latin1(name), latin1("x")));
    assertThat(names(blob)).containsExactly(bytes(name));
    assertThat(blob.toc().get(1).readableName()).startsWith("\\x").isPrintable();
  }

  @Test
  void ownersWhoseNamesAreNoUtf8AreShownReadable() throws IOException {
    Blob blob = convert(tar().file("f", "x").pax("uname", latin1("m\u00fcller")));
    assertThat(blob.entry("f").userName()).isEqualTo("m\\xFCller");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "./", "/", "../"})
  void prefixesOfAllNamesMakeNoDifferenceToTheTree(String prefix) throws IOException {
    Blob blob =
        convert(
            tar()
                .dir(prefix + "d/")
                .file(prefix + "d/f", "content")
                .hardlink(prefix + "h", prefix + "d/f")
                .hardlink(prefix + "plain", "d/f"));
    assertThat(blob.text("d/f")).isEqualTo("content");
    assertThat(blob.text("h")).isEqualTo("content");
    assertThat(blob.text("plain")).isEqualTo("content");
    assertThat(find(blob, "d")).isPresent();
    String target = prefix.equals("./") ? "d/f" : prefix + "d/f";
    assertThat(blob.entry(prefix + "h").linkName()).isEqualTo(EntryName.of(target));
  }

  @Test
  void latin1AndUtf8FormsOfOneLetterAreTwoFiles() throws IOException {
    Blob blob = convert(tar().file("\u00e9", "utf-8").file(latin1("\u00e9"), latin1("latin")));
    assertThat(blob.listing()).containsExactly("reg \u00e9", "reg \\xE9");
    assertThat(blob.content(bytes("\u00e9"))).asString().isEqualTo("latin");
    assertThat(blob.text("\u00e9")).isEqualTo("utf-8");
  }
}
