package dev.stargz.format.tar;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.SparseFile.Form;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
  private static TarReader reader(TarFixture tar) {
    return new TarReader(tar.stream(), 0, Long.MAX_VALUE);
  }

  private static List<TarEntry> entries(TarReader reader) throws IOException {
    List<TarEntry> entries = new ArrayList<>();
    for (TarEntry entry; (entry = reader.next()) != null; ) {
      entries.add(entry);
    }
    return entries;
  }

  private static byte[] payload(TarReader reader, int step) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[step];
    for (int n; (n = reader.read(buffer, 0, step)) > 0; ) {
      out.write(buffer, 0, n);
    }
    return out.toByteArray();
  }

  private static TarFixture mixed(Dialect dialect) {
    return tar()
        .in(dialect)
        .dir("d/")
        .file("d/empty", "")
        .file("d/f", pattern(1300))
        .mode(04711)
        .owner(1000, 2000)
        .symlink("l", "d/f")
        .hardlink("h", "d/f")
        .charDevice("c", 5, 1)
        .blockDevice("b", 8, 0)
        .fifo("p")
        .file("last", "x");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void anotherReaderSeesTheSameEntries(Dialect dialect) throws IOException {
    List<TarEntry> ours = entries(reader(mixed(dialect)));
    int i = 0;
    try (TarArchiveInputStream in = new TarArchiveInputStream(mixed(dialect).stream())) {
      for (TarArchiveEntry theirs; (theirs = in.getNextEntry()) != null; i++) {
        TarEntry entry = ours.get(i);
        assertThat(entry.name()).isEqualTo(EntryName.of(theirs.getName()));
        assertThat(entry.linkName()).isEqualTo(EntryName.of(theirs.getLinkName()));
        assertThat(entry.mode()).isEqualTo(theirs.getMode());
        assertThat(entry.uid()).isEqualTo(theirs.getLongUserId());
        assertThat(entry.gid()).isEqualTo(theirs.getLongGroupId());
        assertThat(entry.mtime()).isEqualTo(theirs.getLastModifiedTime().toMillis() / 1000);
        assertThat(entry.kind() == EntryKind.DIRECTORY).isEqualTo(theirs.isDirectory());
        assertThat(entry.kind() == EntryKind.FIFO).isEqualTo(theirs.isFIFO());
        if (entry.kind() == EntryKind.REGULAR) {
          assertThat(entry.size()).isEqualTo(theirs.getSize());
        }
      }
    }
    assertThat(ours).hasSize(i);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void headersPayloadsAndPaddingTogetherAreTheArchive(Dialect dialect) throws IOException {
    TarFixture tar = mixed(dialect);
    TarReader reader = reader(tar);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (reader.next() != null) {
      out.write(reader.header(), 0, reader.headerLength());
      out.writeBytes(payload(reader, 100));
      out.writeBytes(reader.padding());
    }
    assertThat(out.toByteArray()).isEqualTo(tar.entries());
  }

  @Test
  void positionsAreThoseOfTheFirstHeaderBlock() throws IOException {
    TarFixture tar = tar().file("a", "1").file("b", "2").pax("comment", "x").symlink("c", "a");
    TarReader reader = new TarReader(tar.stream(), 10_000, 0);
    assertThat(entries(reader))
        .extracting(TarEntry::position)
        .containsExactly(10_000L, 11_024L, 13_072L);
    assertThat(reader.position()).isEqualTo(10_000 + tar.bytes().length);
  }

  @Test
  void whatTheCallerLeavesUnreadIsSkipped() throws IOException {
    TarReader reader = reader(tar().file("a", pattern(5000)).file("b", "content").file("c", "x"));
    reader.next();
    byte[] buffer = new byte[10];
    assertThat(reader.read(buffer, 0, 10)).isEqualTo(10);
    TarEntry second = reader.next();
    assertThat(second).isNotNull();
    assertThat(payload(reader, 3)).isEqualTo(latin1("content"));
    assertThat(reader.read(buffer, 0, 10)).isEqualTo(-1);
    assertThat(reader.padding()).hasSize(505);
    assertThat(reader.padding()).isEmpty();
  }

  @Test
  void withoutAPayloadThereIsNothingToRead() throws IOException {
    TarReader reader = reader(tar().dir("d/").headerSize(700));
    reader.next();
    assertThat(reader.read(new byte[10], 0, 10)).isEqualTo(-1);
    assertThat(reader.padding()).isEmpty();
    assertThat(reader.next()).isNull();
    assertThat(reader.next()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void sparseFilesAreReadInStepsOfAnySize(Form form) throws IOException {
    SparseFile file = SparseFile.ofSize(3000).data(10, "0123456789").data(1500, pattern(700));
    for (int step : new int[] {1, 7, 512, 10_000}) {
      TarReader reader = reader(tar().sparse(form, "s", file).file("b", "behind"));
      TarEntry entry = reader.next();
      assertThat(entry).isNotNull();
      assertThat(entry.extras().sparse()).isTrue();
      assertThat(payload(reader, step)).isEqualTo(file.expanded());
      assertThat(reader.padding()).hasSize(72).containsOnly(0);
      reader.next();
      assertThat(payload(reader, step)).isEqualTo(latin1("behind"));
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void sparseFilesAreSkippedToTheirEnd(Form form) throws IOException {
    SparseFile file = SparseFile.ofSize(3000).data(10, "0123456789").data(1500, pattern(700));
    TarReader reader = reader(tar().sparse(form, "s", file).file("b", "behind"));
    assertThat(entries(reader)).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void theHeaderOfAnExpandedFileIsReadAsAPlainOne(Form form) throws IOException {
    SparseFile file = SparseFile.ofSize(3000).data(10, "0123456789");
    TarReader reader =
        reader(tar().sparse(form, "dir/s", file).mtime(77).xattr("user.a", latin1("v")));
    TarEntry sparse = reader.next();
    byte[] header = Arrays.copyOf(reader.header(), reader.headerLength());
    byte[] plain = tar().raw(header).raw(new byte[3072]).bytes();
    TarEntry again = new TarReader(new ByteArrayInputStream(plain), 0, 0).next();
    assertThat(again).isNotNull();
    assertThat(sparse).isNotNull();
    assertThat(again.extras().sparse()).isFalse();
    assertThat(again.name()).isEqualTo(EntryName.of("dir/s"));
    assertThat(again.size()).isEqualTo(3000);
    assertThat(again.mtime()).isEqualTo(77);
    assertThat(again.xattrs()).containsOnlyKeys("user.a");
    assertThat(again.typeflag()).isEqualTo((byte) '0');
  }

  @Test
  void anExpandedFileOfMoreThanEightGibibytesHasItsSizeInBase256() throws IOException {
    SparseFile file = SparseFile.ofSize(1L << 34).data(1L << 33, "x");
    TarReader reader = reader(tar().sparse(Form.PAX_1_0, "s", file));
    reader.next();
    byte[] header = Arrays.copyOf(reader.header(), reader.headerLength());
    TarEntry again = new TarReader(new ByteArrayInputStream(header), 0, 0).next();
    assertThat(again).isNotNull();
    assertThat(again.size()).isEqualTo(1L << 34);
  }

  @Test
  void dataBehindTheEndIsNoticed() throws IOException {
    TarReader quiet = reader(tar().file("a", "1").end().raw(new byte[20_000]));
    entries(quiet);
    assertThat(quiet.hasDataBehindEnd()).isFalse();
    byte[] late = new byte[20_000];
    late[19_999] = 1;
    TarReader noisy = reader(tar().file("a", "1").end().raw(late));
    entries(noisy);
    assertThat(noisy.hasDataBehindEnd()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 511, 512, 513, 1023})
  void aStreamMayGiveAnyNumberOfBytesAtATime(int most) throws IOException {
    TarFixture tar = mixed(Dialect.PAX);
    InputStream slow =
        new InputStream() {
          private final InputStream in = tar.stream();

          @Override
          public int read() throws IOException {
            return in.read();
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, Math.min(most, length));
          }
        };
    assertThat(entries(new TarReader(slow, 0, 0))).hasSize(9);
  }

  @Test
  void extensionsOfManyMebibytesAreRefusedInAll() {
    TarFixture tar = tar().in(Dialect.GNU);
    tar.file("f", "");
    for (int i = 0; i < 4; i++) {
      tar.gnuLongName(new byte[15 << 20]);
    }
    TarReader reader = reader(tar);
    assertThatThrownBy(reader::next)
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("extensions of one entry");
  }

  @Test
  void aGnuNameEndsAtItsFirstNul() throws IOException {
    TarReader reader = reader(tar().file("f", "").gnuLongName(latin1("long\0garbage")));
    assertThat(entries(reader)).extracting(TarEntry::name).containsExactly(EntryName.of("long"));
  }

  @Test
  void theLastOfSeveralExtensionsOfAKindCounts() throws IOException {
    TarFixture tar = tar().file("f", "").gnuLongName(latin1("one")).gnuLongName(latin1("two"));
    assertThat(entries(reader(tar)))
        .extracting(TarEntry::name)
        .containsExactly(EntryName.of("two"));
  }

  @Test
  void aNegativeSizeOfAnExtensionIsAnError() {
    byte[] extension = tar().entry('x', "pax").base256(124, 12, BigInteger.valueOf(-1)).entries();
    TarReader reader = reader(tar().raw(extension));
    assertThatThrownBy(reader::next)
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("size of a PAX header");
  }

  @Test
  void paddingLengthsFillABlock() {
    assertThat(TarBlock.padding(0)).isZero();
    assertThat(TarBlock.padding(1)).isEqualTo(511);
    assertThat(TarBlock.padding(511)).isEqualTo(1);
    assertThat(TarBlock.padding(512)).isZero();
    assertThat(TarBlock.padding((1L << 40) + 1)).isEqualTo(511);
  }
}
