package dev.stargz.format;

import static dev.stargz.format.fixture.Forge.toc;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.BlobFacts.LargeFile;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.Landmark;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The layer of these tests, in chunks of 4:
 *
 * <pre>
 *   d/              directory
 *   d/ten           "0123456789": three chunks
 *   d/link          hard link to it
 *   d/sym           symbolic link
 *   empty           ""
 *   three           "abc"
 *   null            character device
 * </pre>
 */
class BlobFactsTest {
  private static TarFixture layer() {
    return tar()
        .dir("d/")
        .file("d/ten", "0123456789")
        .hardlink("d/link", "d/ten")
        .symlink("d/sym", "ten")
        .file("empty", "")
        .file("three", "abc")
        .charDevice("null", 1, 3);
  }

  private static WriterOptions.Builder options() {
    return WriterOptions.builder().threads(1).chunkSize(4);
  }

  private static BlobFacts facts(byte[] blob, int largest) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob))) {
      return BlobFacts.of(reader, largest);
    }
  }

  @Test
  void entries_files_and_chunks_are_counted() throws IOException {
    BlobFacts facts = facts(Blobs.convert(layer(), options().build()).bytes(), 5);

    assertThat(facts.entries())
        .isEqualTo(
            Map.of(
                TocEntryType.DIRECTORY, 1,
                TocEntryType.REGULAR, 4, // the landmark, too
                TocEntryType.HARDLINK, 1,
                TocEntryType.SYMLINK, 1,
                TocEntryType.CHARACTER_DEVICE, 1,
                TocEntryType.CHUNK, 2));
    assertThat(facts.entryCount()).isEqualTo(8);
    assertThat(facts.contents()).isEqualTo(2);
    assertThat(facts.contentSize()).isEqualTo(13);
    assertThat(facts.chunks()).isEqualTo(4);
    assertThat(facts.count(TocEntryType.FIFO)).isZero();
  }

  @Test
  void sizes_and_places_are_those_of_the_blob() throws IOException {
    Blob blob = Blobs.convert(layer(), options().build());
    BlobFacts facts = facts(blob.bytes(), 5);

    assertThat(facts.footer()).isEqualTo(FooterForm.UNIVERSAL);
    assertThat(facts.footerSize()).isEqualTo(51);
    assertThat(facts.size()).isEqualTo(blob.bytes().length);
    assertThat(facts.tocOffset()).isEqualTo(blob.facts().tocOffset());
    assertThat(facts.tocOffset() + facts.tocSize() + 51).isEqualTo(blob.bytes().length);
    assertThat(facts.tocJsonSize()).isEqualTo(blob.tocJson().length());
  }

  @Test
  void members_are_those_that_are_there_less_the_footer() throws IOException {
    Blob blob = Blobs.convert(layer()); // in chunks of 4, headers have members of their own
    BlobFacts facts = facts(blob.bytes(), 5);
    int members = blob.members().size() - 1;

    assertThat(facts.members()).isEqualTo(members);
    assertThat(facts.overhead()).isEqualTo(facts.tocSize() + 51 + 18L * (members - 2));
  }

  @Test
  void the_largest_files_come_first_and_of_equal_ones_by_name() throws IOException {
    TarFixture tar = layer().file("b", "abc").file("a", "abc");
    BlobFacts facts = facts(Blobs.convert(tar, options().build()).bytes(), 3);

    assertThat(facts.largest())
        .containsExactly(
            new LargeFile(EntryName.of("d/ten"), 10, 3),
            new LargeFile(EntryName.of("a"), 3, 1),
            new LargeFile(EntryName.of("b"), 3, 1));
    assertThat(facts(Blobs.convert(tar).bytes(), 0).largest()).isEmpty();
  }

  @Test
  void what_a_landmark_says_of_prefetching_is_told() throws IOException {
    Blob nothing = Blobs.convert(layer(), options().build());
    assertThat(facts(nothing.bytes(), 0).landmark()).contains(Landmark.NO_PREFETCH);
    assertThat(facts(nothing.bytes(), 0).prefetch().size()).isZero();

    Blob some =
        Blobs.convert(layer(), options().prioritizedFiles(List.of(EntryName.of("three"))).build());
    BlobFacts facts = facts(some.bytes(), 0);
    assertThat(facts.landmark()).contains(Landmark.PREFETCH);
    assertThat(facts.prefetch())
        .isEqualTo(new BlobFacts.Prefetch(some.entry(".prefetch.landmark").offset(), 1));

    Blob of2019 = Blobs.convert(layer(), options().format(BlobFormat.STARGZ).build());
    assertThat(facts(of2019.bytes(), 0).landmark()).isEmpty();
    assertThat(facts(of2019.bytes(), 0).footer()).isEqualTo(FooterForm.STARGZ);
  }

  @Test
  void of_two_landmarks_the_one_that_readers_look_for_first_counts() throws IOException {
    String file = "{'name':'%s','type':'reg','size':1,'offset':%d}";
    byte[] both =
        Forge.blob()
            .member(tar().bytes())
            .withToc(
                toc(
                    file.formatted("a", 0),
                    file.formatted(".prefetch.landmark", 5),
                    file.formatted("b", 10),
                    file.formatted(".no.prefetch.landmark", 15)));

    assertThat(facts(both, 0).landmark()).contains(Landmark.NO_PREFETCH);
    assertThat(facts(both, 0).prefetch()).isEqualTo(new BlobFacts.Prefetch(0, 0));
  }

  @Test
  void a_footer_of_other_tools_is_told_from_ours() throws IOException {
    String toc = toc("{'name':'a','type':'reg','size':1}");
    byte[] blob = Forge.blob().member(latin1("a")).withToc(toc);

    assertThat(facts(blob, 1).footer()).isEqualTo(FooterForm.ESTARGZ);
    assertThat(FooterForm.ESTARGZ.isOf2019()).isFalse();
    assertThat(FooterForm.STARGZ.isEstargz()).isFalse();
  }

  @Test
  void a_blob_without_files_has_hardly_any_overhead_but_its_toc() throws IOException {
    BlobFacts facts = facts(Blobs.convert(tar()).bytes(), 5);

    assertThat(facts.contents()).isZero();
    assertThat(facts.largest()).isEmpty();
    assertThat(facts.overhead()).isGreaterThanOrEqualTo(facts.tocSize() + 51);
  }

  @Test
  void sizes_that_can_not_be_added_are_as_large_as_can_be() throws IOException {
    String huge = "'type':'reg','size':9223372036854775807,'chunkSize':9223372036854775807";
    String toc =
        toc(
            "{'name':'a'," + huge + ",'innerOffset':1}",
            "{'name':'b'," + huge + ",'innerOffset':2}");
    byte[] blob = Forge.blob().member(latin1("abc")).withToc(toc);

    assertThat(facts(blob, 1).contentSize()).isEqualTo(Long.MAX_VALUE);
  }
}
