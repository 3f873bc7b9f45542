package dev.stargz.format.toc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource.Tail;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of FORMAT.md, "Footer". */
class FooterTest {
  private static final long OFFSET = 0x1234abcdL;
  private static final long SIZE = 0x40000000L;
  private static final HexFormat HEX = HexFormat.of();

  /** What other eStargz writers end with: as ours, but MTIME is zero. */
  private static final byte[] ESTARGZ = estargz(OFFSET);

  private static byte[] estargz(long offset) {
    byte[] footer = Footer.universal(offset);
    Arrays.fill(footer, 4, 8, (byte) 0);
    return footer;
  }

  private static Footer parse(byte[] end) throws StargzException {
    return Footer.parse(new Tail(end, SIZE));
  }

  @Test
  void theUniversalFooterIsTheseBytes() {
    String extra = HEX.formatHex("000000001234abcdSTARGZ".getBytes(StandardCharsets.US_ASCII));
    assertThat(HEX.formatHex(Footer.universal(OFFSET)))
        .isEqualTo(
            "1f8b0804"
                + "1f8b0804"
                + "00ff"
                + "1a00"
                + "5347"
                + "1600"
                + extra
                + "010000ffff"
                + "00000000"
                + "00000000");
    assertThat(HEX.formatHex(Footer.stargz(OFFSET)))
        .isEqualTo(
            "1f8b0804"
                + "00000000"
                + "00ff"
                + "1600"
                + extra
                + "010000ffff"
                + "00000000"
                + "00000000");
  }

  @Test
  void sizesAre51And47() {
    assertThat(Footer.universal(0)).hasSize(51);
    assertThat(Footer.stargz(0)).hasSize(47);
  }

  @Test
  void eachFooterIsAnEmptyGzipMember() throws IOException {
    for (byte[] footer : new byte[][] {Footer.universal(OFFSET), Footer.stargz(OFFSET), ESTARGZ}) {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(footer))) {
        assertThat(in.readAllBytes()).isEmpty();
      }
    }
  }

  @Test
  void theUniversalFooterIsSeenAs51AndItsEndAs47() throws StargzException {
    byte[] universal = Footer.universal(OFFSET);
    assertThat(parse(universal)).isEqualTo(new Footer(OFFSET, 51, true));
    byte[] end = Arrays.copyOfRange(universal, 4, 51);
    assertThat(parse(end)).isEqualTo(new Footer(OFFSET, 47, false));
  }

  @Test
  void othersFootersAreTaken() throws StargzException {
    assertThat(parse(ESTARGZ)).isEqualTo(new Footer(OFFSET, 51, false));
    assertThat(parse(Footer.stargz(OFFSET))).isEqualTo(new Footer(OFFSET, 47, false));
  }

  @Test
  void whatStandsBeforeAFooterDoesntMatter() throws StargzException {
    byte[] tail = new byte[64];
    Arrays.fill(tail, (byte) 0x1f);
    System.arraycopy(ESTARGZ, 0, tail, 13, 51);
    assertThat(parse(tail)).isEqualTo(new Footer(OFFSET, 51, false));
  }

  @Test
  void anyTimeAndSystemIsTaken() throws StargzException {
    byte[] footer = ESTARGZ.clone();
    Arrays.fill(footer, 4, 10, (byte) 0x42);
    assertThat(parse(footer).tocOffset()).isEqualTo(OFFSET);
  }

  @Test
  void everyFlippedBitGivesATypedExceptionOrIsOneThatSaysNothing() {
    for (byte[] footer : new byte[][] {ESTARGZ, Footer.stargz(OFFSET)}) {
      for (int bit = 0; bit < 8 * footer.length; bit++) {
        byte[] flipped = footer.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        assertRefusedUnless(isTimeOrOffset(footer, bit / 8), flipped, bit);
      }
    }
  }

  private static boolean isTimeOrOffset(byte[] footer, int at) {
    int extra = footer.length - 13 - 22;
    return (at >= 4 && at < 10) || (at >= extra && at < extra + 16);
  }

  private static void assertRefusedUnless(boolean mayPass, byte[] footer, int bit) {
    if (!mayPass) {
      assertThatThrownBy(() -> parse(footer))
          .as("bit %d", bit)
          .isInstanceOf(NotStargzException.class);
      return;
    }
    try {
      assertThat(parse(footer).tocOffset()).isBetween(0L, SIZE);
    } catch (StargzException e) {
      assertThat(e).isInstanceOfAny(NotStargzException.class, CorruptException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "000000001234ABCD", "+00000001234abcd", "-00000001234abcd", "0x0000001234abcd",
        " 00000001234abcd", "000000001234abc ", "000000001234abcg", "000000001234ab\0\0"
      })
  void anOffsetOfAnythingBut16LowerCaseHexDigitsIsNoFooter(String offset) {
    byte[] footer = ESTARGZ.clone();
    System.arraycopy(offset.getBytes(StandardCharsets.ISO_8859_1), 0, footer, 16, 16);
    assertThatThrownBy(() -> parse(footer)).isInstanceOf(NotStargzException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffffffffffff", "8000000000000000", "7fffffffffffffff"})
  void anOffsetBehindTheBlobIsCorrupt(String offset) {
    byte[] footer = ESTARGZ.clone();
    System.arraycopy(offset.getBytes(StandardCharsets.ISO_8859_1), 0, footer, 16, 16);
    assertThatThrownBy(() -> parse(footer))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("TOC offset");
  }

  @ParameterizedTest
  @CsvSource({"100, 48, true", "100, 49, false", "100, 50, false", "51, 0, false", "52, 0, true"})
  void theTocLiesBeforeTheFooter(long size, long offset, boolean fine) throws StargzException {
    Tail tail = new Tail(estargz(offset), size);
    if (fine) {
      assertThat(Footer.parse(tail).tocOffset()).isEqualTo(offset);
    } else {
      assertThatThrownBy(() -> Footer.parse(tail)).isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void everyCutIsNoFooter() {
    for (int length = 0; length < 51; length++) {
      byte[] start = Arrays.copyOf(ESTARGZ, length);
      byte[] end = Arrays.copyOfRange(ESTARGZ, 51 - length, 51);
      assertThatThrownBy(() -> parse(start)).isInstanceOf(NotStargzException.class);
      assertThatThrownBy(() -> parse(end)).isInstanceOf(NotStargzException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1f8b0804000000000000" + "0000", // no extra field
        "1f8b0800000000000000", // none announced
        "1f8b0804000000000000" + "0400" + "53470000" // an empty one
      })
  void anEmptyMemberWithoutItsExtraFieldIsNoFooter(String header) {
    byte[] end = HEX.parseHex("00".repeat(40) + header + "010000ffff" + "00".repeat(8));
    assertThatThrownBy(() -> parse(end)).isInstanceOf(NotStargzException.class);
  }

  @Test
  void theMessageShowsWhatWasExpectedAndFound() {
    assertThatThrownBy(
            () -> parse("a zip's end of central directory".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(NotStargzException.class)
        .hasMessageContaining("51 or 47 bytes")
        .hasMessageContaining("726563746f7279");
  }

  @Test
  void anExternalTocIsNamed() {
    String extra = HEX.formatHex("STARGZEXTERNALTOC".getBytes(StandardCharsets.US_ASCII));
    byte[] footer =
        HEX.parseHex(
            "1f8b0804"
                + "00000000"
                + "00ff"
                + "1500"
                + "5347"
                + "1100"
                + extra
                + "010000ffff"
                + "00".repeat(8));
    assertThat(footer).hasSize(46);
    assertThatThrownBy(() -> parse(footer))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("TOC")
        .hasMessageContaining("outside");
  }

  @Test
  void zstdChunkedIsNamed() {
    byte[] footer = new byte[64];
    System.arraycopy("GNUlInUx".getBytes(StandardCharsets.US_ASCII), 0, footer, 56, 8);
    assertThatThrownBy(() -> parse(footer))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("zstd:chunked");
  }
}
