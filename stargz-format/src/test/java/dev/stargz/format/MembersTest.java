package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.Footer;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where members begin, how large they get, and that facts and bytes agree. */
class MembersTest {
  private static final int DEFAULT_CHUNK = 4 << 20;

  private static WriterOptions chunks(int size) {
    return WriterOptions.builder().threads(1).chunkSize(size).build();
  }

  private static void assertNoMemberOver(Blob blob, int size) {
    int toc = Math.toIntExact(blob.facts().tocOffset());
    List<Gzip.Member> members = Gzip.members(Arrays.copyOf(blob.bytes(), toc));
    assertThat(members).isNotEmpty().allMatch(member -> member.content().length <= size);
  }

  @Test
  void aMemberStartsAtEachPayloadAtTheTocAndAtTheFooter() throws IOException {
    Blob blob = convert(tar().dir("d/").file("a", "1").file("empty", "").file("b", "2"));
    List<Integer> sizes = blob.members().stream().map(each -> each.content().length).toList();
    int toc = sizes.get(4);
    assertThat(sizes)
        .containsExactly(
            512, // the landmark's header
            512 + 1024, // its payload, headers of d/ and a
            512 + 1024, // payload of a, headers of the empty file and b
            512, // payload of b
            toc,
            0); // footer
    assertThat(blob.members().get(4).offset()).isEqualTo((int) blob.facts().tocOffset());
    assertThat(blob.entry("a").offset()).isEqualTo(blob.members().get(2).offset());
    assertThat(blob.entry("b").offset()).isEqualTo(blob.members().get(3).offset());
    assertThat(blob.entry("empty").offset()).isZero();
  }

  @Test
  void aFurtherMemberStartsAtEachFurtherChunk() throws IOException {
    Blob blob = convert(tar().file("f", pattern(2500)), chunks(1000));
    List<TocEntry> file = blob.toc().subList(1, 4);
    assertThat(file).extracting(TocEntry::chunkOffset).containsExactly(0L, 1000L, 2000L);
    assertThat(file).extracting(TocEntry::chunkSize).containsExactly(1000L, 1000L, 0L);
    for (TocEntry chunk : file) {
      byte[] content = Gzip.memberAt(blob.bytes(), (int) chunk.offset()).content();
      int from = (int) chunk.chunkOffset();
      byte[] expected = Arrays.copyOfRange(pattern(2500), from, Math.min(2500, from + 1000));
      assertThat(Arrays.copyOf(content, expected.length)).isEqualTo(expected);
      assertThat(chunk.chunkDigest()).isEqualTo(Digest.of(expected));
      assertThat(chunk.innerOffset()).isZero();
    }
    assertThat(file.get(0).digest()).isEqualTo(Digest.of(pattern(2500)));
    assertThat(file.get(1).digest()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1000, 1001, 1999, 2000, 2001})
  void aFileHasAsManyChunksAsItNeeds(int size) throws IOException {
    Blob blob = convert(tar().file("f", pattern(size)).file("g", "x"), chunks(1000));
    long chunks = blob.toc().stream().filter(e -> e.readableName().equals("f")).count();
    assertThat(chunks).isEqualTo((size + 999) / 1000);
    assertThat(blob.files().get("f")).isEqualTo(pattern(size));
  }

  @Test
  void theTocIsTheLastEntryInAMemberOfItsOwn() throws IOException {
    Blob blob = convert(tar().file("a", "1"));
    byte[] member = Gzip.memberAt(blob.bytes(), (int) blob.facts().tocOffset()).content();
    assertThat(new String(member, 0, 18, ISO_8859_1)).isEqualTo("stargz.index.json\0");
    assertThat(new String(member, 100, 24, ISO_8859_1)).matches("(0{7}[ \0]){3}");
    assertThat(new String(member, 136, 12, ISO_8859_1)).matches("0{11}[ \0]");
    assertThat(member[156]).isEqualTo((byte) '0');
    assertThat(Arrays.copyOfRange(member, member.length - 1024, member.length)).containsOnly(0);
    assertThat(member.length % 512).isZero();
    assertThat(blob.facts().tocDigest()).isEqualTo(Digest.of(blob.tocJson().getBytes(UTF_8)));
  }

  @Test
  void theFactsAreThoseOfTheBytes() throws IOException {
    Blob blob = convert(tar().dir("d/").file("d/f", pattern(10_000)).symlink("l", "d/f"));
    assertThat(blob.facts().digest()).isEqualTo(Digest.of(blob.bytes()));
    assertThat(blob.facts().size()).isEqualTo(blob.bytes().length);
    assertThat(blob.facts().diffId()).isEqualTo(Digest.of(blob.tar()));
    assertThat(blob.facts().uncompressedSize()).isEqualTo(blob.tar().length);
    try (StargzReader reader = blob.open()) {
      assertThat(reader.tocOffset()).isEqualTo(blob.facts().tocOffset());
      assertThat(reader.tocDigest()).isEqualTo(blob.facts().tocDigest());
    }
  }

  @Test
  void gzipHeadersSayNothingOfClockNameOrMachine() throws IOException {
    Blob blob = convert(tar().file("a", pattern(100)));
    List<Gzip.Member> members = blob.members();
    for (Gzip.Member member : members.subList(0, members.size() - 1)) {
      byte[] header = Arrays.copyOfRange(blob.bytes(), member.offset(), member.offset() + 10);
      assertThat(header)
          .isEqualTo(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff});
    }
  }

  @Test
  void theFooterIsUniversalOrThatOf2019() throws IOException {
    TarFixture tar = tar().file("a", "1");
    Blob estargz = convert(tar);
    assertThat(estargz.bytes()).endsWith(Footer.universal(estargz.facts().tocOffset()));
    Blob stargz =
        convert(tar, WriterOptions.builder().threads(1).format(BlobFormat.STARGZ).build());
    assertThat(stargz.bytes()).endsWith(Footer.stargz(stargz.facts().tocOffset()));
    assertThat(stargz.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void aHundredThousandSymlinksDontMakeALargeMember() throws IOException {
    TarFixture tar = tar().in(Dialect.USTAR).dir("links/");
    for (int i = 0; i < 100_000; i++) {
      tar.symlink("links/" + i, "../target/" + i);
    }
    Blob blob = convert(tar);
    assertNoMemberOver(blob, 2 * DEFAULT_CHUNK);
    assertThat(blob.toc()).hasSize(100_002);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void headersBehindALargeChunkStartAMember() throws IOException {
    TarFixture tar = tar().in(Dialect.USTAR).file("f", pattern(4096));
    for (int i = 0; i < 100; i++) {
      tar.symlink("l" + i, "f");
    }
    Blob blob = convert(tar.file("g", "x"), chunks(4096));
    assertNoMemberOver(blob, 2 * 4096);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  @Test
  void aPaxHeaderOfOneMebibyteIsKept() throws IOException {
    TarFixture tar = tar().file("a", "1").xattr("user.big", pattern(1 << 20)).file("b", "2");
    Blob blob = convert(tar);
    assertThat(blob.entry("a").xattrs()).containsEntry("user.big", pattern(1 << 20));
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    assertNoMemberOver(blob, 2 * DEFAULT_CHUNK);
  }

  @Test
  void largePaxHeadersInARowDontMakeALargeMember() throws IOException {
    TarFixture tar = tar();
    for (int i = 0; i < 12; i++) {
      tar.symlink("l" + i, "x").xattr("user.big", pattern(1 << 20));
    }
    assertNoMemberOver(convert(tar), 2 * DEFAULT_CHUNK);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, 4 << 20})
  void theTarIsTheSameForAnyChunkSize(int chunkSize) throws IOException {
    TarFixture tar = tar().dir("d/").file("d/f", pattern(1300)).hardlink("h", "d/f").file("e", "");
    for (int level : new int[] {0, 1, 6, 9}) {
      Blob one =
          convert(
              tar, WriterOptions.builder().threads(1).chunkSize(chunkSize).level(level).build());
      Blob eight =
          convert(
              tar, WriterOptions.builder().threads(8).chunkSize(chunkSize).level(level).build());
      assertThat(one.sourceEntries()).isEqualTo(tar.entries());
      assertThat(one.files().get("d/f")).isEqualTo(pattern(1300));
      assertThat(eight.bytes()).isEqualTo(one.bytes());
    }
  }
}
