package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a tar ends, where it ought to, and what damage looks like. */
class HardEndsTest {
  private static final WriterOptions STARGZ =
      WriterOptions.builder().threads(1).format(BlobFormat.STARGZ).build();

  private static TarFixture small() {
    return tar().file("a", "1").file("b", pattern(600));
  }

  @Test
  void aTarWithoutItsEndIsATar() throws IOException {
    Blob blob = convert(small().withoutEnd());
    assertThat(blob.bytes()).isEqualTo(convert(small()).bytes());
    assertThat(blob.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 512, 1024, 1536, 10240})
  void nothingAndZeroBlocksAloneGiveAnEmptyToc(int zeros) throws IOException {
    Blob blob = convert(new byte[zeros]);
    assertThat(blob.listing()).isEmpty();
    assertThat(blob.toc()).hasSize(1);
    assertThat(blob.warnings()).isEmpty();
    assertThat(blob.bytes()).isEqualTo(convert(tar()).bytes());
  }

  @Test
  void withoutLandmarksAnEmptyTocIsEmpty() throws IOException {
    Blob blob = convert(new byte[0], STARGZ);
    assertThat(blob.toc()).isEmpty();
    assertThat(blob.tocJson()).isEqualTo("{\"version\":1,\"entries\":[]}");
    assertThat(blob.facts().tocOffset()).isZero();
    assertThat(blob.members()).hasSize(2);
  }

  @Test
  void zerosBehindTheEndAreDroppedInSilence() throws IOException {
    Blob blob = convert(small().end().raw(new byte[20 * 512 + 7]));
    assertThat(blob.bytes()).isEqualTo(convert(small()).bytes());
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void dataBehindTheEndIsReadToItsEndAndDroppedWithAWarning() throws IOException {
    byte[] tar = small().end().raw(new byte[9000]).raw(small().bytes()).bytes();
    try (InputStream in = new ByteArrayInputStream(tar)) {
      Blob blob = convert(in, WriterOptions.defaults());
      assertThat(blob.bytes()).isEqualTo(convert(small()).bytes());
      assertThat(blob.warnings()).containsExactly(Kind.DATA_BEHIND_END);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aLoneZeroBlockFollowedByDataIsAnError() {
    byte[] tar = small().raw(new byte[512]).file("c", "lost?").bytes();
    int at = small().size();
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("lone zero block")
        .hasMessageContaining("byte " + at + " of the tar");
  }

  @Test
  void aLoneZeroBlockAtTheEndOfTheInputIsAnEnd() throws IOException {
    Blob blob = convert(small().withoutEnd().raw(new byte[512]));
    assertThat(blob.bytes()).isEqualTo(convert(small()).bytes());
  }

  @Test
  void aBadChecksumIsAnErrorThatShowsThePositionAndTheName() {
    TarFixture tar = small();
    int at = tar.size();
    tar.file("damaged", "x").badChecksum();
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("checksum")
        .hasMessageContaining("damaged")
        .hasMessageContaining("byte " + at + " of the tar");
  }

  @Test
  void aBadChecksumBehindALongNameNamesTheEntry() {
    String name = "n".repeat(120);
    TarFixture tar = small().in(Dialect.GNU).file(name, "x").badChecksum();
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining(name);
  }

  @Test
  void checksumsOfSignedBytesAreTakenToo() throws IOException {
    byte[] tar = tar().in(Dialect.GNU).file(latin1("\u00ff\u00fe"), latin1("x")).bytes();
    int signed = -512; // each byte over 0x7f counted as itself less 256
    int sum = Integer.parseInt(new String(tar, 148, 6, US_ASCII), 8);
    byte[] field = latin1(String.format("%06o\0 ", sum + signed));
    System.arraycopy(field, 0, tar, 148, 8);
    assertThat(convert(tar).listing()).containsExactly("reg \\xFF\\xFE");
  }

  @Test
  void aChecksumThatIsNoNumberIsABadChecksum() {
    byte[] tar = small().bytes();
    System.arraycopy(latin1("nonsense"), 0, tar, 148, 8);
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("byte 0 of the tar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PK\u0003\u0004 a zip of some kind", "hello", "<html>", "{}"})
  void whatIsNoTarIsAnErrorThatShowsHowItStarts(String content) {
    for (int size : new int[] {20, 512, 2000}) {
      byte[] bytes = Arrays.copyOf(latin1(content), size);
      assertThatThrownBy(() -> convert(bytes))
          .as("%d bytes", size)
          .isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void randomBytesAreNoTar() {
    byte[] noise = new byte[5000];
    new Random(7).nextBytes(noise);
    noise[0] = 'x';
    assertThatThrownBy(() -> convert(noise))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("expected a tar, a tar.gz or a tar.zst");
  }

  @Test
  void aTruncatedPayloadIsAnErrorThatNamesTheEntryAndThePosition() {
    byte[] cut = Arrays.copyOf(small().bytes(), 1024 + 512 + 100);
    assertThatThrownBy(() -> convert(cut))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'b'")
        .hasMessageContaining("byte 1636 of the tar")
        .hasMessageContaining("500 more bytes");
  }

  @Test
  void truncatedPaddingIsAnErrorThatNamesTheEntry() {
    byte[] cut = Arrays.copyOf(small().bytes(), 1024 + 512 + 600 + 3);
    assertThatThrownBy(() -> convert(cut))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'b'")
        .hasMessageContaining("padding");
  }

  @Test
  void aTruncatedHeaderIsAnErrorThatShowsThePosition() {
    byte[] cut = Arrays.copyOf(small().bytes(), 1024 + 511);
    assertThatThrownBy(() -> convert(cut))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("byte 1024 of the tar")
        .hasMessageContaining("found 511");
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"PAX", "GNU"})
  void anExtensionWithoutItsEntryIsAnError(Dialect dialect) {
    TarFixture tar = tar().in(dialect).file("n".repeat(200), "");
    byte[] all = tar.entries();
    byte[] extension = Arrays.copyOf(all, all.length - 512);
    byte[] cut = Arrays.copyOf(all, all.length - 512 - 100);
    assertThatThrownBy(() -> convert(extension)).isInstanceOf(CorruptException.class);
    assertThatThrownBy(() -> convert(tar().raw(extension))).isInstanceOf(CorruptException.class);
    assertThatThrownBy(() -> convert(cut))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("of the tar");
  }

  @Test
  void everyCutOfATarIsATarOrAnError() throws IOException {
    byte[] tar =
        tar()
            .file("a", pattern(700))
            .xattr("user.a", pattern(3))
            .in(Dialect.GNU)
            .symlink("n".repeat(150), "t".repeat(150))
            .bytes();
    for (int length = 0; length < tar.length; length += length % 512 < 3 ? 1 : 127) {
      byte[] cut = Arrays.copyOf(tar, length);
      try {
        byte[] entries = convert(cut).sourceEntries();
        assertThat(entries).isEqualTo(Arrays.copyOf(tar, entries.length));
      } catch (CorruptException expected) {
        assertThat(expected).hasMessageContaining("byte ");
      }
    }
  }

  @Test
  void aBlobIsNoLayerOfAnotherKind() throws IOException {
    byte[] blob = convert(small()).bytes();
    byte[] tar = convert(small()).tar();
    assertThat(convert(tar).bytes()).isEqualTo(blob);
    assertThatThrownBy(() -> StargzReader.open(RandomAccessSource.of(tar)))
        .isInstanceOf(NotStargzException.class);
  }

  @Test
  void aNegativeSizeIsAnErrorThatNamesTheEntry() {
    byte[] minus = latin1("\u00ff".repeat(12));
    assertThatThrownBy(() -> convert(tar().file("odd", "x").patch(124, minus)))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'odd'")
        .hasMessageContaining("size");
  }

  @Test
  void aSizeOfExabytesIsATruncatedPayload() {
    byte[] huge = latin1("\u0080\0\0\0\u007f" + "\u00ff".repeat(7));
    assertThatThrownBy(() -> convert(tar().file("huge", "x").patch(124, huge)))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'huge'");
  }

  @Test
  void anExtensionOfMoreThan16MebibytesIsRefusedByItsHeaderAlone() {
    byte[] header = Arrays.copyOf(tar().file("f", "").pax("a", "b").entries(), 512);
    byte[] size = latin1("00100000001\0");
    byte[] claim = tar().raw(repatched(header, size)).withoutEnd().bytes();
    assertThatThrownBy(() -> convert(claim))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("PAX header of 16777217 bytes")
        .hasMessageContaining("byte 0 of the tar");
  }

  /** The block with another size, under a right checksum. */
  private static byte[] repatched(byte[] block, byte[] size) {
    byte[] patched = block.clone();
    System.arraycopy(size, 0, patched, 124, 12);
    Arrays.fill(patched, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : patched) {
      sum += b & 0xff;
    }
    System.arraycopy(latin1(String.format("%06o\0 ", sum)), 0, patched, 148, 8);
    return patched;
  }
}
