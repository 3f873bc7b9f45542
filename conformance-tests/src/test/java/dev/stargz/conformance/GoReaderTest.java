package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.BlobFormat;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The Go library (containerd's eStargz) reads our blobs: it opens them, verifies the TOC and every
 * chunk, and shows the tree that Go's {@code archive/tar} finds in the source.
 */
class GoReaderTest {
  private static final String LANDMARK = ".no.prefetch.landmark";

  @ParameterizedTest
  @EnumSource(Layer.class)
  void every_path_looks_to_the_go_reader_as_in_the_source(Layer layer)
      throws IOException, InterruptedException {
    Converted blob = Converted.of(layer, Converted.DEFAULT_CHUNKS);
    Listing found = listingOf(blob);
    found
        .withoutKeys("chunks")
        .shouldEqual(listingOf(layer.file()), "the tree of " + layer + " by the Go reader");
  }

  @ParameterizedTest
  @CsvSource({"HARD, 7", "HARD, 4096", "HARD_GNU, 7", "HARD_GNU, 4096", "DEBIAN, 4096"})
  void small_chunks_read_as_the_source(Layer layer, int chunkSize)
      throws IOException, InterruptedException {
    Converted blob = Converted.of(layer, chunkSize);
    Listing found = listingOf(blob);
    assertThat(chunks(found)).hasSizeGreaterThan(10).allMatch(size -> size <= chunkSize);
    found
        .withoutKeys("chunks")
        .shouldEqual(
            listingOf(layer.file()), "the tree of " + layer + " in chunks of " + chunkSize);
  }

  @ParameterizedTest
  @EnumSource(
      value = Layer.class,
      names = {"HARD", "HARD_GNU"})
  void the_footer_of_2019_is_read_as_the_source(Layer layer, @TempDir Path temp)
      throws IOException, InterruptedException {
    WriterOptions options = WriterOptions.builder().format(BlobFormat.STARGZ).build();
    Converted blob = Converted.of(layer.file(), temp.resolve("blob"), options);
    Listing found = Listing.ofBlob(blob.file(), blob.facts().tocDigest());
    comparable(found)
        .withoutKeys("chunks")
        .shouldEqual(listingOf(layer.file()), "the tree of " + layer + " in the format of 2019");
  }

  @Test
  void all_chunks_but_a_file_s_last_have_the_chunk_size() throws IOException, InterruptedException {
    Listing found = listingOf(Converted.of(Layer.DEBIAN, 4096));
    long[] whole = {0};
    found.edit(
        line -> {
          List<Long> sizes = sizes(line.get("chunks"));
          long size = (Long) line.get("size");
          assertThat(sizes.stream().mapToLong(each -> each).sum())
              .isEqualTo(sizes.isEmpty() ? 0 : size);
          whole[0] += sizes.stream().filter(each -> each == 4096).count();
          assertThat(sizes.stream().limit(Math.max(0, sizes.size() - 1)))
              .allMatch(each -> each == 4096);
        });
    assertThat(whole[0]).isGreaterThan(10_000);
  }

  private static List<Long> chunks(Listing listing) {
    List<Long> all = new ArrayList<>();
    listing.edit(line -> all.addAll(sizes(line.get("chunks"))));
    return all;
  }

  private static List<Long> sizes(Object chunks) {
    List<?> pairs = chunks == null ? List.of() : (List<?>) chunks;
    return pairs.stream().map(pair -> (Long) ((List<?>) pair).get(1)).toList();
  }

  @Test
  void names_that_are_no_utf8_show_as_unique_text() throws IOException, InterruptedException {
    Listing found = listingOf(Converted.of(Layer.HARD, Converted.DEFAULT_CHUNKS));
    String ofText = (String) found.line("names/\\xFF").get("sha256");
    String ofByte = (String) found.line("names/\\xFF~2").get("sha256");
    assertThat(ofText).isEqualTo(sha256("what the byte ff looks like\n"));
    assertThat(ofByte).isEqualTo(sha256("the byte ff\n"));
    assertThat(found.line("names/\\xAA")).containsEntry("sha256", sha256("the byte aa\n"));
    assertThat(found.line("names-linked/hard-\\xFF")).containsEntry("sha256", ofByte);
    assertThat(found.line("names-linked/soft-to-ff")).containsEntry("linkname", "../names/\\xFF");
  }

  private static String sha256(String text) {
    return Digest.of(text.getBytes(UTF_8)).toString().substring("sha256:".length());
  }

  @Test
  void a_wrong_toc_digest_and_a_flipped_chunk_are_found(@TempDir Path temp)
      throws IOException, InterruptedException {
    Converted blob = Converted.of(Layer.HARD, Converted.DEFAULT_CHUNKS);
    Digest other = Digest.of(new byte[1]);
    assertThatThrownBy(() -> Listing.ofBlob(blob.file(), other))
        .hasMessageContaining("verify the TOC");

    List<?> chunks = (List<?>) listingOf(blob).line("names/ spaces ").get("chunks");
    int offset = ((Long) ((List<?>) chunks.get(0)).get(0)).intValue();
    byte[] bytes = Files.readAllBytes(blob.file());
    bytes[offset + 12] ^= 1; // behind the member's header
    Path broken = Files.write(temp.resolve("broken"), bytes);
    assertThatThrownBy(() -> Listing.ofBlob(broken, blob.facts().tocDigest()))
        .hasMessageContaining("exit code 1");
  }

  private static Listing listingOf(Converted blob) throws IOException, InterruptedException {
    Listing listing = Listing.ofBlob(blob.file(), blob.facts().tocDigest());
    assertThat(listing.line(LANDMARK)).containsEntry("size", 1L).containsEntry("mode", 0L);
    return comparable(listing).without(LANDMARK);
  }

  private static Listing listingOf(Path tar) throws IOException, InterruptedException {
    return comparable(Listing.ofTar(tar));
  }

  /** The Go reader counts one link too few on a root that has an entry of its own. */
  private static Listing comparable(Listing listing) {
    listing.line("").remove("nlink");
    return listing;
  }
}
