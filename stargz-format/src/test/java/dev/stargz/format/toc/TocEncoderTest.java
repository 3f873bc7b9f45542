package dev.stargz.format.toc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The JSON, to the letter: a digest stands for each TOC, so that not a byte may change. */
class TocEncoderTest {
  private static final Digest DIGEST = Digest.of("abc".getBytes(UTF_8));
  private static final Digest OTHER = Digest.of(new byte[0]);

  private static String encode(TocEntry... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TocEncoder.encode(List.of(entries), out);
    return out.toString(UTF_8);
  }

  private static String fields(TocEntry.Builder entry) throws IOException {
    String json = encode(entry.build());
    return json.substring("{\"version\":1,\"entries\":[".length(), json.length() - 2);
  }

  private static TocEntry.Builder entry(String name, TocEntryType type) {
    return new TocEntry.Builder(EntryName.of(name), type);
  }

  @Test
  void anEmptyToc() throws IOException {
    assertThat(encode()).isEqualTo("{\"version\":1,\"entries\":[]}");
  }

  @Test
  void everyFieldInTheOrderOfTheTable() throws IOException {
    TocEntry.Builder entry =
        entry("d/f", TocEntryType.REGULAR)
            .size(1)
            .modTime(1_000_000_000)
            .linkName(EntryName.of("l"), null)
            .mode(2)
            .user(3, "u")
            .group(4, "g")
            .place(5, 6)
            .device(7, 8)
            .xattrs(Map.of("user.b", new byte[] {0, -1}, "user.a", new byte[0]))
            .digest(DIGEST)
            .chunk(9, 10, OTHER);
    assertThat(fields(entry))
        .isEqualTo(
            """
            {"name":"d/f","type":"reg","size":1,"modtime":"2001-09-09T01:46:40Z","linkName":"l",\
            "mode":2,"uid":3,"gid":4,"userName":"u","groupName":"g","offset":5,"innerOffset":6,\
            "devMajor":7,"devMinor":8,"xattrs":{"user.a":"","user.b":"AP8="},\
            "digest":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",\
            "chunkOffset":9,"chunkSize":10,\
            "chunkDigest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""");
  }

  @Test
  void whatIsZeroOrEmptyIsLeftOutButNotTheEpoch() throws IOException {
    assertThat(fields(entry("d/", TocEntryType.DIRECTORY)))
        .isEqualTo("{\"name\":\"d/\",\"type\":\"dir\",\"modtime\":\"1970-01-01T00:00:00Z\"}");
  }

  @Test
  void aChunkHasNeitherTimeNorOwner() throws IOException {
    TocEntry.Builder chunk = entry("f", TocEntryType.CHUNK).place(5, 0).chunk(9, 0, OTHER);
    assertThat(fields(chunk))
        .isEqualTo(
            "{\"name\":\"f\",\"type\":\"chunk\",\"offset\":5,\"chunkOffset\":9,\"chunkDigest\":\""
                + OTHER
                + "\"}");
  }

  @Test
  void namesThatAreNoUtf8HaveTheirBytesLast() throws IOException {
    EntryName name = EntryName.of(new byte[] {'a', -1});
    EntryName target = EntryName.of(new byte[] {-86});
    TocEntry.Builder link =
        new TocEntry.Builder(name, TocEntryType.HARDLINK)
            .readableName("a\\xFF~2")
            .linkName(target, "\\xAA");
    assertThat(fields(link))
        .isEqualTo(
            "{\"name\":\"a\\\\xFF~2\",\"type\":\"hardlink\",\"modtime\":\"1970-01-01T00:00:00Z\","
                + "\"linkName\":\"\\\\xAA\",\"nameBase64\":\"Yf8=\",\"linkNameBase64\":\"qg==\"}");
  }

  @Test
  void anEmptyOwnerIsSaidWhereReadersWouldCarryAnotherForward() throws IOException {
    TocEntry named = entry("a", TocEntryType.FIFO).user(1, "u").group(2, "g").build();
    TocEntry unnamed = entry("b", TocEntryType.FIFO).user(1, "").group(2, "").build();
    TocEntry others = entry("c", TocEntryType.FIFO).user(2, "").group(1, "").build();
    assertThat(encode(unnamed, named, others, unnamed, unnamed))
        .isEqualTo(
            "{\"version\":1,\"entries\":["
                + fifo("b", "\"uid\":1,\"gid\":2")
                + ","
                + fifo("a", "\"uid\":1,\"gid\":2,\"userName\":\"u\",\"groupName\":\"g\"")
                + ","
                + fifo("c", "\"uid\":2,\"gid\":1")
                + ","
                + fifo("b", "\"uid\":1,\"gid\":2,\"userName\":\"\",\"groupName\":\"\"")
                + ","
                + fifo("b", "\"uid\":1,\"gid\":2,\"userName\":\"\",\"groupName\":\"\"")
                + "]}");
  }

  private static String fifo(String name, String fields) {
    return "{\"name\":\""
        + name
        + "\",\"type\":\"fifo\",\"modtime\":\"1970-01-01T00:00:00Z\","
        + fields
        + "}";
  }

  @Test
  void textIsUtf8AndEscapedNoMoreThanItMust() throws IOException {
    assertThat(fields(entry("\u00e9\u2028<>&'/", TocEntryType.FIFO)))
        .contains("\"\u00e9\u2028<>&'/\"");
    assertThat(fields(entry("\"\\\n\t\u0001\u007f", TocEntryType.FIFO)))
        .contains("\"\\\"\\\\\\n\\t\\u0001\u007f\"");
  }

  @Test
  void timesHaveWholeSecondsAndFourDigitYears() throws IOException {
    assertThat(fields(entry("f", TocEntryType.FIFO).modTime(-62135596800L)))
        .contains("\"0001-01-01T00:00:00Z\"");
    assertThat(fields(entry("f", TocEntryType.FIFO).modTime(253402300799L)))
        .contains("\"9999-12-31T23:59:59Z\"");
    assertThat(fields(entry("f", TocEntryType.FIFO).modTime(60)))
        .contains("\"1970-01-01T00:01:00Z\"");
  }

  @Test
  void whatIsEncodedIsParsedAlike() throws IOException {
    TocEntry entry =
        entry("f", TocEntryType.REGULAR)
            .size(Long.MAX_VALUE)
            .modTime(-1)
            .mode(07777)
            .user(4294967294L, "u\u00e9")
            .group(Long.MAX_VALUE, "g")
            .place(1L << 40, 3)
            .xattrs(Map.of("user.a", new byte[] {1, 2, 3}))
            .digest(DIGEST)
            .chunk(0, 1L << 33, DIGEST)
            .build();
    String json = encode(entry);
    Toc toc = TocParser.parse(new ByteArrayInputStream(json.getBytes(UTF_8)), 1 << 20);
    assertThat(encode(toc.entries().get(0))).isEqualTo(json);
    assertThat(toc.entries().get(0).digest()).isSameAs(toc.entries().get(0).chunkDigest());
  }

  @Test
  void theStreamIsLeftOpen() throws IOException {
    boolean[] closed = new boolean[1];
    try (OutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        }) {
      TocEncoder.encode(List.of(), out);
      assertThat(closed[0]).isFalse();
    }
  }
}
