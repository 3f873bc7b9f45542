package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One entry a path: what an unpacker would leave there. */
class HardPathsTest {
  private static Blob check(TarFixture tar) throws IOException {
    Blob blob = convert(tar);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    List<Long> offsets =
        blob.toc().stream().filter(TocEntry::hasContent).map(TocEntry::offset).toList();
    assertThat(offsets).isSorted().doesNotHaveDuplicates();
    assertThat(convert(blob.bytes()).bytes()).isEqualTo(blob.bytes());
    return blob;
  }

  @Test
  void ofOneNameTwiceTheLastIsListedInItsPlace() throws IOException {
    Blob blob = check(tar().file("a", "first").file("b", "between").file("a", "last"));
    assertThat(blob.listing()).containsExactly("reg b", "reg a");
    assertThat(blob.text("a")).isEqualTo("last");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void namesAreOneIfTheyCleanToOne() throws IOException {
    Blob blob = check(tar().file("./a", "1").file("/a", "2").file("x/../a", "3").file("a", "4"));
    assertThat(blob.listing()).containsExactly("reg a");
    assertThat(blob.text("a")).isEqualTo("4");
  }

  @Test
  void aDirectoryTwiceKeepsWhatIsInItAndTheLastHeader() throws IOException {
    Blob blob = check(tar().dir("d/").mode(0700).file("d/f", "x").dir("d").mode(0711));
    assertThat(blob.listing()).containsExactly("reg d/f", "dir d");
    assertThat(blob.entry("d").mode()).isEqualTo(0711);
  }

  @Test
  void aFileThatReplacesADirectoryRemovesWhatWasBelow() throws IOException {
    Blob blob =
        check(
            tar()
                .dir("d/")
                .file("d/f", "1")
                .dir("d/e/")
                .file("d/e/g", "2")
                .file("d-sibling", "3")
                .file("d0", "4")
                .file("d", "now a file"));
    assertThat(blob.listing()).containsExactly("reg d-sibling", "reg d0", "reg d");
    assertThat(blob.text("d")).isEqualTo("now a file");
  }

  @Test
  void aFileThatReplacesADirectoryWithoutAnEntryRemovesWhatWasBelow() throws IOException {
    Blob blob = check(tar().file("d/e/f", "1").file("d", "now a file"));
    assertThat(blob.listing()).containsExactly("reg d");
  }

  @Test
  void aDirectoryThatReplacesAFileMayHaveEntriesBelow() throws IOException {
    Blob blob = check(tar().file("d", "was a file").dir("d/").file("d/f", "x"));
    assertThat(blob.listing()).containsExactly("dir d/", "reg d/f");
  }

  @Test
  void aSymlinkThatReplacesADirectoryRemovesWhatWasBelow() throws IOException {
    Blob blob = check(tar().dir("d/").file("d/f", "x").dir("e/").symlink("d", "e"));
    assertThat(blob.listing()).containsExactly("dir e/", "symlink d -> e");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void aDirectoryThatReplacesASymlinkIsADirectory() throws IOException {
    Blob blob = check(tar().dir("e/").symlink("d", "e").dir("d/").file("d/f", "x"));
    assertThat(blob.listing()).containsExactly("dir e/", "dir d/", "reg d/f");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void aFileASymlinkAndADeviceReplaceEachOther() throws IOException {
    Blob blob =
        check(
            tar().file("x", "1").symlink("x", "y").charDevice("x", 1, 3).fifo("x").file("x", "2"));
    assertThat(blob.listing()).containsExactly("reg x");
    assertThat(blob.text("x")).isEqualTo("2");
  }

  @Test
  void aDirectoryThatReplacesAFileThatReplacedADirectoryIsEmpty() throws IOException {
    Blob blob = check(tar().dir("d/").file("d/f", "x").file("d", "y").dir("d/"));
    assertThat(blob.listing()).containsExactly("dir d/");
  }

  @Test
  void anEntryBelowASymlinkIsListedAsStoredWithAWarning() throws IOException {
    Blob blob = check(tar().dir("real/").symlink("link", "real").file("link/f", "content"));
    assertThat(blob.listing()).containsExactly("dir real/", "symlink link -> real", "reg link/f");
    assertThat(blob.text("link/f")).isEqualTo("content");
    assertThat(blob.warnings()).containsExactly(Kind.BELOW_SYMLINK);
    assertThat(blob.facts().warnings().get(0).entry()).contains(EntryName.of("link/f"));
    assertThat(blob.facts().warnings().get(0).message()).contains("'link/f'").contains("'link'");
  }

  @Test
  void anEntryFarBelowASymlinkAndBehindOthersIsWarnedOfToo() throws IOException {
    Blob blob =
        check(
            tar()
                .file("link/a", "1")
                .dir("other/")
                .symlink("link", "other")
                .dir("link/sub/")
                .file("link/sub/b", "2"));
    assertThat(blob.listing())
        .containsExactly("dir other/", "symlink link -> other", "dir link/sub/", "reg link/sub/b");
    assertThat(blob.warnings()).containsExactly(Kind.BELOW_SYMLINK, Kind.BELOW_SYMLINK);
  }

  @Test
  void anEntryBelowAHardlinkToASymlinkIsBelowASymlink() throws IOException {
    Blob blob = check(tar().symlink("s", "d").hardlink("h", "s").file("h/f", "x"));
    assertThat(blob.warnings()).containsExactly(Kind.BELOW_SYMLINK);
  }

  @Test
  void anEntryBelowARegularFileIsAnErrorThatNamesIt() {
    TarFixture tar = tar().file("f", "x").file("f/below", "y");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'f/below'")
        .hasMessageContaining("byte 1024 of the tar")
        .hasMessageContaining("'f'");
  }

  @ParameterizedTest
  @ValueSource(chars = {'3', '4', '6'})
  void anEntryBelowADeviceIsAnErrorToo(char typeflag) {
    TarFixture tar = tar().entry(typeflag, "dev").file("dev/a/b/c", "y");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'dev/a/b/c'");
  }

  @Test
  void anEntryBelowAFileThatReplacedItsDirectoryIsAnError() {
    TarFixture tar = tar().dir("d/").file("d/f", "1").file("d", "2").file("d/g", "3");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'d/g'");
  }

  @Test
  void theRootCantBeAnythingButADirectory() {
    assertThatThrownBy(() -> convert(tar().file("./", "x")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("root");
    assertThatThrownBy(() -> convert(tar().symlink("a/..", "x")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("root");
  }

  @Test
  void parentsMayComeAfterTheirChildrenOrNotAtAll() throws IOException {
    Blob blob = check(tar().file("a/b/c", "1").dir("a/").file("x/y", "2"));
    assertThat(blob.listing()).containsExactly("reg a/b/c", "dir a/", "reg x/y");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void whiteoutsAreFilesLikeOthers() throws IOException {
    Blob blob = check(tar().file("d/.wh.gone", "").file("d/.wh..wh..opq", "").file("d/f", "x"));
    assertThat(blob.listing()).containsExactly("reg d/.wh.gone", "reg d/.wh..wh..opq", "reg d/f");
  }

  @Test
  void aDuplicateOfSeveralChunksLeavesNoChunkBehind() throws IOException {
    WriterOptions options = WriterOptions.builder().threads(1).chunkSize(4).build();
    Blob blob = convert(tar().file("a", "0123456789").file("a", "abcdef").file("b", "x"), options);
    assertThat(blob.listing()).containsExactly("reg a", "chunk a", "reg b");
    assertThat(blob.text("a")).isEqualTo("abcdef");
  }

  @Test
  void manyWarningsAreCountedAndNotKept() throws IOException {
    TarFixture tar = tar().symlink("l", "d").in(Dialect.USTAR);
    for (int i = 0; i < 1500; i++) {
      tar.file("l/" + i, "");
    }
    Blob blob = convert(tar);
    assertThat(blob.warnings()).hasSize(1001).last().isEqualTo(Kind.MORE);
    assertThat(blob.facts().warnings().get(1000).message()).contains("500");
  }
}
