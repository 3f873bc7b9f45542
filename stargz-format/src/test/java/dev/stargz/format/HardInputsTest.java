package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that other writers stumble over: kinds, extensions, sizes that lie. */
class HardInputsTest {
  private static final WriterOptions SKIP =
      WriterOptions.builder().threads(1).skipUnsupported(true).build();

  @Test
  void aGlobalHeaderStaysInTheTarAndOutOfTheToc() throws IOException {
    TarFixture tar =
        tar().file("a", "1").global(Map.of("path", "wrong", "uid", "77")).file("b", "2");
    Blob blob = convert(tar);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    assertThat(blob.listing()).containsExactly("reg a", "reg b");
    assertThat(blob.entry("b").uid()).isZero();
    assertThat(blob.text("b")).isEqualTo("2");
    assertThat(blob.warnings()).containsExactly(Kind.GLOBAL_RECORDS);
    assertThat(blob.facts().warnings().get(0).message()).contains("byte 1024 of the tar");
  }

  @Test
  void aGlobalHeaderWithNothingButACommentIsNoReasonToWarn() throws IOException {
    TarFixture tar = tar().global(Map.of("comment", "0123456789abcdef")).file("a", "1");
    Blob blob = convert(tar);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    assertThat(blob.listing()).containsExactly("reg a");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void aGlobalHeaderMayBeTheLastEntry() throws IOException {
    TarFixture tar = tar().file("a", "1").global(Map.of("comment", "x"));
    assertThat(convert(tar).sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void recordsBeforeAGlobalHeaderAreNotForTheEntryBehindIt() throws IOException {
    byte[] orphan = tar().file("x", "").pax("uid", "99").entries();
    TarFixture tar = tar().raw(Arrays.copyOf(orphan, 1024));
    tar.global(Map.of("comment", "x")).file("a", "1");
    Blob blob = convert(tar);
    assertThat(blob.entry("a").uid()).isZero();
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void attributesThatOnlyLibarchiveKnowsStayInTheTarWithAWarning() throws IOException {
    TarFixture tar = tar().file("f", "x").pax("LIBARCHIVE.xattr.user.a", "dmFsdWU");
    Blob blob = convert(tar);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    assertThat(blob.entry("f").xattrs()).isEmpty();
    assertThat(blob.warnings()).containsExactly(Kind.LIBARCHIVE_XATTRS);
    assertThat(blob.facts().warnings().get(0).entry()).contains(EntryName.of("f"));
    assertThat(blob.facts().warnings().get(0).message()).contains("'f'");
  }

  @Test
  void attributesInBothFormsNeedNoWarning() throws IOException {
    Blob blob =
        convert(
            tar()
                .file("f", "x")
                .pax("LIBARCHIVE.xattr.user.a", "dmFsdWU")
                .xattr("user.a", latin1("value")));
    assertThat(blob.entry("f").xattrs()).containsOnlyKeys("user.a");
    assertThat(blob.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, hardlink", "2, symlink", "5, dir", "3, char", "4, block", "6, fifo"})
  void theSizeOfWhatHasNoPayloadIsIgnored(char typeflag, String type) throws IOException {
    TarFixture tar =
        tar()
            .file("target", "content")
            .entry(typeflag, "odd")
            .linkName(latin1("target"))
            .headerSize(1000)
            .file("behind", "still found");
    Blob blob = convert(tar);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    assertThat(blob.entry("odd").type().jsonName()).isEqualTo(type);
    assertThat(blob.entry("odd").size()).isZero();
    assertThat(blob.text("behind")).isEqualTo("still found");
  }

  @Test
  void theSizeOfAHardlinkInAPaxRecordIsIgnoredToo() throws IOException {
    TarFixture tar =
        tar().file("a", "1").hardlink("h", "a").pax("size", "4096").file("behind", "still found");
    Blob blob = convert(tar);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    assertThat(blob.text("behind")).isEqualTo("still found");
  }

  @Test
  void typeflagNulWithATrailingSlashIsADirectory() throws IOException {
    TarFixture tar = tar().in(Dialect.V7).entry('\0', "old/").entry('\0', "old/file");
    tar.payload(latin1("content"));
    Blob blob = convert(tar);
    assertThat(blob.listing()).containsExactly("dir old/", "reg old/file");
    assertThat(blob.text("old/file")).isEqualTo("content");
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void typeflagZeroWithATrailingSlashIsAFile() throws IOException {
    Blob blob = convert(tar().file("odd/", "content"));
    assertThat(blob.listing()).containsExactly("reg odd/");
    assertThat(blob.text("odd")).isEqualTo("content");
  }

  @Test
  void typeflag7IsARegularFile() throws IOException {
    TarFixture tar = tar().entry('7', "contiguous").payload(pattern(700)).file("b", "2");
    Blob blob = convert(tar);
    assertThat(blob.entry("contiguous").type()).isEqualTo(TocEntryType.REGULAR);
    assertThat(blob.files().get("contiguous")).isEqualTo(pattern(700));
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @ParameterizedTest
  @ValueSource(chars = {'s', 'D', 'M', 'N', 'V', 'Z', '8', 'A'})
  void anUnknownTypeflagIsAnErrorThatNamesTheEntry(char typeflag) {
    TarFixture tar = tar().file("a", "1").entry(typeflag, "run/socket").file("b", "2");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'run/socket'")
        .hasMessageContaining("byte 1024 of the tar")
        .hasMessageContaining("'" + typeflag + "'");
  }

  @Test
  void anUnknownTypeflagIsDroppedIfAskedForPayloadAndAll() throws IOException {
    TarFixture tar = tar().file("a", "1");
    byte[] before = tar.entries();
    tar.entry('s', "socket").payload(pattern(600));
    byte[] behind = tar().file("b", "2").entries();
    Blob blob = convert(tar.raw(behind), SKIP);
    assertThat(blob.listing()).containsExactly("reg a", "reg b");
    assertThat(blob.sourceEntries()).isEqualTo(tar().raw(before).raw(behind).entries());
    assertThat(blob.warnings()).containsExactly(Kind.UNSUPPORTED_DROPPED);
    assertThat(blob.facts().warnings().get(0).message()).contains("'socket'");
  }

  @Test
  void anUnprintableTypeflagIsShownInHex() {
    assertThatThrownBy(() -> convert(tar().entry('\u0001', "odd")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("\\x01");
  }

  @Test
  void gnuLongNamesWinOverPaxRecordsAndThoseOverTheBlock() throws IOException {
    TarFixture tar =
        tar()
            .file("block", "1")
            .pax("path", "pax")
            .gnuLongName(latin1("gnu"))
            .file("block2", "2")
            .pax("path", "pax2")
            .symlink("l", "block")
            .pax("linkpath", "pax")
            .gnuLongLink(latin1("gnu"));
    Blob blob = convert(tar);
    assertThat(blob.listing()).containsExactly("reg gnu", "reg pax2", "symlink l -> gnu");
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void anEmptyPaxRecordMeansAsInTheHeader() throws IOException {
    Blob blob = convert(tar().file("f", "x").owner(5, 6).pax("uid", "").pax("path", ""));
    assertThat(blob.entry("f").uid()).isEqualTo(5);
  }

  @Test
  void theLastOfTwoPaxRecordsCounts() throws IOException {
    Blob blob = convert(tar().file("f", "x").pax("uid", "1").pax("uid", "2"));
    assertThat(blob.entry("f").uid()).isEqualTo(2);
  }

  @Test
  void aPrefixFieldBelongsToTheName() throws IOException {
    Blob blob = convert(tar().in(Dialect.USTAR).file("name", "x").prefix("some/dir"));
    assertThat(blob.listing()).containsExactly("reg some/dir/name");
  }

  @Test
  void whatGnuKeepsInPlaceOfAPrefixIsNoName() throws IOException {
    TarFixture tar = tar().in(Dialect.GNU).file("name", "x").patch(345, latin1("14773472245\0"));
    Blob blob = convert(tar);
    assertThat(blob.listing()).containsExactly("reg name");
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void whatStarKeepsBehindItsPrefixIsNoName() throws IOException {
    TarFixture tar =
        tar()
            .in(Dialect.USTAR)
            .file("name", "x")
            .prefix("dir")
            .patch(476, latin1("14773472245\00014773472245\0"))
            .patch(508, latin1("tar\0"));
    assertThat(convert(tar).listing()).containsExactly("reg dir/name");
  }

  @Test
  void devicesKeepTheirNumbers() throws IOException {
    Blob blob = convert(tar().charDevice("tty", 5, 1).blockDevice("sda", 8, 17).fifo("pipe"));
    assertThat(blob.listing()).containsExactly("char tty", "block sda", "fifo pipe");
    assertThat(blob.entry("tty").devMajor()).isEqualTo(5);
    assertThat(blob.entry("tty").devMinor()).isEqualTo(1);
    assertThat(blob.entry("sda").devMajor()).isEqualTo(8);
    assertThat(blob.entry("sda").devMinor()).isEqualTo(17);
  }

  @Test
  void bytesThatFillTheLastBlockOfAPayloadAreKept() throws IOException {
    TarFixture tar = tar().file("f", "x").padding(0xaa).file("g", pattern(513)).padding('!');
    Blob blob = convert(tar);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    assertThat(blob.text("f")).isEqualTo("x");
  }

  @Test
  void brokenPaxRecordsAreAnErrorThatSaysWhere() {
    assertThatThrownBy(() -> convert(tar().file("a", "").file("f", "x").paxRaw("99 path=f\n")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("malformed PAX record")
        .hasMessageContaining("of the tar");
  }

  @ParameterizedTest
  @CsvSource({"uid, many", "gid, 1.5", "size, -1", "mtime, noon"})
  void paxRecordsWithoutANumberAreAnErrorThatNamesTheEntry(String key, String value) {
    TarFixture tar = tar().file("a", "1").file("odd", "x").pax(key, value);
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'odd'")
        .hasMessageContaining("byte 1024 of the tar")
        .hasMessageContaining(key);
  }

  @Test
  void aNameWithANulByteIsAnError() {
    TarFixture tar = tar().file("f", "x").pax("path", latin1("a\0b"));
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("path");
  }
}
