package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Owners, times, modes and extended attributes at and beyond the edges of their fields. */
class HardMetadataTest {
  private static final int UID_AT = 108;
  private static final int MTIME_AT = 136;

  private static String modTime(Blob blob) throws IOException {
    return Instant.ofEpochSecond(blob.entry("f").modTime()).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1969-12-31T23:59:59Z",
    "-0.5, 1969-12-31T23:59:59Z",
    "-1.0, 1969-12-31T23:59:59Z",
    "-1.000000001, 1969-12-31T23:59:58Z",
    "0, 1970-01-01T00:00:00Z",
    "0.999999999, 1970-01-01T00:00:00Z",
    "1234567890.987654321, 2009-02-13T23:31:30Z",
    "253402300799, 9999-12-31T23:59:59Z",
    "253402300800, 9999-12-31T23:59:59Z",
    "99999999999999999999, 9999-12-31T23:59:59Z",
    "-62135596800, 0001-01-01T00:00:00Z",
    "-62135596801, 0001-01-01T00:00:00Z",
    "-99999999999999999999.5, 0001-01-01T00:00:00Z"
  })
  void timesAreRoundedDownAndClamped(String mtime, String expected) throws IOException {
    TarFixture tar = tar().file("f", "x").pax("mtime", mtime);
    Blob blob = convert(tar);
    assertThat(modTime(blob)).isEqualTo(expected);
    assertThat(blob.tocJson()).contains("\"modtime\":\"" + expected + "\"");
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "-1, 1969-12-31T23:59:59Z",
    "8589934591, 2242-03-16T12:56:31Z",
    "8589934592, 2242-03-16T12:56:32Z",
    "-62135596801, 0001-01-01T00:00:00Z",
    "253402300800, 9999-12-31T23:59:59Z",
    "9223372036854775808, 9999-12-31T23:59:59Z",
    "-9223372036854775809, 0001-01-01T00:00:00Z",
    "77371252455336267181195264, 9999-12-31T23:59:59Z"
  })
  void timesInTheHeaderBlockToo(BigInteger mtime, String expected) throws IOException {
    assertThat(modTime(convert(tar().in(Dialect.GNU).file("f", "x").mtime(mtime))))
        .isEqualTo(expected);
  }

  @Test
  void theLargestTimeInBase256IsAnEndOfTime() throws IOException {
    byte[] largest = HexFormat.of().parseHex("bfffffffffffffffffffffff");
    byte[] smallest = HexFormat.of().parseHex("c00000000000000000000000");
    assertThat(modTime(convert(tar().file("f", "x").patch(MTIME_AT, largest))))
        .isEqualTo("9999-12-31T23:59:59Z");
    assertThat(modTime(convert(tar().file("f", "x").patch(MTIME_AT, smallest))))
        .isEqualTo("0001-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2097151, 2097152, 4294967294L, 4294967295L, 4294967296L, 1L << 53})
  void ownersBeyond32Bits(long id) throws IOException {
    for (Dialect dialect : new Dialect[] {Dialect.PAX, Dialect.GNU}) {
      TarFixture tar = tar().in(dialect).file("f", "x").owner(id, id + 1);
      Blob blob = convert(tar);
      assertThat(blob.entry("f").uid()).isEqualTo(id);
      assertThat(blob.entry("f").gid()).isEqualTo(id + 1);
      assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    }
  }

  @Test
  void anOwnerOf63BitsInPax() throws IOException {
    Blob blob = convert(tar().file("f", "x").owner(Long.MAX_VALUE, 1));
    assertThat(blob.entry("f").uid()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void anOwnerInBase256UsesTheFirstByteToo() throws IOException {
    BigInteger uid = BigInteger.ONE.shiftLeft(57).add(BigInteger.valueOf(5));
    Blob blob = convert(tar().in(Dialect.GNU).file("f", "x").base256(UID_AT, 8, uid));
    assertThat(blob.entry("f").uid()).isEqualTo(uid.longValueExact());
  }

  @Test
  void anOwnerBeyond63BitsIsAnErrorThatNamesTheEntry() {
    TarFixture tar = tar().file("big", "x").pax("uid", "9223372036854775808");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'big'")
        .hasMessageContaining("uid");
  }

  @Test
  void aFieldThatIsNoNumberIsAnErrorThatNamesTheEntry() {
    TarFixture tar = tar().file("a", "1").file("odd", "x").patch(UID_AT, latin1("root\0\0\0\0"));
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'odd'")
        .hasMessageContaining("byte 1024 of the tar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"     17 ", "17     \0", "0000017 ", "     17\0", "17\0\0\0\0\0\0"})
  void numbersMayBePaddedWithBlanks(String field) throws IOException {
    assertThat(convert(tar().file("f", "x").patch(UID_AT, latin1(field))).entry("f").uid())
        .isEqualTo(15);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0644, 04755, 02755, 01777, 07777, 0100644, 07777777})
  void modesKeepAllTheirBits(long mode) throws IOException {
    Blob blob = convert(tar().file("f", "x").mode(mode));
    assertThat(blob.entry("f").mode()).isEqualTo(mode);
    assertThat(blob.tocJson().contains("\"name\":\"f\",\"type\":\"reg\",\"size\":1")).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"USTAR", "PAX", "GNU"})
  void ownersHaveNames(Dialect dialect) throws IOException {
    Blob blob = convert(tar().in(dialect).file("f", "x").ownerNames("alice", "staff"));
    assertThat(blob.entry("f").userName()).isEqualTo("alice");
    assertThat(blob.entry("f").groupName()).isEqualTo("staff");
  }

  @Test
  void beforePosixOwnersHadNoNames() throws IOException {
    Blob blob = convert(tar().in(Dialect.V7).file("f", "x").patch(265, latin1("garbage")));
    assertThat(blob.entry("f").userName()).isEmpty();
  }

  @Test
  void anEmptyOwnerNameBehindAnotherForTheSameNumberStaysEmpty() throws IOException {
    Blob blob =
        convert(
            tar()
                .file("a", "1")
                .owner(5, 6)
                .ownerNames("alice", "staff")
                .file("b", "2")
                .owner(5, 6)
                .file("c", "3")
                .owner(5, 6)
                .ownerNames("alice", "staff")
                .file("d", "4")
                .owner(5, 7)
                .ownerNames("alice", ""));
    assertThat(blob.entry("a").userName()).isEqualTo("alice");
    assertThat(blob.entry("b").userName()).isEmpty();
    assertThat(blob.entry("b").groupName()).isEmpty();
    assertThat(blob.entry("c").groupName()).isEqualTo("staff");
    assertThat(blob.entry("d").groupName()).isEmpty();
    assertThat(blob.tocJson())
        .contains("\"uid\":5,\"gid\":6,\"userName\":\"\",\"groupName\":\"\"")
        .contains("\"uid\":5,\"gid\":7,\"userName\":\"alice\",\"offset\"");
  }

  @Test
  void attributesOfAnyBytesComeBack() throws IOException {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    byte[] capability = HexFormat.of().parseHex("0100000200200000000000000000000000000000");
    TarFixture tar =
        tar()
            .file("f", "x")
            .xattr("user.all", all)
            .xattr("security.capability", capability)
            .xattr("user.empty", new byte[0])
            .xattr("user.lines", latin1("a\nb=c\n"));
    Blob blob = convert(tar);
    assertThat(blob.entry("f").xattrs())
        .containsOnlyKeys("security.capability", "user.all", "user.empty", "user.lines")
        .containsEntry("user.all", all)
        .containsEntry("security.capability", capability)
        .containsEntry("user.empty", new byte[0])
        .containsEntry("user.lines", latin1("a\nb=c\n"));
    assertThat(blob.tocJson())
        .contains("\"security.capability\":\"AQAAAgAgAAAAAAAAAAAAAAAAAAA=\"")
        .contains("\"user.empty\":\"\"");
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void directoriesAndLinksHaveAttributesToo() throws IOException {
    Blob blob =
        convert(
            tar()
                .dir("d/")
                .xattr("trusted.overlay.opaque", latin1("y"))
                .symlink("l", "d")
                .xattr("security.selinux", latin1("label\0")));
    assertThat(blob.entry("d/").xattrs()).containsEntry("trusted.overlay.opaque", latin1("y"));
    assertThat(blob.entry("l").xattrs()).containsEntry("security.selinux", latin1("label\0"));
  }

  @Test
  void theLastOfTwoAttributesOfOneNameCounts() throws IOException {
    Blob blob =
        convert(tar().file("f", "x").xattr("user.a", latin1("1")).xattr("user.a", latin1("2")));
    assertThat(blob.entry("f").xattrs()).containsEntry("user.a", latin1("2"));
  }

  @Test
  void anAttributesNameBeyondAsciiIsReadAsUtf8() throws IOException {
    Blob blob = convert(tar().file("f", "x").xattr("user.\u00c3\u00a9", latin1("1")));
    assertThat(blob.entry("f").xattrs()).containsOnlyKeys("user.\u00e9");
  }

  @Test
  void twoAttributesWhoseNamesReadAlikeAreAnError() {
    TarFixture tar =
        tar().file("f", "x").xattr("user.\u00ff", latin1("1")).xattr("user.\\xFF", latin1("2"));
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'f'");
  }
}
