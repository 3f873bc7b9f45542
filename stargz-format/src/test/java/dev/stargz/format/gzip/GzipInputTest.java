package dev.stargz.format.gzip;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Gzip;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GzipInputTest {
  private static final int FHCRC = 2;

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] read(byte[] gzip) throws IOException {
    return read(new ByteArrayInputStream(gzip));
  }

  private static byte[] read(InputStream gzip) throws IOException {
    try (GzipInput in = new GzipInput(gzip, Location::inSource)) {
      return in.readAllBytes();
    }
  }

  private static byte[] member(String latin1) {
    return Gzip.member(latin1(latin1));
  }

  @Test
  void severalMembersAreReadAsOneStream() throws IOException {
    byte[] gzip = concat(member("one "), member(""), member("two "), member("three"));
    assertThat(read(gzip)).isEqualTo(latin1("one two three"));
  }

  @Test
  void noBytesAreNoMembers() throws IOException {
    assertThat(read(new byte[0])).isEmpty();
    assertThat(read(member(""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 65_535, 65_536, 65_537, 1_000_000})
  void whatTheJdkWritesIsRead(int size) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(pattern(size));
    }
    assertThat(read(out.toByteArray())).isEqualTo(pattern(size));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void aSlowStreamIsReadToItsEnd(int most) throws IOException {
    byte[] gzip = concat(member("one"), Gzip.member(pattern(5000)), new byte[50], member("two"));
    InputStream slow =
        new FilterInputStream(new ByteArrayInputStream(gzip)) {
          @Override
          public int available() {
            return 0;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(most, length));
          }
        };
    assertThat(read(slow)).isEqualTo(concat(latin1("one"), pattern(5000), latin1("two")));
  }

  @Test
  void singleBytesAndPartsOfABufferAreReadToo() throws IOException {
    byte[] gzip = concat(member("\u00ff1"), member("234"));
    try (GzipInput in = new GzipInput(new ByteArrayInputStream(gzip), Location::inSource)) {
      assertThat(in.read()).isEqualTo(0xff);
      byte[] buffer = new byte[6];
      assertThat(in.read(buffer, 2, 0)).isZero();
      assertThat(in.read(buffer, 2, 4)).isEqualTo(1);
      assertThat(in.read(buffer, 3, 3)).isEqualTo(3);
      assertThat(new String(buffer, ISO_8859_1)).isEqualTo("\0\0" + "1234");
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void beginningsOfMembersAreTold() throws IOException {
    byte[] gzip = concat(member("one"), new byte[7], member(""), member("two"));
    List<String> starts = new ArrayList<>();
    try (GzipInput in =
        new GzipInput(
            new ByteArrayInputStream(gzip),
            1000,
            Location::inBlob,
            (compressed, uncompressed) -> starts.add(compressed + ":" + uncompressed))) {
      in.readAllBytes();
    }
    int first = member("one").length + 7;
    int second = first + member("").length;
    assertThat(starts).containsExactly("1000:0", 1000 + first + ":3", 1000 + second + ":3");
  }

  @Test
  void oneMemberAloneIsReadIfWanted() throws IOException {
    byte[] bytes = concat(member("one"), latin1("no member"));
    try (GzipInput in =
        GzipInput.ofOneMember(new ByteArrayInputStream(bytes), 5, Location::inBlob)) {
      assertThat(in.readAllBytes()).isEqualTo(latin1("one"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 512, 70_000})
  void zerosBehindAMemberAreSkipped(int zeros) throws IOException {
    assertThat(read(concat(member("one"), new byte[zeros]))).isEqualTo(latin1("one"));
    assertThat(read(concat(member("one"), new byte[zeros], member("two"))))
        .isEqualTo(latin1("onetwo"));
  }

  @Test
  void zerosBeforeTheFirstMemberAreNoMember() {
    assertThatThrownBy(() -> read(concat(new byte[1], member("one"))))
        .isInstanceOf(CorruptException.class)
        .hasMessage("byte 0 of the source: expected a gzip member");
  }

  @Test
  void garbageBehindAMemberIsAnErrorThatSaysWhere() {
    byte[] one = member("one");
    assertThatThrownBy(() -> read(concat(one, latin1("garbage"))))
        .isInstanceOf(CorruptException.class)
        .hasMessageStartingWith("byte " + one.length + " of the source:")
        .hasMessageContaining("a further gzip member or the end");
    assertThatThrownBy(() -> read(concat(one, new byte[9], latin1("garbage"))))
        .isInstanceOf(CorruptException.class)
        .hasMessageStartingWith("byte " + (one.length + 9) + " of the source:")
        .hasMessageContaining("behind 9 zeros");
  }

  @Test
  void everyCutIsAnErrorOrEndsBetweenMembers() throws IOException {
    byte[] first = Gzip.member(pattern(300));
    byte[] gzip = concat(first, Gzip.member(headerWithEverything(), latin1("two")));
    for (int length = 1; length < gzip.length; length++) {
      byte[] cut = Arrays.copyOf(gzip, length);
      if (length == first.length) {
        assertThat(read(cut)).isEqualTo(pattern(300));
      } else {
        int end = length;
        assertThatThrownBy(() -> read(cut))
            .as("cut at %d", length)
            .isInstanceOf(CorruptException.class)
            .hasMessageContaining("byte " + end + " of the source")
            .hasMessageContaining("ends inside a gzip member");
      }
    }
  }

  /** FEXTRA, FNAME, FCOMMENT and a right FHCRC. */
  private static byte[] headerWithEverything() {
    byte[] header =
        concat(
            HexFormat.of().parseHex("1f8b081e" + "01020304" + "0203" + "0500"),
            latin1("extra" + "name\0" + "a comment\0"));
    CRC32 crc = new CRC32();
    crc.update(header);
    int crc16 = (int) crc.getValue() & 0xffff;
    return concat(header, new byte[] {(byte) crc16, (byte) (crc16 >>> 8)});
  }

  @Test
  void headersMayHoldExtraFieldNameCommentAndChecksum() throws IOException {
    byte[] header = headerWithEverything();
    assertThat(header[3]).isEqualTo((byte) (FHCRC | 4 | 8 | 16));
    assertThat(read(concat(Gzip.member(header, latin1("one")), member("two"))))
        .isEqualTo(latin1("onetwo"));
  }

  @ParameterizedTest
  @CsvSource({
    "1f8b0804000000000003" + "0000", // an extra field of no bytes
    "1f8b0808000000000003" + "00", // an empty name
    "1f8b0801000000000003", // FTEXT says nothing
    "1f8b0810000000000003" + "6100"
  })
  void headersOfEachKindAreReadOver(String header) throws IOException {
    byte[] gzip = Gzip.member(HexFormat.of().parseHex(header), latin1("content"));
    assertThat(read(gzip)).isEqualTo(latin1("content"));
  }

  @Test
  void aLongExtraFieldIsReadOver() throws IOException {
    byte[] header =
        concat(HexFormat.of().parseHex("1f8b08040000000000ff" + "ffff"), new byte[65_535]);
    assertThat(read(Gzip.member(header, latin1("content")))).isEqualTo(latin1("content"));
  }

  @Test
  void aWrongHeaderChecksumIsAnError() {
    byte[] header = headerWithEverything();
    header[header.length - 1] ^= 1;
    assertThatThrownBy(() -> read(Gzip.member(header, latin1("one"))))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("CRC-16");
  }

  @ParameterizedTest
  @CsvSource({"2, 09", "2, 00", "3, 20", "3, 40", "3, 80"})
  void unknownMethodsAndFlagsAreAnError(int at, String value) {
    byte[] gzip = member("one");
    gzip[at] = HexFormat.of().parseHex(value)[0];
    assertThatThrownBy(() -> read(gzip))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("gzip header");
  }

  @Test
  void aWrongChecksumOrSizeIsAnErrorThatSaysWhere() {
    byte[] gzip = member("content");
    byte[] wrongCrc = gzip.clone();
    wrongCrc[gzip.length - 8] ^= 1;
    byte[] wrongSize = gzip.clone();
    wrongSize[gzip.length - 4] ^= 1;
    assertThatThrownBy(() -> read(wrongCrc))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("CRC-32")
        .hasMessageContaining("byte " + (gzip.length - 8) + " of the source");
    assertThatThrownBy(() -> read(wrongSize))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("expected 6, found 7");
  }

  @Test
  void everyFlippedBitIsAnErrorOrChangesNothing() throws IOException {
    byte[] gzip = concat(Gzip.member(pattern(400)), member("two"));
    byte[] content = read(gzip);
    for (int bit = 0; bit < 8 * gzip.length; bit++) {
      byte[] flipped = gzip.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        assertThat(read(flipped)).as("bit %d", bit).isEqualTo(content);
      } catch (StargzException expected) {
        assertThat(expected).isInstanceOf(CorruptException.class);
      }
    }
  }

  @Test
  void closingLeavesTheStreamBelowOpen() throws IOException {
    boolean[] closed = new boolean[1];
    InputStream in =
        new FilterInputStream(new ByteArrayInputStream(member("one"))) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    read(in);
    assertThat(closed[0]).isFalse();
  }
}
