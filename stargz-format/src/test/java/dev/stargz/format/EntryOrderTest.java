package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterOptions.Missing;
import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prioritized files: what goes first, in which order, and what has to stay. */
class EntryOrderTest {
  private static final String LANDMARK = "reg .prefetch.landmark";
  private static final String NO_PREFETCH = "reg .no.prefetch.landmark";

  private static WriterOptions.Builder options(String... files) {
    return WriterOptions.builder()
        .threads(1)
        .prioritizedFiles(Stream.of(files).map(EntryName::of).toList());
  }

  private static Blob prioritize(TarFixture tar, String... files) throws IOException {
    return convert(tar, options(files).build());
  }

  /** The TOC with its landmark. */
  private static List<String> order(Blob blob) throws IOException {
    return blob.toc().stream()
        .map(TocEntry::toString)
        .filter(line -> !line.startsWith("chunk "))
        .toList();
  }

  private static TarFixture layer() {
    return tar()
        .dir("bin/")
        .file("bin/a", "A")
        .file("bin/b", "B")
        .dir("etc/")
        .dir("etc/conf/")
        .file("etc/conf/c", "C")
        .file("d", "D");
  }

  @Test
  void withoutPrioritizedFilesTheLandmarkStandsFirst() throws IOException {
    assertThat(order(convert(layer())))
        .startsWith(NO_PREFETCH, "dir bin/", "reg bin/a")
        .endsWith("reg d");
  }

  @Test
  void prioritizedFilesStandInTheGivenOrderBehindTheirAncestors() throws IOException {
    assertThat(order(prioritize(layer(), "d", "etc/conf/c", "bin/b")))
        .containsExactly(
            "reg d",
            "dir etc/",
            "dir etc/conf/",
            "reg etc/conf/c",
            "dir bin/",
            "reg bin/b",
            LANDMARK,
            "reg bin/a");
  }

  @Test
  void anAncestorStandsOnceAndFirst() throws IOException {
    assertThat(order(prioritize(layer(), "bin/b", "bin/a")))
        .startsWith("dir bin/", "reg bin/b", "reg bin/a", LANDMARK, "dir etc/");
  }

  @Test
  void theOrderOfTheSourceGivenChangesTheLandmarkAlone() throws IOException {
    Blob blob = prioritize(layer(), "bin", "bin/a", "bin/b");
    assertThat(order(blob))
        .containsExactly(
            "dir bin/",
            "reg bin/a",
            "reg bin/b",
            LANDMARK,
            "dir etc/",
            "dir etc/conf/",
            "reg etc/conf/c",
            "reg d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bin/a", "./bin/a", "/bin/a", "bin//a", "bin/../bin/a"})
  void filesMayBeGivenAbsoluteOrRelativeToTheRoot(String name) throws IOException {
    assertThat(order(prioritize(layer(), name))).startsWith("dir bin/", "reg bin/a", LANDMARK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "./", "/"})
  void theSourcesOwnPrefixMakesNoDifference(String prefix) throws IOException {
    TarFixture tar = tar().file(prefix + "x", "1").file(prefix + "y", "2");
    assertThat(order(prioritize(tar, "y")))
        .containsExactly("reg " + prefix + "y", LANDMARK, "reg " + prefix + "x");
  }

  @Test
  void anExplicitRootIsAnAncestor() throws IOException {
    TarFixture tar = tar().file("./x", "1").dir("./").dir("./d/").file("./d/y", "2");
    assertThat(order(prioritize(tar, "d/y")))
        .containsExactly("dir ./", "dir ./d/", "reg ./d/y", LANDMARK, "reg ./x");
  }

  @Test
  void aParentWithoutAnEntryIsNoError() throws IOException {
    TarFixture tar = tar().file("x", "1").file("no/such/y", "2");
    Blob blob = prioritize(tar, "no/such/y");
    assertThat(order(blob)).containsExactly("reg no/such/y", LANDMARK, "reg x");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void aHardlinksTargetStandsBeforeIt() throws IOException {
    TarFixture tar =
        tar()
            .file("x", "1")
            .dir("lib/")
            .file("lib/real", "2")
            .dir("bin/")
            .hardlink("bin/h", "lib/real");
    Blob blob = prioritize(tar, "bin/h");
    assertThat(blob.listing())
        .containsExactly(
            "dir bin/", "dir lib/", "reg lib/real", "hardlink bin/h -> lib/real", "reg x");
    assertThat(blob.text("bin/h")).isEqualTo("2");
  }

  @Test
  void aChainOfHardlinksMovesTogether() throws IOException {
    TarFixture tar = tar().file("x", "1").file("a", "2").hardlink("b", "a").hardlink("c", "b");
    assertThat(order(prioritize(tar, "c")))
        .containsExactly("reg a", "hardlink b", "hardlink c", LANDMARK, "reg x");
  }

  @Test
  void linksDirectoriesAndDevicesCanBePrioritized() throws IOException {
    TarFixture tar =
        tar()
            .file("x", "1")
            .symlink("l", "x")
            .dir("d/")
            .file("d/f", "2")
            .charDevice("c", 1, 3)
            .fifo("p");
    Blob blob = prioritize(tar, "p", "c", "d", "l");
    assertThat(order(blob))
        .containsExactly("fifo p", "char c", "dir d/", "symlink l", LANDMARK, "reg x", "reg d/f");
    assertThat(blob.entry("c").devMinor()).isEqualTo(3);
  }

  @Test
  void aFileGivenTwiceStandsOnce() throws IOException {
    assertThat(order(prioritize(layer(), "d", "./d", "d")))
        .startsWith("reg d", LANDMARK, "dir bin/");
  }

  @Test
  void longNamesAndExtensionsMoveWithTheirEntry() throws IOException {
    String name = "n".repeat(300);
    byte[] noUtf8 = latin1("\u00ff");
    TarFixture tar =
        tar()
            .file("x", "1")
            .file(name, "2")
            .xattr("user.a", noUtf8)
            .file("y", "3")
            .gnuLongName(noUtf8);
    WriterOptions options =
        WriterOptions.builder()
            .threads(1)
            .prioritizedFiles(List.of(EntryName.of(noUtf8), EntryName.of(name)))
            .build();
    Blob blob = convert(tar, options);
    assertThat(order(blob)).containsExactly("reg \\xFF", "reg " + name, LANDMARK, "reg x");
    assertThat(blob.entry(name).xattrs()).containsEntry("user.a", noUtf8);
  }

  @Test
  void aNameThatOccursTwiceIsNotMoved() throws IOException {
    TarFixture tar = tar().file("x", "1").file("a", "old").file("b", "2").file("a", "new");
    Blob blob = prioritize(tar, "a", "b");
    assertThat(order(blob)).containsExactly("reg b", LANDMARK, "reg x", "reg a");
    assertThat(blob.text("a")).isEqualTo("new");
    assertThat(blob.warnings()).containsExactly(Kind.PRIORITIZED_NOT_MOVED);
    assertThat(blob.facts().warnings().get(0).message()).contains("'a'").contains("more than once");
  }

  @Test
  void anEntryWhoseLinkTargetIsReplacedLaterIsNotMoved() throws IOException {
    TarFixture tar = tar().file("a", "old").hardlink("h", "a").file("a", "new").file("b", "2");
    Blob blob = prioritize(tar, "h", "b");
    assertThat(blob.text("h")).isEqualTo("old");
    assertThat(blob.text("a")).isEqualTo("new");
    assertThat(blob.warnings()).containsExactly(Kind.PRIORITIZED_NOT_MOVED);
  }

  @Test
  void anEntryWhoseDirectoryOccursTwiceIsNotMoved() throws IOException {
    TarFixture tar =
        tar().dir("d/").mode(0700).file("d/f", "1").dir("d/").mode(0755).file("x", "2");
    Blob blob = prioritize(tar, "d/f");
    assertThat(blob.entry("d/").mode()).isEqualTo(0755);
    assertThat(blob.warnings()).containsExactly(Kind.PRIORITIZED_NOT_MOVED);
    assertThat(order(blob)).first().isEqualTo(NO_PREFETCH);
  }

  @Test
  void aFileThatReplacedADirectoryIsNotMoved() throws IOException {
    TarFixture tar = tar().file("d/f", "1").file("d", "2").file("x", "3");
    Blob blob = prioritize(tar, "d");
    assertThat(blob.listing()).containsExactly("reg d", "reg x");
    assertThat(blob.warnings()).containsExactly(Kind.PRIORITIZED_NOT_MOVED);
  }

  @Test
  void anEntryBelowASymlinkIsNotMoved() throws IOException {
    TarFixture tar = tar().dir("real/").symlink("l", "real").file("l/f", "1");
    Blob blob = prioritize(tar, "l/f");
    assertThat(blob.warnings()).containsExactly(Kind.PRIORITIZED_NOT_MOVED, Kind.BELOW_SYMLINK);
    assertThat(blob.listing()).containsExactly("dir real/", "symlink l -> real", "reg l/f");
  }

  @Test
  void aHardlinkWhoseTargetIsNotThereIsNotMoved() throws IOException {
    TarFixture tar = tar().file("x", "1").hardlink("h", "gone").hardlink("self", "self");
    Blob blob = prioritize(tar, "h", "self");
    assertThat(blob.warnings()).startsWith(Kind.PRIORITIZED_NOT_MOVED, Kind.PRIORITIZED_NOT_MOVED);
    assertThat(order(blob)).containsExactly(NO_PREFETCH, "reg x", "hardlink h", "hardlink self");
  }

  @Test
  void aMissingFileIsAnErrorThatNamesIt() {
    assertThatThrownBy(() -> prioritize(layer(), "bin/a", "bin/nothing", "nowhere"))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'bin/nothing'")
        .hasMessageContaining("'nowhere'")
        .hasMessageContaining("2 prioritized files");
  }

  @Test
  void aMissingFileIsAWarningIfAskedFor() throws IOException {
    Blob blob =
        convert(layer(), options("nowhere", "d").missingPrioritized(Missing.WARNING).build());
    assertThat(order(blob)).startsWith("reg d", LANDMARK);
    assertThat(blob.warnings()).containsExactly(Kind.PRIORITIZED_MISSING);
    assertThat(blob.facts().warnings().get(0).message()).contains("'nowhere'");
  }

  @Test
  void ifAllFilesAreMissingNothingIsPrefetched() throws IOException {
    Blob blob = convert(layer(), options("nowhere").missingPrioritized(Missing.WARNING).build());
    assertThat(blob.bytes()).isEqualTo(convert(layer()).bytes());
  }

  @Test
  void globalRecordsForbidAnotherOrder() {
    TarFixture tar = tar().file("a", "1").global(Map.of("uid", "5")).file("b", "2");
    assertThatThrownBy(() -> prioritize(tar, "b"))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("global PAX records")
        .hasMessageContaining("byte 1024 of the tar");
  }

  @Test
  void aCommentForAllForbidsNothing() throws IOException {
    TarFixture tar = tar().global(Map.of("comment", "commit 1234")).file("a", "1").file("b", "2");
    Blob blob = prioritize(tar, "b");
    assertThat(order(blob)).containsExactly("reg b", LANDMARK, "reg a");
    assertThat(new String(blob.tar(), ISO_8859_1)).contains("comment=commit 1234");
  }

  @ParameterizedTest
  @CsvSource({".prefetch.landmark", ".no.prefetch.landmark", "stargz.index.json"})
  void existingLandmarksAreDroppedAndCantBePrioritized(String landmark) throws IOException {
    TarFixture tar = tar().file("a", "1").file(landmark, "\u000f").file("b", "2");
    Blob blob = prioritize(tar, "b");
    assertThat(order(blob)).containsExactly("reg b", LANDMARK, "reg a");
    assertThat(blob.warnings()).containsExactly(Kind.RESERVED_NAME_DROPPED);
    assertThatThrownBy(() -> prioritize(tar, landmark)).isInstanceOf(UnsupportedException.class);
  }

  @Test
  void theFormatOf2019HasTheOrderAndNoLandmark() throws IOException {
    Blob blob = convert(layer(), options("d").format(BlobFormat.STARGZ).build());
    assertThat(order(blob)).startsWith("reg d", "dir bin/").doesNotContain(LANDMARK, NO_PREFETCH);
  }

  @Test
  void readingBackYieldsTheSameTree() throws IOException {
    Blob plain = convert(layer());
    Blob ordered = prioritize(layer(), "etc/conf/c", "d");
    assertThat(ordered.files()).hasSameSizeAs(plain.files());
    for (Map.Entry<String, byte[]> file : plain.files().entrySet()) {
      assertThat(ordered.files().get(file.getKey())).isEqualTo(file.getValue());
      TocEntry before = plain.entry(file.getKey());
      TocEntry after = ordered.entry(file.getKey());
      assertThat(after.mode()).isEqualTo(before.mode());
      assertThat(after.digest()).isEqualTo(before.digest());
    }
    assertThat(ordered.listing()).containsExactlyInAnyOrderElementsOf(plain.listing());
    assertThat(ordered.tar()).hasSameSizeAs(plain.tar());
  }

  @Test
  void allThatIsPrioritizedLiesBeforeTheLandmark() throws IOException {
    Blob blob = prioritize(layer(), "etc/conf/c", "bin/b");
    long landmark = blob.entry(".prefetch.landmark").offset();
    assertThat(blob.entry("etc/conf/c").offset()).isLessThan(landmark);
    assertThat(blob.entry("bin/b").offset()).isLessThan(landmark);
    assertThat(blob.entry("bin/a").offset()).isGreaterThan(landmark);
    assertThat(blob.entry("d").offset()).isGreaterThan(landmark);
  }

  @Test
  void convertingAgainInTheSameOrderGivesTheSameBytes() throws IOException {
    Blob once = prioritize(layer(), "etc/conf/c", "bin/b");
    Blob twice = convert(once.bytes(), options("etc/conf/c", "bin/b").build());
    assertThat(twice.bytes()).isEqualTo(once.bytes());
  }

  @Test
  void anErrorStillTellsTheSourcesPosition() {
    TarFixture tar = tar().file("a", "1").dir("d/").hardlink("h", "d").file("z", "2");
    assertThatThrownBy(() -> prioritize(tar, "z"))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'h'")
        .hasMessageContaining("byte 1536 of the tar");
  }
}
