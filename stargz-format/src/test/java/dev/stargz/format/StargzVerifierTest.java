package dev.stargz.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.tar.TarBlock;
import dev.stargz.format.toc.Footer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The layer of these tests:
 *
 * <pre>
 *   dir/            0755
 *   dir/file        "0123456789", uid 7 alice, xattr user.x, in chunks of 4
 *   dir/link        hard link to dir/file
 *   dir/sym         symbolic link to file
 *   null            character device 1:3
 *   other           "other"
 * </pre>
 */
class StargzVerifierTest {
  private static final WriterOptions SMALL_CHUNKS =
      WriterOptions.builder().threads(1).chunkSize(4).build();

  private static Blob blob() throws IOException {
    TarFixture tar =
        TarFixture.tar()
            .dir("dir/")
            .file("dir/file", "0123456789")
            .owner(7, 8)
            .ownerNames("alice", "staff")
            .mtime(1000)
            .xattr("user.x", new byte[] {1, 2})
            .hardlink("dir/link", "dir/file")
            .symlink("dir/sym", "file")
            .charDevice("null", 1, 3)
            .file("other", "other");
    return Blobs.convert(tar, SMALL_CHUNKS);
  }

  private static VerifyReport verify(byte[] blob) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob))) {
      VerifyReport report = StargzVerifier.verify(reader);
      assertThat(StargzVerifier.verify(reader, VerifyOptions.defaults().withThreads(3)))
          .isEqualTo(report);
      return report;
    }
  }

  /** The blob with its TOC's text changed, and a TOC member and footer that fit it. */
  private static byte[] withToc(Blob blob, String json) throws IOException {
    int tocOffset = Math.toIntExact(blob.facts().tocOffset());
    byte[] text = json.getBytes(UTF_8);
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.write(TarBlock.plainHeader("stargz.index.json", text.length));
    tar.write(text);
    tar.write(new byte[TarBlock.padding(text.length) + 2 * TarBlock.SIZE]);
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(blob.bytes(), 0, tocOffset);
    changed.write(Gzip.member(tar.toByteArray()));
    changed.write(Footer.universal(tocOffset));
    return changed.toByteArray();
  }

  @Test
  void aBlobAsWrittenIsFaithfulAndHasTheFactsThatTheWriterTold() throws IOException {
    Blob blob = blob();
    VerifyReport report = verify(blob.bytes());
    assertThat(report.differences()).isEmpty();
    assertThat(report.isFaithful()).isTrue();
    assertThat(report.digest()).isEqualTo(blob.facts().digest()).isEqualTo(Digest.of(blob.bytes()));
    assertThat(report.size()).isEqualTo(blob.facts().size());
    assertThat(report.diffId()).contains(blob.facts().diffId());
    assertThat(report.uncompressedSize()).isEqualTo(blob.facts().uncompressedSize());
    assertThat(report.tocDigest()).isEqualTo(blob.facts().tocDigest());
    assertThat(report.tocOffset()).isEqualTo(blob.facts().tocOffset());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"size\":5,           | \"size\":6,           | other    | size",
        "\"mode\":493          | \"mode\":511          | dir/     | mode",
        "\"uid\":7             | \"uid\":0             | dir/file | uid",
        "\"gid\":8             | \"gid\":0             | dir/file | gid",
        "alice                 | root                  | dir/file | userName",
        "staff                 | wheel                 | dir/file | groupName",
        "1970-01-01T00:16:40Z  | 1970-01-01T00:16:39Z  | dir/file | modtime",
        "AQI=                  | AQM=                  | dir/file | xattr user.x",
        "user.x                | user.y                | dir/file | xattr user.x",
        "\"linkName\":\"file\" | \"linkName\":\"fale\" | dir/sym  | linkName",
        "\"devMajor\":1        | \"devMajor\":2        | null     | devMajor",
        "\"devMinor\":3        | \"devMinor\":4        | null     | devMinor",
        "\"type\":\"char\"     | \"type\":\"block\"    | null     | type",
        "\"name\":\"null\"     | \"name\":\"zero\"     | null     | TOC entry",
        "\"name\":\"null\"     | \"name\":\"zero\"     | zero     | TOC entry",
        "\"linkName\":\"dir/file\" | \"linkName\":\"other\" | dir/link | linkName",
      })
  void aTocThatLiesAboutAnEntryIsFoundOut(String truth, String lie, String entry, String what)
      throws IOException {
    Blob blob = blob();
    assertThat(blob.tocJson()).contains(truth);
    VerifyReport report = verify(withToc(blob, blob.tocJson().replace(truth, lie)));
    assertThat(report.differences())
        .anySatisfy(
            difference -> {
              assertThat(difference.entry().orElseThrow()).hasToString(entry);
              assertThat(difference.what()).isEqualTo(what);
            });
  }

  @Test
  void anEntryThatTheTocHidesIsFoundOut() throws IOException {
    Blob blob = blob();
    String hidden = blob.tocJson().replaceFirst(",\\{\"name\":\"null\"[^}]*}", "");
    assertThat(verify(withToc(blob, hidden)).differences())
        .singleElement()
        .hasToString("'null': TOC entry: expected char, found none");
  }

  @Test
  void anEntryThatTheTarDoesntHaveIsFoundOut() throws IOException {
    Blob blob = blob();
    String more = blob.tocJson().replace("]}", ",{\"name\":\"more\",\"type\":\"fifo\"}]}");
    assertThat(verify(withToc(blob, more)).differences())
        .singleElement()
        .hasToString("'more': TOC entry: expected none, found fifo");
  }

  @ParameterizedTest
  @CsvSource({
    "\"chunkOffset\":4, \"chunkOffset\":3", // the first two overlap
    "\"chunkOffset\":8, \"chunkOffset\":9", // a gap
    "\"chunkOffset\":8, \"chunkOffset\":4"
  })
  void chunksThatOverlapOrLeaveAGapAreFoundOutOnOpening(String truth, String lie)
      throws IOException {
    Blob blob = blob();
    assertThat(blob.tocJson()).contains(truth);
    byte[] changed = withToc(blob, blob.tocJson().replace(truth, lie));
    assertThatThrownBy(() -> verify(changed))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("'dir/file'");
  }

  @Test
  void digestsThatAreNotThoseOfTheContentAreFoundOut() throws IOException {
    Blob blob = blob();
    String digest = Digest.of("other".getBytes(UTF_8)).toString();
    String wrong = Digest.of("0ther".getBytes(UTF_8)).toString();
    assertThat(what(verify(withToc(blob, blob.tocJson().replace(digest, wrong)))))
        .contains("digest");
    String chunk = Digest.of("0123".getBytes(UTF_8)).toString();
    assertThat(what(verify(withToc(blob, blob.tocJson().replace(chunk, wrong)))))
        .contains("chunk at 0: chunkDigest");
  }

  @Test
  void swappedChunksAreFoundOut() throws IOException {
    Blob blob = blob();
    long first = blob.entry("dir/file").offset();
    long second = blob.entry("other").offset();
    String swapped =
        blob.tocJson()
            .replace("\"offset\":" + first + ",", "\"offset\":X,")
            .replace("\"offset\":" + second + ",", "\"offset\":" + first + ",")
            .replace("\"offset\":X,", "\"offset\":" + second + ",");
    assertThat(what(verify(withToc(blob, swapped)))).contains("offset");
  }

  @Test
  void anEntryThatPointsToNoPayloadIsFoundOut() throws IOException {
    Blob blob = blob();
    long offset = blob.entry("other").offset();
    String moved = blob.tocJson().replace("\"offset\":" + offset, "\"offset\":" + (offset + 1));
    assertThat(what(verify(withToc(blob, moved)))).contains("content", "offset");
  }

  @Test
  void damageBetweenTheChunksIsFoundOut() throws IOException {
    Blob blob = blob();
    byte[] bytes = blob.bytes().clone();
    bytes[20] ^= 1;
    VerifyReport report = verify(bytes);
    assertThat(what(report)).containsExactly("damage");
    assertThat(report.diffId()).isEmpty();
    assertThat(report.digest()).isEqualTo(Digest.of(bytes));
  }

  @Test
  void theHabitsOfOtherWritersAreNoDifferences() throws IOException {
    Blob blob =
        Blobs.convert(
            TarFixture.tar()
                .file(new byte[] {'f', (byte) 0xff}, "x".getBytes(UTF_8))
                .mtime(1000)
                .file("twice", "first")
                .file("twice", "second"));
    String others =
        blob.tocJson()
            .replace("1970-01-01T00:16:40Z", "1970-01-01T00:16:41Z") // rounded up
            .replace("\"modtime\":\"1970-01-01T00:00:00Z\",", "") // the epoch left out
            .replace("f\\\\xFF", "f\ufffd")
            .replaceAll(",\"nameBase64\":\"[^\"]*\"", "")
            .replace("\"version\":1", "\"NumLink\":3,\"version\":1");
    assertThat(others).contains("f\ufffd").doesNotContain("nameBase64", "00:00:00Z");
    assertThat(verify(withToc(blob, others)).differences()).isEmpty();
  }

  @Test
  void onlyTheFirstDifferencesAreKeptAndTheRestIsCounted() throws IOException {
    TarFixture tar = TarFixture.tar();
    for (int i = 0; i < 150; i++) {
      tar.dir("d" + i + "/").mode(0755);
    }
    Blob blob = Blobs.convert(tar);
    VerifyReport report =
        verify(withToc(blob, blob.tocJson().replace("\"mode\":493", "\"mode\":511")));
    assertThat(report.differences()).hasSize(100);
    assertThat(report.moreDifferences()).isEqualTo(50);
    assertThat(report.differences().get(0)).hasToString("'d0/': mode: expected 493, found 511");
  }

  private static Iterable<String> what(VerifyReport report) {
    return Arrays.asList(
        report.differences().stream().map(Difference::what).toArray(String[]::new));
  }
}
