package dev.stargz.format;

import static dev.stargz.format.fixture.Forge.chunkDigest;
import static dev.stargz.format.fixture.Forge.toc;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.DigestMismatchException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Forge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs in the manner of other writers, and blobs whose TOC lies about them. */
class OthersBlobsTest {
  private static StargzReader open(byte[] blob) throws IOException {
    return StargzReader.open(RandomAccessSource.of(blob));
  }

  private static StargzReader open(byte[] blob, String verifiedToc) throws IOException {
    return StargzReader.open(RandomAccessSource.of(blob), Digest.of(verifiedToc.getBytes(UTF_8)));
  }

  private static byte[] content(StargzReader reader, String path) throws IOException {
    try (InputStream in = reader.open(reader.find(EntryName.of(path)).orElseThrow())) {
      return in.readAllBytes();
    }
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @Test
  void aBlobOf2019() throws IOException {
    byte[] tar = tar().file("f", "content").entries();
    byte[] payload = Arrays.copyOfRange(tar, 512, 1024);
    Forge forge = Forge.blob().member(Arrays.copyOf(tar, 512));
    int offset = forge.offset();
    String toc =
        toc(
            "{'name':'d/','type':'dir','modtime':'2020-01-01T00:00:00Z','mode':16877,'NumLink':2}",
            "{'name':'f','type':'reg','size':7,'NumLink':1,'offset':" + offset + "}");
    try (StargzReader reader = open(forge.member(payload).withTocOf2019(toc))) {
      assertThat(content(reader, "f")).isEqualTo(latin1("content"));
      assertThat(reader.toc().entries()).hasSize(2);
    }
  }

  @Test
  void severalFilesInOneMemberAreFoundByInnerOffset() throws IOException {
    byte[] tar = tar().file("a", "first").file("b", "second").file("c", pattern(3000)).entries();
    String toc =
        toc(
            file("a", 5, 0, 512, chunkDigest(latin1("first"), 0, 5)),
            file("b", 6, 0, 1536, chunkDigest(latin1("second"), 0, 6)),
            file("c", 3000, 0, 2560, "'chunkSize':2000," + chunkDigest(pattern(3000), 0, 2000)),
            "{'name':'c','type':'chunk','chunkOffset':2000,'chunkSize':1000,'innerOffset':4560,"
                + chunkDigest(pattern(3000), 2000, 3000)
                + "}");
    try (StargzReader reader = open(Forge.blob().member(tar).withToc(toc), toc)) {
      assertThat(content(reader, "a")).isEqualTo(latin1("first"));
      assertThat(content(reader, "b")).isEqualTo(latin1("second"));
      assertThat(content(reader, "c")).isEqualTo(pattern(3000));
    }
  }

  private static String file(String name, long size, long offset, long inner, String more) {
    return String.format(
        "{'name':'%s','type':'reg','size':%d,'offset':%d,'innerOffset':%d,%s}",
        name, size, offset, inner, more);
  }

  /** A file of 10 bytes in two members, and the given TOC fields of first and second chunk. */
  private static StargzReader twoChunks(String first, String second) throws IOException {
    Forge forge = Forge.blob().member(latin1("01234"));
    int offset = forge.offset();
    String toc =
        toc(
            "{'name':'f','type':'reg','size':10," + first + "}",
            "{'name':'f','type':'chunk','offset':" + offset + "," + second + "}");
    return open(forge.member(latin1("56789")).withToc(toc));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'chunkOffset':5", "'chunkOffset':5,'chunkSize':5"})
  void theLastChunkMayTellItsSizeOrNot(String second) throws IOException {
    try (StargzReader reader = twoChunks("'chunkSize':5", second)) {
      assertThat(content(reader, "f")).isEqualTo(latin1("0123456789"));
    }
  }

  @Test
  void chunksWithoutADigestAreReadUnlessTheTocIsVerified() throws IOException {
    String toc = toc("{'name':'f','type':'reg','size':7}");
    byte[] blob = Forge.blob().member(latin1("content")).withToc(toc);
    try (StargzReader reader = open(blob)) {
      assertThat(content(reader, "f")).isEqualTo(latin1("content"));
    }
    assertThatThrownBy(() -> open(blob, toc))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'f'")
        .hasMessageContaining("chunkDigest");
  }

  @Test
  void aChunkDigestLostInOneEntryOfManyIsFound() {
    Forge forge = Forge.blob().member(latin1("01234"));
    String second = "{'name':'f','type':'chunk','chunkOffset':5,'offset':" + forge.offset() + "}";
    String toc =
        toc(
            "{'name':'f','type':'reg','size':10,'chunkSize':5,"
                + chunkDigest(latin1("01234"), 0, 5)
                + "}",
            second);
    byte[] blob = forge.member(latin1("56789")).withToc(toc);
    assertThatThrownBy(() -> open(blob, toc))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("chunkDigest");
  }

  @Test
  void withoutAChunkDigestAMembersOwnChecksumIsStillChecked() throws IOException {
    Forge forge = Forge.blob().member(latin1("content"));
    byte[] member = forge.bytes();
    member[member.length - 8] ^= 1;
    byte[] blob = Forge.blob().raw(member).withToc(toc("{'name':'f','type':'reg','size':7}"));
    try (StargzReader reader = open(blob)) {
      assertThatThrownBy(() -> content(reader, "f")).isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void oneOffsetForTwoEntriesIsFound() {
    String toc = toc("{'name':'a','type':'reg','size':3}", "{'name':'b','type':'reg','size':3}");
    byte[] blob = Forge.blob().member(latin1("abc")).withToc(toc);
    assertThatThrownBy(() -> open(blob))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'b'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'chunkOffset':4", // overlaps
        "'chunkOffset':6", // leaves a gap
        "'chunkOffset':0",
        "'chunkOffset':5,'chunkSize':4", // ends early
        "'chunkOffset':5,'chunkSize':6", // ends late
        "'chunkOffset':9223372036854775807",
        "'chunkOffset':5,'chunkSize':9223372036854775807"
      })
  void chunksThatDontMakeUpTheirFileAreFound(String second) {
    assertThatThrownBy(() -> twoChunks("'chunkSize':5", second))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'f'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'chunkSize':0", // to the end, and yet one follows
        "'chunkSize':10",
        "'chunkSize':11",
        "'chunkSize':5,'chunkOffset':1",
        "'chunkSize':9223372036854775807"
      })
  void aFirstChunkThatDoesntFitTheOthersIsFound(String first) {
    assertThatThrownBy(() -> twoChunks(first, "'chunkOffset':5"))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'f'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name':'f','type':'chunk','chunkOffset':5}",
        "{'name':'d','type':'dir'},{'name':'d','type':'chunk'}",
        "{'name':'e','type':'reg'},{'name':'e','type':'chunk'}",
        "{'name':'f','type':'reg','size':9,'chunkSize':5},{'name':'d','type':'dir'},"
            + "{'name':'f','type':'chunk','chunkOffset':5,'offset':1}"
      })
  void aChunkWithoutItsFileIsFound(String entries) {
    byte[] blob = Forge.blob().member(latin1("01234")).withToc(toc(entries));
    assertThatThrownBy(() -> open(blob)).isInstanceOf(CorruptException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {28, 10_000, Long.MAX_VALUE})
  void anOffsetAtOrBehindTheTocIsFound(long offset) {
    String toc = toc("{'name':'f','type':'reg','size':7,'offset':" + offset + "}");
    byte[] blob = Forge.blob().member(latin1("content")).withToc(toc);
    assertThatThrownBy(() -> open(blob))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("offset");
  }

  @Test
  void anOffsetInsideAMemberIsFoundOnReading() throws IOException {
    String toc = toc("{'name':'f','type':'reg','size':7,'offset':3}");
    try (StargzReader reader = open(Forge.blob().member(latin1("content")).withToc(toc))) {
      assertThatThrownBy(() -> content(reader, "f")).isInstanceOf(CorruptException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {8, 4000, 1L << 40, Long.MAX_VALUE})
  void anInnerOffsetBehindTheMemberIsFoundOnReading(long inner) throws IOException {
    String toc = toc(file("f", 7, 0, inner, "'mode':420"));
    try (StargzReader reader = open(Forge.blob().member(latin1("content")).withToc(toc))) {
      assertThatThrownBy(() -> content(reader, "f"))
          .isInstanceOf(CorruptException.class)
          .hasMessageContaining("'f'");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {8, 1 << 20, 1L << 31, 1L << 40, Long.MAX_VALUE})
  void aSizeThatIsNotThereIsATypedExceptionAndNoLargeArray(long size) throws IOException {
    String toc = toc(file("f", size, 0, 0, "'mode':420"));
    try (StargzReader reader = open(Forge.blob().member(latin1("content")).withToc(toc))) {
      assertThatThrownBy(() -> content(reader, "f"))
          .isInstanceOf(StargzException.class)
          .hasMessageContaining("'f'");
    }
  }

  @Test
  void aFileThatLooksRightAndIsNotIsFound() throws IOException {
    String toc =
        toc("{'name':'f','type':'reg','size':7," + chunkDigest(latin1("content"), 0, 7) + "}");
    try (StargzReader reader = open(Forge.blob().member(latin1("CONTENT")).withToc(toc), toc)) {
      assertThatThrownBy(() -> content(reader, "f")).isInstanceOf(DigestMismatchException.class);
    }
  }

  @Test
  void hardlinksToLinksAndInCirclesAreFollowedOrFound() throws IOException {
    String toc =
        toc(
            "{'name':'f','type':'reg','size':7}",
            "{'name':'l1','type':'hardlink','linkName':'./f'}",
            "{'name':'l2','type':'hardlink','linkName':'l1'}",
            "{'name':'x','type':'hardlink','linkName':'y'}",
            "{'name':'y','type':'hardlink','linkName':'x'}");
    try (StargzReader reader = open(Forge.blob().member(latin1("content")).withToc(toc))) {
      assertThat(content(reader, "l2")).isEqualTo(latin1("content"));
      assertThatThrownBy(() -> content(reader, "x")).isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void ofTwoEntriesForOnePathTheLastIsFound() throws IOException {
    Forge forge = Forge.blob().member(latin1("old"));
    String toc =
        toc(
            "{'name':'f','type':'reg','size':3}",
            "{'name':'./f','type':'reg','size':3,'offset':" + forge.offset() + "}");
    try (StargzReader reader = open(forge.member(latin1("new")).withToc(toc))) {
      assertThat(content(reader, "f")).isEqualTo(latin1("new"));
    }
  }

  @Test
  void aTocMemberThatHoldsSomethingElseIsCorrupt() {
    byte[][] tars = {
      new byte[0],
      new byte[1024],
      latin1("no tar"),
      tar().file("other.json", toc()).bytes(),
      tar().dir("stargz.index.json/").bytes(),
      tar().symlink("stargz.index.json", "x").bytes(),
      tar().file("stargz.index.json", "").bytes(),
      tar().file("stargz.index.json", "no json").bytes(),
      tar().file("stargz.index.json", toc()).headerSize(100_000).bytes()
    };
    for (byte[] tar : tars) {
      byte[] blob = Forge.blob().member(latin1("x")).withTocTar(tar);
      assertThatThrownBy(() -> open(blob)).isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void aTocEntryUnderAnotherFormOfItsNameIsTaken() throws IOException {
    byte[] tar = tar().file("./stargz.index.json", toc()).bytes();
    try (StargzReader reader = open(Forge.blob().member(latin1("x")).withTocTar(tar))) {
      assertThat(reader.toc().entries()).isEmpty();
    }
  }

  @Test
  void bytesBetweenTheTocAndTheFooterAreNoMatter() throws IOException {
    byte[] blob = Forge.blob().member(latin1("x")).withToc(toc());
    int footer = blob.length - 51;
    byte[] padded =
        concat(
            Arrays.copyOf(blob, footer),
            new byte[100],
            Arrays.copyOfRange(blob, footer, blob.length));
    try (StargzReader reader = open(padded)) {
      assertThat(reader.toc().entries()).isEmpty();
    }
  }

  @Test
  void aDamagedTocMemberIsFoundEvenBehindItsJson() {
    byte[] blob = Forge.blob().member(latin1("x")).withToc(toc());
    blob[blob.length - 51 - 8] ^= 1; // the CRC of the TOC's member
    assertThatThrownBy(() -> open(blob)).isInstanceOf(CorruptException.class);
  }
}
