package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hard links: each stands behind the entry that carries its content, and names that one. */
class HardLinksTest {
  private static Blob check(TarFixture tar) throws IOException {
    Blob blob = convert(tar);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    checkLinksStandBehindTheirContent(blob);
    assertThat(convert(blob.bytes()).bytes()).isEqualTo(blob.bytes());
    return blob;
  }

  private static void checkLinksStandBehindTheirContent(Blob blob) throws IOException {
    Set<EntryName> seen = new HashSet<>();
    for (TocEntry entry : blob.toc()) {
      if (entry.type() == TocEntryType.HARDLINK && blob.warnings().isEmpty()) {
        assertThat(seen).contains(entry.linkName().cleaned());
      } else {
        seen.add(entry.name().cleaned());
      }
    }
    List<Long> offsets =
        blob.toc().stream().filter(TocEntry::hasContent).map(TocEntry::offset).toList();
    assertThat(offsets).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aLinkHasItsOwnHeaderAndTheTargetsContent() throws IOException {
    Blob blob = check(tar().file("a", "content").mode(0600).hardlink("h", "a").mode(0644));
    assertThat(blob.listing()).containsExactly("reg a", "hardlink h -> a");
    assertThat(blob.text("h")).isEqualTo("content");
    assertThat(blob.entry("h").mode()).isEqualTo(0644);
  }

  @ParameterizedTest
  @CsvSource({"./a, a", "a, a", "/a, /a", "../a, ../a", "././a, ./a"})
  void aLinkNamesItsTargetsEntryLessOneLeadingDotSlash(String stored, String linkName)
      throws IOException {
    Blob blob = check(tar().file(stored, "content").hardlink("h", "x/../a"));
    assertThat(blob.entry("h").linkName()).isEqualTo(EntryName.of(linkName));
    assertThat(blob.text("h")).isEqualTo("content");
  }

  @Test
  void aLinkToALinkNamesTheContent() throws IOException {
    Blob blob =
        check(tar().file("a", "content").hardlink("b", "a").hardlink("c", "b").hardlink("d", "c"));
    assertThat(blob.listing())
        .containsExactly("reg a", "hardlink b -> a", "hardlink c -> a", "hardlink d -> a");
    assertThat(blob.text("d")).isEqualTo("content");
  }

  @Test
  void aLinkBeforeItsTargetIsListedBehindIt() throws IOException {
    Blob blob = check(tar().hardlink("h", "a").file("b", "other").file("a", "content"));
    assertThat(blob.listing()).containsExactly("reg b", "reg a", "hardlink h -> a");
    assertThat(blob.text("h")).isEqualTo("content");
  }

  @Test
  void aChainOfLinksBeforeTheirTargetIsListedBehindIt() throws IOException {
    Blob blob =
        check(tar().hardlink("c", "b").hardlink("b", "a").file("a", "content").hardlink("d", "c"));
    assertThat(blob.listing())
        .containsExactly("reg a", "hardlink c -> a", "hardlink b -> a", "hardlink d -> a");
    assertThat(blob.text("c")).isEqualTo("content");
  }

  @Test
  void earlyLinksStandBehindAllChunksOfTheirContent() throws IOException {
    WriterOptions options = WriterOptions.builder().threads(1).chunkSize(3).build();
    Blob blob = convert(tar().hardlink("h", "a").file("a", "0123456"), options);
    assertThat(blob.listing()).containsExactly("reg a", "chunk a", "chunk a", "hardlink h -> a");
    assertThat(blob.text("h")).isEqualTo("0123456");
  }

  @Test
  void aLinkToASymlinkIsThatSymlink() throws IOException {
    Blob blob = check(tar().symlink("s", "target").hardlink("h", "s"));
    assertThat(blob.listing()).containsExactly("symlink s -> target", "hardlink h -> s");
    try (StargzReader reader = blob.open()) {
      TocEntry found = reader.find(EntryName.of("h")).orElseThrow();
      assertThat(found.type()).isEqualTo(TocEntryType.SYMLINK);
      assertThat(found.linkName()).isEqualTo(EntryName.of("target"));
    }
  }

  @Test
  void aLinkToAnEmptyFileAndToADevice() throws IOException {
    Blob blob =
        check(tar().file("e", "").hardlink("h", "e").charDevice("c", 1, 3).hardlink("hc", "c"));
    assertThat(blob.listing())
        .containsExactly("reg e", "hardlink h -> e", "char c", "hardlink hc -> c");
    assertThat(blob.text("h")).isEmpty();
  }

  @Test
  void aLinkToADirectoryIsAnErrorThatNamesIt() {
    TarFixture tar = tar().dir("d/").hardlink("h", "d");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'h'")
        .hasMessageContaining("byte 512 of the tar")
        .hasMessageContaining("'d'");
  }

  @Test
  void aLinkToADirectoryThatComesLaterIsAnErrorToo() {
    TarFixture tar = tar().hardlink("h", "d").dir("d/");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'h'");
  }

  @Test
  void aLinkToAReplacedFileKeepsTheEarlierContent() throws IOException {
    Blob blob =
        check(
            tar()
                .file("a", "old")
                .mode(0640)
                .owner(3, 4)
                .hardlink("h", "a")
                .file("b", "between")
                .file("a", "new"));
    assertThat(blob.listing()).containsExactly("reg h", "reg b", "reg a");
    assertThat(blob.text("h")).isEqualTo("old");
    assertThat(blob.text("a")).isEqualTo("new");
    assertThat(blob.entry("h").mode()).isEqualTo(0640);
    assertThat(blob.entry("h").uid()).isEqualTo(3);
  }

  @Test
  void furtherLinksToAReplacedFileNameTheFirstThatSurvives() throws IOException {
    Blob blob =
        check(
            tar()
                .file("a", "old")
                .hardlink("h1", "a")
                .hardlink("h2", "a")
                .hardlink("h3", "h1")
                .file("a", "new")
                .file("h1", "gone too"));
    assertThat(blob.listing()).containsExactly("reg h2", "hardlink h3 -> h2", "reg a", "reg h1");
    assertThat(blob.text("h2")).isEqualTo("old");
    assertThat(blob.text("h3")).isEqualTo("old");
    assertThat(blob.text("h1")).isEqualTo("gone too");
  }

  @Test
  void contentOfSeveralChunksOutlivesItsNameToo() throws IOException {
    WriterOptions options = WriterOptions.builder().threads(1).chunkSize(4).build();
    Blob blob = convert(tar().file("a", "0123456789").hardlink("h", "a").file("a", "new"), options);
    assertThat(blob.listing()).containsExactly("reg h", "chunk h", "chunk h", "reg a");
    assertThat(blob.text("h")).isEqualTo("0123456789");
  }

  @Test
  void aLinkOutlivesTheDirectoryOfItsTarget() throws IOException {
    Blob blob =
        check(tar().dir("d/").file("d/f", "x").hardlink("h", "d/f").symlink("d", "elsewhere"));
    assertThat(blob.listing()).containsExactly("reg h", "symlink d -> elsewhere");
    assertThat(blob.text("h")).isEqualTo("x");
  }

  @Test
  void contentWhoseEveryNameIsGoneIsNotListed() throws IOException {
    Blob blob =
        check(tar().file("a", "old").hardlink("h", "a").file("a", "new").file("h", "other"));
    assertThat(blob.listing()).containsExactly("reg a", "reg h");
    assertThat(blob.text("h")).isEqualTo("other");
  }

  @Test
  void aLinkFromAFilesOwnNameThroughItsLinkChangesNothing() throws IOException {
    Blob blob = check(tar().file("b", "content").hardlink("a", "b").hardlink("b", "a"));
    assertThat(blob.text("a")).isEqualTo("content");
    assertThat(blob.text("b")).isEqualTo("content");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void aLinkToItselfIsNoChangeIfTheFileIsThere() throws IOException {
    Blob blob = check(tar().file("a", "content").hardlink("a", "./a"));
    assertThat(blob.listing()).containsExactly("reg a");
    assertThat(blob.text("a")).isEqualTo("content");
  }

  @Test
  void aLinkTwiceIsListedOnce() throws IOException {
    Blob blob = check(tar().file("a", "content").hardlink("h", "a").hardlink("h", "a"));
    assertThat(blob.listing()).containsExactly("reg a", "hardlink h -> a");
  }

  @Test
  void aLinkReplacesAFileAndAFileALink() throws IOException {
    Blob blob =
        check(
            tar()
                .file("a", "A")
                .file("b", "B")
                .hardlink("b", "a")
                .hardlink("c", "a")
                .file("c", "C"));
    assertThat(blob.listing()).containsExactly("reg a", "hardlink b -> a", "reg c");
    assertThat(blob.text("b")).isEqualTo("A");
    assertThat(blob.text("c")).isEqualTo("C");
  }

  @Test
  void aLinkWhoseTargetIsNotInTheLayerIsKeptWithAWarning() throws IOException {
    Blob blob = check(tar().file("a", "1").hardlink("h", "lower/layer").file("b", "2"));
    assertThat(blob.listing()).containsExactly("reg a", "hardlink h -> lower/layer", "reg b");
    assertThat(blob.warnings()).containsExactly(Kind.DANGLING_HARDLINK);
    WriterWarning warning = blob.facts().warnings().get(0);
    assertThat(warning.entry()).contains(EntryName.of("h"));
    assertThat(warning.message()).contains("'h'", "'lower/layer'", "other readers");
    assertCantBeRead(blob, "h");
  }

  private static void assertCantBeRead(Blob blob, String path) throws IOException {
    try (StargzReader reader = blob.open()) {
      assertThat(reader.toc().entries()).extracting(TocEntry::readableName).contains(path);
      assertThatThrownBy(() -> reader.find(EntryName.of(path)))
          .isInstanceOf(CorruptException.class)
          .hasMessageContaining("'" + path + "'");
    }
  }

  @Test
  void linksInACircleAreDangling() throws IOException {
    Blob blob = check(tar().hardlink("a", "b").hardlink("b", "c").hardlink("c", "a"));
    assertThat(blob.warnings()).hasSize(3).containsOnly(Kind.DANGLING_HARDLINK);
    assertCantBeRead(blob, "a");
    assertCantBeRead(blob, "b");
  }

  @Test
  void aLinkToItselfAloneIsDangling() throws IOException {
    Blob blob = check(tar().hardlink("a", "a"));
    assertThat(blob.warnings()).containsExactly(Kind.DANGLING_HARDLINK);
    assertCantBeRead(blob, "a");
  }

  @Test
  void aLinkToARemovedFileIsDangling() throws IOException {
    Blob blob = check(tar().file("d/f", "x").file("d", "y").hardlink("h", "d/f"));
    assertThat(blob.warnings()).containsExactly(Kind.DANGLING_HARDLINK);
    assertThat(blob.listing()).containsExactly("reg d", "hardlink h -> d/f");
  }

  @Test
  void aLinkThroughASymlinkedDirectoryFindsItsTarget() throws IOException {
    Blob blob =
        check(
            tar()
                .dir("usr/")
                .dir("usr/bin/")
                .file("usr/bin/tool", "content")
                .symlink("bin", "usr/bin")
                .symlink("abs", "/usr")
                .symlink("usr/self", "../bin")
                .hardlink("h1", "bin/tool")
                .hardlink("h2", "abs/bin/tool")
                .hardlink("h3", "usr/self/tool"));
    assertThat(blob.entry("h1").linkName()).isEqualTo(EntryName.of("usr/bin/tool"));
    assertThat(blob.entry("h2").linkName()).isEqualTo(EntryName.of("usr/bin/tool"));
    assertThat(blob.entry("h3").linkName()).isEqualTo(EntryName.of("usr/bin/tool"));
    assertThat(blob.text("h3")).isEqualTo("content");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void aLinkThroughSymlinksInACircleIsDangling() throws IOException {
    Blob blob = check(tar().symlink("a", "b").symlink("b", "a").hardlink("h", "a/file"));
    assertThat(blob.warnings()).containsExactly(Kind.DANGLING_HARDLINK);
  }

  @Test
  void aLinkToADirectoryWithoutAnEntryIsAnErrorToo() {
    TarFixture tar = tar().file("d/f", "x").hardlink("h", "d");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'h'");
  }

  @Test
  void aLinkWithoutATargetGoesToTheRootAndIsAnError() {
    assertThatThrownBy(() -> convert(tar().hardlink("h", "")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'h'");
  }

  @Test
  void aLinkThatFreesItsOwnTargetsDirectoryKeepsTheContent() throws IOException {
    Blob blob = check(tar().dir("d/").file("d/f", "content").hardlink("d", "d/f"));
    assertThat(blob.listing()).containsExactly("reg d");
    assertThat(blob.text("d")).isEqualTo("content");
  }

  @Test
  void aLongChainOfEarlyLinksIsResolvedWithoutRecursion() throws IOException {
    TarFixture tar = tar();
    for (int i = 20_000; i > 0; i--) {
      tar.hardlink("l" + i, "l" + (i - 1));
    }
    Blob blob = convert(tar.file("l0", "content"));
    assertThat(blob.text("l20000")).isEqualTo("content");
    assertThat(blob.warnings()).isEmpty();
  }
}
