package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.SparseFile.Form;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.tar.TarBlock;
import dev.stargz.format.toc.Footer;
import dev.stargz.format.toc.TocEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a blob says of the source that it was made from: enough to prove that it was. */
class SourceRebuildTest {
  private static final OptionalLong NONE = OptionalLong.empty();

  private static WriterOptions.Builder options() {
    return WriterOptions.builder().threads(1).chunkSize(1000);
  }

  private static TarFixture layer() {
    return tar()
        .dir("d/")
        .global(Map.of("comment", "of a commit"))
        .file("d/a", pattern(2500))
        .padding(7)
        .xattr("user.x", new byte[] {1})
        .hardlink("d/b", "d/a")
        .headerSize(2500)
        .file("d/empty", "");
  }

  private static byte[] withTail(TarFixture tar, long tail) {
    byte[] entries = tar.withoutEnd().bytes();
    return Arrays.copyOf(entries, Math.toIntExact(entries.length + tail));
  }

  private static VerifyReport verify(byte[] blob, OptionalLong tail) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob))) {
      return StargzVerifier.verify(reader, tail);
    }
  }

  private static void assertNotRebuildable(Blob blob) {
    assertThat(blob.facts().sourceTail()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 512, 700, 1024, 10240, 1_000_001})
  void a_source_is_rebuilt_with_the_zeros_behind_its_last_entry(long tail) throws IOException {
    byte[] source = withTail(layer(), tail);
    Blob blob = convert(source, options().build());
    assertThat(blob.facts().sourceDiffId()).isEqualTo(Digest.of(source));
    assertThat(blob.facts().sourceTail()).hasValue(tail);
    assertThat(verify(blob.bytes(), blob.facts().sourceTail()).sourceDiffId())
        .contains(Digest.of(source));
    assertThat(verify(blob.bytes(), OptionalLong.of(tail + 1)).sourceDiffId().orElseThrow())
        .isNotEqualTo(Digest.of(source));
    assertThat(verify(blob.bytes(), NONE).sourceDiffId()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(BlobFormat.class)
  void the_digest_of_the_source_is_that_of_its_tar_however_it_is_compressed(BlobFormat format)
      throws IOException {
    WriterOptions options = options().format(format).build();
    Digest digest = Digest.of(layer().bytes());
    for (byte[] source : List.of(layer().bytes(), layer().gzip(700), layer().zstd())) {
      Blob blob = convert(source, options);
      assertThat(blob.facts().sourceDiffId()).isEqualTo(digest);
      assertThat(verify(blob.bytes(), blob.facts().sourceTail()).sourceDiffId()).contains(digest);
    }
  }

  @Test
  void sources_without_entries_are_rebuilt() throws IOException {
    for (int size : new int[] {0, 1024, 10240}) {
      Blob blob = convert(new byte[size]);
      assertThat(blob.facts().sourceTail()).hasValue(size);
      assertThat(verify(blob.bytes(), blob.facts().sourceTail()).sourceDiffId())
          .contains(Digest.of(new byte[size]));
    }
  }

  @Test
  void prioritized_files_that_stood_in_front_already_are_no_obstacle() throws IOException {
    List<EntryName> inFront = List.of(EntryName.of("d/a"));
    TarFixture source = tar().dir("d/").file("d/a", "1").file("d/b", "2");
    Blob blob = convert(source, options().prioritizedFiles(inFront).build());
    assertThat(verify(blob.bytes(), blob.facts().sourceTail()).sourceDiffId())
        .contains(Digest.of(source.bytes()));
  }

  @Test
  void a_source_whose_entries_were_moved_cant_be_rebuilt() throws IOException {
    List<EntryName> behind = List.of(EntryName.of("d/b"));
    TarFixture source = tar().dir("d/").file("d/a", "1").file("d/b", "2");
    Blob blob = convert(source, options().prioritizedFiles(behind).build());
    assertNotRebuildable(blob);
    assertThat(blob.facts().sourceDiffId()).isEqualTo(Digest.of(source.bytes()));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void a_source_with_sparse_files_cant_be_rebuilt(Form form) throws IOException {
    TarFixture source = layer().sparse(form, "s", SparseFile.ofSize(3000).data(5, "data"));
    Blob blob = convert(source, options().build());
    assertNotRebuildable(blob);
    assertThat(blob.facts().sourceDiffId()).isEqualTo(Digest.of(source.bytes()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stargz.index.json", "./.no.prefetch.landmark", ".prefetch.landmark"})
  void a_source_from_which_a_reserved_name_was_dropped_cant_be_rebuilt(String name)
      throws IOException {
    TarFixture source = layer().file(name, "x");
    Blob blob = convert(source, options().build());
    assertNotRebuildable(blob);
    assertThat(blob.facts().sourceDiffId()).isEqualTo(Digest.of(source.bytes()));
  }

  @Test
  void a_source_from_which_an_unsupported_entry_was_dropped_cant_be_rebuilt() throws IOException {
    Blob blob = convert(layer().entry('s', "socket"), options().skipUnsupported(true).build());
    assertNotRebuildable(blob);
  }

  @Test
  void a_source_with_data_behind_its_end_cant_be_rebuilt_but_its_digest_counts_that()
      throws IOException {
    TarFixture source = layer().end().raw(new byte[600]).raw(new byte[] {1});
    Blob blob = convert(source, options().build());
    assertNotRebuildable(blob);
    assertThat(blob.facts().sourceDiffId()).isEqualTo(Digest.of(source.bytes()));
  }

  @Test
  void a_tail_of_more_than_64_MiB_isnt_recorded() throws IOException {
    assertThat(convert(withTail(layer(), 64 << 20)).facts().sourceTail()).hasValue(64 << 20);
    assertNotRebuildable(convert(withTail(layer(), (64 << 20) + 1)));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, (64L << 20) + 1})
  void a_tail_that_no_writer_records_is_refused_at_once(long tail) throws IOException {
    byte[] blob = convert(layer()).bytes();
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThat(verify(blob, OptionalLong.of(tail)).sourceDiffId()).isEmpty());
  }

  @Test
  void a_changed_blob_rebuilds_another_source() throws IOException {
    Blob blob = convert(layer());
    Digest expected = blob.facts().sourceDiffId();
    OptionalLong tail = blob.facts().sourceTail();
    Blob other = convert(layer().file("d/backdoor", ""));
    Blob padded = convert(layer().file("d/a", pattern(2500)));
    for (Blob changed : List.of(other, padded)) {
      assertThat(verify(changed.bytes(), tail).sourceDiffId().orElseThrow()).isNotEqualTo(expected);
    }
  }

  /** The TOC is empty: what the tar holds beyond the layer is the matter here, not what it says. */
  private static byte[] blobOf(TarFixture entries, byte[] behindEnd) throws IOException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    TocEncoder.encode(List.of(), json);
    ByteArrayOutputStream toc = new ByteArrayOutputStream();
    toc.write(TarBlock.plainHeader("stargz.index.json", json.size()));
    json.writeTo(toc);
    toc.write(new byte[TarBlock.padding(json.size()) + 2 * TarBlock.SIZE]);
    toc.write(behindEnd);
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.write(Gzip.member(entries.entries()));
    int tocOffset = blob.size();
    blob.write(Gzip.member(toc.toByteArray()));
    blob.write(Footer.universal(tocOffset));
    return blob.toByteArray();
  }

  private static TarFixture landmark(byte content) {
    byte[] block = Arrays.copyOf(new byte[] {content}, TarBlock.SIZE);
    return tar().raw(TarBlock.plainHeader(".no.prefetch.landmark", 1)).raw(block);
  }

  @Test
  void what_the_writer_adds_is_left_out_only_if_it_is_just_that() throws IOException {
    OptionalLong tail = OptionalLong.of(1024);
    Digest source = Digest.of(tar().file("a", "1").bytes());
    byte[] none = {};
    TarFixture ours = landmark((byte) 0x0f).file("a", "1");
    assertThat(verify(blobOf(ours, none), tail).sourceDiffId()).contains(source);
    List<TarFixture> others =
        List.of(
            landmark((byte) 1).file("a", "1"),
            landmark((byte) 0x0f).file("a", "1").raw(landmark((byte) 0x0f).entries()),
            tar().file(".no.prefetch.landmark", "\u000f").file("a", "1"),
            tar().file("./.prefetch.landmark", "#!/bin/sh").mode(04755).file("a", "1"),
            tar().symlink("stargz.index.json", "/etc/shadow").file("a", "1"),
            tar().raw(TarBlock.plainHeader("stargz.index.json", 0)).file("a", "1"));
    for (TarFixture other : others) {
      assertThat(verify(blobOf(other, none), tail).sourceDiffId()).isEmpty();
    }
    assertThat(verify(blobOf(ours, new byte[] {1}), tail).sourceDiffId()).isEmpty();
  }

  @Test
  void a_damaged_blob_tells_nothing_of_its_source() throws IOException {
    Blob blob = convert(layer(), options().build());
    byte[] bytes = blob.bytes().clone();
    bytes[20] ^= 1;
    assertThat(verify(bytes, blob.facts().sourceTail()).sourceDiffId()).isEmpty();
  }
}
