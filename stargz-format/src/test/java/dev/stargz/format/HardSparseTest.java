package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.SparseFile.Form;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sparse files become plain ones: in the tar, in the TOC, and in what is read. */
class HardSparseTest {
  private static WriterOptions expanding(long most) {
    return WriterOptions.builder().threads(1).maxExpandedSize(most).build();
  }

  /** Converts, and checks the file and its neighbours through the blob and through the tar. */
  private static Blob check(Form form, SparseFile file) throws IOException {
    TarFixture tar =
        tar()
            .file("before", "1")
            .sparse(form, "dir/sparse", file)
            .mode(0640)
            .owner(7, 8)
            .xattr("user.a", latin1("v"))
            .file("behind", "2");
    Blob blob = convert(tar);
    assertThat(blob.listing()).containsExactly("reg before", "reg dir/sparse", "reg behind");
    assertThat(blob.files().get("dir/sparse")).isEqualTo(file.expanded());
    assertThat(blob.text("behind")).isEqualTo("2");
    assertThat(blob.entry("dir/sparse").size()).isEqualTo(file.expanded().length);
    assertThat(blob.entry("dir/sparse").mode()).isEqualTo(0640);
    assertThat(blob.entry("dir/sparse").xattrs()).containsOnlyKeys("user.a");
    checkTar(blob.tar(), file.expanded());
    assertThat(convert(blob.bytes()).bytes()).isEqualTo(blob.bytes());
    return blob;
  }

  /** A reader of other people finds a plain file, and what stands behind it. */
  private static void checkTar(byte[] tar, byte[] expanded) throws IOException {
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      for (TarArchiveEntry entry; (entry = in.getNextEntry()) != null; ) {
        names.add(entry.getName());
        if (entry.getName().equals("dir/sparse")) {
          assertThat(entry.isSparse()).isFalse();
          assertThat(entry.getExtraPaxHeaders().keySet())
              .noneMatch(key -> key.startsWith("GNU.sparse"));
          assertThat(entry.getMode()).isEqualTo(0640);
          assertThat(entry.getLongUserId()).isEqualTo(7);
          assertThat(in.readAllBytes()).isEqualTo(expanded);
        }
      }
    }
    assertThat(names)
        .containsExactly(
            ".no.prefetch.landmark", "before", "dir/sparse", "behind", "stargz.index.json");
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aFileWithAHoleBetweenItsData(Form form) throws IOException {
    check(form, SparseFile.ofSize(5000).data(0, "start").data(4990, "the end..."));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aFileThatStartsWithAHole(Form form) throws IOException {
    check(form, SparseFile.ofSize(2003).data(2000, "end"));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aFileThatEndsWithAHole(Form form) throws IOException {
    check(form, SparseFile.ofSize(3000).data(0, "start").claim(3000, 0));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aFileThatEndsWithAHoleWhichTheMapDoesntMention(Form form) throws IOException {
    check(form, SparseFile.ofSize(3000).data(0, "start"));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aFileOfNothingButAHole(Form form) throws IOException {
    check(form, SparseFile.ofSize(1500).claim(1500, 0));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aFileOfNothingButAHoleWhichTheMapDoesntMention(Form form) throws IOException {
    check(form, SparseFile.ofSize(1500));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aSparseFileWithoutHoles(Form form) throws IOException {
    check(form, SparseFile.ofSize(700).data(0, pattern(700)));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void anEmptySparseFile(Form form) throws IOException {
    check(form, SparseFile.ofSize(0).claim(0, 0));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aMapThatTakesSeveralBlocks(Form form) throws IOException {
    SparseFile file = SparseFile.ofSize(100_000);
    for (int i = 0; i < 90; i++) {
      file.data(1000L * i + 13 * i, "run " + i);
    }
    check(form, file);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void holesAreCutIntoChunksLikeAllElse(Form form) throws IOException {
    SparseFile file = SparseFile.ofSize(5000).data(2000, "middle");
    WriterOptions options = WriterOptions.builder().threads(1).chunkSize(1024).build();
    Blob blob = convert(tar().sparse(form, "f", file).file("g", "x"), options);
    assertThat(blob.toc()).hasSize(1 + 5 + 1);
    assertThat(blob.files().get("f")).isEqualTo(file.expanded());
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void sparseFilesMayHaveMaxExpandedSizeInAll(Form form) throws IOException {
    TarFixture tar =
        tar()
            .sparse(form, "one", SparseFile.ofSize(3000).data(0, "x"))
            .sparse(form, "two", SparseFile.ofSize(2000).data(0, "y"));
    assertThat(convert(tar, expanding(5000)).text("two")).startsWith("y").hasSize(2000);
    assertThatThrownBy(() -> convert(tar, expanding(4999)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'two'")
        .hasMessageContaining("4999")
        .hasMessageContaining("maxExpandedSize");
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aClaimOfTerabytesIsRefusedBeforeAnythingIsWritten(Form form) {
    TarFixture tar = tar().sparse(form, "bomb", SparseFile.ofSize((1L << 36) + 1).data(0, "x"));
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'bomb'");
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aMapWhoseRunsOverlapIsAnError(Form form) {
    assertBad(form, SparseFile.ofSize(100).data(0, "0123456789").data(5, "x"));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aMapOutOfOrderIsAnError(Form form) {
    assertBad(form, SparseFile.ofSize(100).data(50, "x").data(10, "y"));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aMapBeyondTheFilesEndIsAnError(Form form) {
    assertBad(form, SparseFile.ofSize(100).data(99, "xy"));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aMapThatPromisesMoreThanThereIsIsAnError(Form form) {
    assertBad(form, SparseFile.ofSize(100).data(0, "x").claim(50, 10));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aMapWithNumbersNearTheLimitIsAnError(Form form) {
    assertBad(form, SparseFile.ofSize(100).claim((1L << 33) - 1, (1L << 33) - 1));
  }

  private static void assertBad(Form form, SparseFile file) {
    TarFixture tar = tar().file("before", "1").sparse(form, "odd", file).file("behind", "2");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'odd'")
        .hasMessageContaining("byte 1024 of the tar")
        .hasMessageContaining("sparse");
  }

  @ParameterizedTest
  @EnumSource(
      value = Form.class,
      names = {"OLD_GNU", "PAX_0_0", "PAX_0_1"})
  void theStoredSizeInARecordDoesntOutliveTheExpansion(Form form) throws IOException {
    SparseFile file = SparseFile.ofSize(3000).data(100, "0123456789");
    TarFixture tar = tar().sparse(form, "dir/sparse", file).mode(0640).owner(7, 8);
    Blob blob = convert(tar.pax("size", "10").file("behind", "2"));
    assertThat(blob.files().get("dir/sparse")).isEqualTo(file.expanded());
    Blob again = convert(blob.bytes());
    assertThat(again.bytes()).isEqualTo(blob.bytes());
    assertThat(again.text("behind")).isEqualTo("2");
  }

  @Test
  void recordsOfVersion00ThatDontAlternateAreAnError() {
    TarFixture tar =
        tar()
            .file("odd", "12345")
            .pax("GNU.sparse.size", "100")
            .pax("GNU.sparse.numblocks", "1")
            .pax("GNU.sparse.offset", "0")
            .pax("GNU.sparse.offset", "5");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'odd'");
  }

  @Test
  void aMapInTheRecordsWithHalfAPairOrNoNumberIsAnError() {
    for (String map : List.of("0", "0,1,2", "0,x", "0,-1", "1e3,1", ",")) {
      TarFixture tar =
          tar().file("odd", "1").pax("GNU.sparse.size", "10").pax("GNU.sparse.map", map);
      assertThatThrownBy(() -> convert(tar)).as(map).isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void aMapInThePayloadThatIsNoneIsAnError() {
    for (String map : List.of("", "x\n", "1\n0\n", "99999999999999999999\n", "-1\n", "1\n\n\n")) {
      TarFixture tar =
          tar()
              .file("odd", map)
              .pax("GNU.sparse.major", "1")
              .pax("GNU.sparse.minor", "0")
              .pax("GNU.sparse.realsize", "10");
      assertThatThrownBy(() -> convert(tar)).as(map).isInstanceOf(StargzException.class);
    }
  }

  @Test
  void aSparseFileWithoutItsRealSizeIsAnError() {
    TarFixture tar =
        tar().file("odd", "x").pax("GNU.sparse.major", "1").pax("GNU.sparse.minor", "0");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("real size");
  }

  @Test
  void aVersionThatNobodyKnowsIsUnsupported() {
    TarFixture tar =
        tar()
            .file("new", "x")
            .pax("GNU.sparse.major", "2")
            .pax("GNU.sparse.minor", "0")
            .pax("GNU.sparse.realsize", "1");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'new'")
        .hasMessageContaining("2.0");
  }

  @Test
  void aMapThatIsCutIsAnErrorThatNamesTheEntry() {
    SparseFile file = SparseFile.ofSize(100_000);
    for (int i = 0; i < 60; i++) {
      file.data(1000L * i, "x");
    }
    byte[] tar = tar().sparse(Form.OLD_GNU, "cut", file).bytes();
    byte[] cut = Arrays.copyOf(tar, 1024 + 100);
    assertThatThrownBy(() -> convert(cut))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'cut'")
        .hasMessageContaining("sparse map");
  }

  @Test
  void aSparseNameThatIsLongOrNoUtf8MovesIntoThePath() throws IOException {
    byte[] name = latin1("d/" + "n".repeat(120) + "\u00ff");
    TarFixture tar =
        tar()
            .file("GNUSparseFile.0/short", "x")
            .pax("GNU.sparse.major", "1")
            .pax("GNU.sparse.minor", "0")
            .pax("GNU.sparse.name", name)
            .pax("GNU.sparse.realsize", "3")
            .payload(map10("1\n2\n1\n", "x"));
    Blob blob = convert(tar);
    assertThat(blob.content(EntryName.of(name))).isEqualTo(latin1("\0\0x"));
  }

  private static byte[] map10(String map, String data) {
    return latin1(map + "\0".repeat(512 - map.length()) + data);
  }

  @Test
  void threeGibibytesOfZerosAreConvertedAndCheckedAsAStream() throws IOException {
    long size = 3L << 30;
    SparseFile file = SparseFile.ofSize(size).data(1L << 20, "one").data(size - 3, "end");
    Blob blob =
        convert(
            tar().sparse(Form.PAX_1_0, "big", file).file("behind", "x"),
            WriterOptions.builder().level(1).build());
    assertThat(blob.entry("big").size()).isEqualTo(size);
    assertThat(blob.bytes().length).isLessThan(32 << 20);
    try (StargzReader reader = blob.open();
        InputStream in = reader.open(reader.find(EntryName.of("big")).orElseThrow())) {
      in.skipNBytes(1L << 20);
      assertThat(in.readNBytes(3)).isEqualTo(latin1("one"));
      in.skipNBytes(size - (1L << 20) - 6);
      assertThat(in.readAllBytes()).isEqualTo(latin1("end"));
    }
  }
}
