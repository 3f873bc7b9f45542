package dev.stargz.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Our reader reads blobs that the Go library wrote, by its parallel writer ({@code build}) and by
 * the other ({@code append}), and shows of them what the Go reader shows.
 */
class GoWriterTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "HARD, build", "HARD, append",
    "HARD_GNU, build", "HARD_GNU, append",
    "DEBIAN, build", "DEBIAN, append"
  })
  void every_path_looks_to_our_reader_as_to_the_go_reader(Layer layer, String writer)
      throws IOException, InterruptedException {
    shouldReadAlike(GoBlob.of(writer, layer));
  }

  @ParameterizedTest
  @CsvSource({"DEBIAN, build", "DEBIAN, append"})
  void the_verifier_takes_their_habits_for_no_lies(Layer layer, String writer)
      throws IOException, InterruptedException {
    GoBlob blob = GoBlob.of(writer, layer);
    RandomAccessSource source = RandomAccessSource.of(blob.file());
    try (StargzReader reader = StargzReader.open(source, blob.tocDigest())) {
      assertThat(StargzVerifier.verify(reader).differences()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"HARD, build, 7", "HARD, append, 7", "HARD_GNU, build, 10", "HARD_GNU, append, 10"})
  void files_of_many_chunks_read_alike(Layer layer, String writer, String chunkSize)
      throws IOException, InterruptedException {
    GoBlob blob = GoBlob.of(writer, layer.file(), temp.resolve("blob"), "-chunk", chunkSize);
    shouldReadAlike(blob);
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob.file()))) {
      assertThat(reader.toc().entries()).extracting(TocEntry::type).contains(TocEntryType.CHUNK);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HARD, names-linked/hard-1, modes/setgid",
    "HARD_GNU, modes/setuid, names-linked/hard-to-long"
  })
  void prioritized_files_read_alike_and_stand_before_the_landmark(
      Layer layer, String first, String second) throws IOException, InterruptedException {
    GoBlob blob =
        GoBlob.of(
            "build", layer.file(), temp.resolve("blob"), "-prioritized", first + "," + second);
    shouldReadAlike(blob);
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob.file()))) {
      List<EntryName> names =
          reader.toc().entries().stream().map(entry -> entry.name().cleaned()).toList();
      int landmark = names.indexOf(EntryName.of(".prefetch.landmark"));
      assertThat(names.indexOf(EntryName.of(first))).isBetween(0, landmark);
      assertThat(names.indexOf(EntryName.of(second))).isBetween(0, landmark);
    }
  }

  @ParameterizedTest
  @CsvSource({"HARD, build", "HARD_GNU, append"})
  void the_footer_of_2019_reads_alike(Layer layer, String writer)
      throws IOException, InterruptedException {
    GoBlob blob = GoBlob.of(writer, layer);
    GoBlob old = blob.withFooterOf2019(temp.resolve("old"));
    assertThat(Files.size(old.file())).isEqualTo(Files.size(blob.file()) - 4);
    shouldReadAlike(old);
  }

  @ParameterizedTest
  @CsvSource({"HARD, build", "HARD_GNU, append", "DEBIAN, build"})
  void converting_such_a_blob_keeps_its_files(Layer layer, String writer)
      throws IOException, InterruptedException {
    GoBlob theirs = GoBlob.of(writer, layer);
    WriterOptions options = WriterOptions.builder().level(1).build();
    Converted ours = Converted.of(theirs.file(), temp.resolve("ours"), options);
    Listing found = Listing.ofBlob(ours.file(), ours.facts().tocDigest());
    content(found)
        .shouldEqual(
            content(Listing.ofTar(layer.file())),
            "the files of " + layer + " by " + writer + ", converted");
  }

  /** What their writers don't round, forget or merge on the way. */
  private static Listing content(Listing listing) {
    return listing
        .without(".no.prefetch.landmark")
        .withKeys("path", "type", "size", "mode", "uid", "gid", "linkname", "xattrs", "sha256");
  }

  /** The library's writers leave a name out that they wrote before; its reader then forgets it. */
  @ParameterizedTest
  @CsvSource({"DEBIAN, append", "DEBIAN, build"})
  void names_of_owners_that_are_written_once_are_carried_forward(Layer layer, String writer)
      throws IOException, InterruptedException {
    GoBlob blob = GoBlob.of(writer, layer);
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob.file()))) {
      Listing found = Listing.byOurReader(reader);
      Listing expected = Listing.ofTar(layer.file());
      found
          .without(".no.prefetch.landmark")
          .withKeys("path", "uname", "gname")
          .shouldEqual(expected.withKeys("path", "uname", "gname"), "owners of " + layer);
    }
  }

  private static Listing found(StargzReader reader) throws IOException {
    return Listing.byOurReader(reader).withoutKeys("gname"); // see the test above
  }

  private static void shouldReadAlike(GoBlob blob) throws IOException, InterruptedException {
    Listing expected =
        Listing.ofBlob(blob.file(), blob.tocDigest())
            .ofEntriesAlone()
            .withoutKeys("nlink", "chunks", "gname");
    RandomAccessSource source = RandomAccessSource.of(blob.file());
    try (StargzReader verified = StargzReader.open(source, blob.tocDigest())) {
      found(verified).shouldEqual(expected, "a verified blob of the Go library's");
    }
    try (StargzReader plain = StargzReader.open(RandomAccessSource.of(blob.file()))) {
      found(plain).shouldEqual(expected, "a blob of the Go library's");
    }
  }
}
