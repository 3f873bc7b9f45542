package dev.stargz.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.stargz.format.GeneratedTar.Step;
import dev.stargz.format.Unpacked.Outcome;
import dev.stargz.format.WriterOptions.Missing;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the options, the files are the same; whatever the threads, so are the bytes. */
class OptionGridTest {
  /** How a source is compressed. */
  enum Compression {
    NONE,
    GZIP,
    GZIP_MEMBERS,
    ZSTD;

    byte[] compress(TarFixture tar) {
      return switch (this) {
        case NONE -> tar.bytes();
        case GZIP -> tar.gzip();
        case GZIP_MEMBERS -> tar.gzip(1, 1000, 1000 + tar.size() / 2);
        case ZSTD -> tar.zstd();
      };
    }
  }

  private static final int MIB = 1 << 20;

  private static WriterOptions.Builder options(BlobFormat format, int chunkSize, int level) {
    return WriterOptions.builder().format(format).chunkSize(chunkSize).level(level);
  }

  // ---- the whole grid, on one tar

  /** Files of sizes around the borders of chunks of 7 and of 4096 bytes, and all other kinds. */
  private static TarFixture tarOfAllKinds(int chunkSize) {
    TarFixture tar = TarFixture.tar().dir("./").dir("dir/").symlink("dir/link", "../a");
    for (int size : new int[] {0, 1, 6, 7, 8, 14, 511, 512, 513, 4095, 4096, 4097}) {
      if (chunkSize > 1 || size < 600) { // with chunks of one byte the rest takes seconds
        tar.file("dir/" + size, GeneratedTar.someBytes(size, size));
      }
    }
    return tar.hardlink("hard", "dir/513")
        .file("\u00ff".getBytes(ISO_8859_1), GeneratedTar.someBytes(20, 1))
        .charDevice("dev", 1, 3)
        .fifo("fifo");
  }

  static Stream<Arguments> grid() {
    List<Arguments> grid = new ArrayList<>();
    for (BlobFormat format : BlobFormat.values()) {
      for (int chunkSize : new int[] {1, 7, 4 << 10, 4 << 20}) {
        for (int level : new int[] {0, 1, 6, 9}) {
          grid.add(arguments(format, chunkSize, level));
        }
      }
    }
    return grid.stream();
  }

  @ParameterizedTest
  @MethodSource("grid")
  void options_change_the_bytes_alone_and_threads_and_compression_not_even_these(
      BlobFormat format, int chunkSize, int level) throws IOException {
    TarFixture tar = tarOfAllKinds(chunkSize);
    WriterOptions one = options(format, chunkSize, level).threads(1).build();
    Blob expected = Blobs.convert(tar.bytes(), one);
    assertThat(expected.sourceEntries()).isEqualTo(tar.entries());
    assertThat(lines(expected)).isEqualTo(lines(Blobs.convert(tar)));
    for (Compression compression : Compression.values()) {
      byte[] source = compression.compress(tar);
      for (int threads : new int[] {1, 8}) {
        Blob blob =
            Blobs.convert(source, options(format, chunkSize, level).threads(threads).build());
        assertThat(blob.bytes())
            .as("from %s on %d threads", compression, threads)
            .isEqualTo(expected.bytes());
        assertThat(blob.facts())
            .usingRecursiveComparison()
            .ignoringFields("sourceSize")
            .isEqualTo(expected.facts());
      }
    }
  }

  /** Everything that a reader sees of the files, and nothing of where they lie. */
  private static List<String> lines(Blob blob) throws IOException {
    List<String> lines = new ArrayList<>();
    try (StargzReader reader = blob.open()) {
      assertThat(StargzVerifier.verify(reader).differences()).isEmpty();
      for (TocEntry entry : reader.toc().entries()) {
        if (entry.chunkOffset() == 0 && !entry.readableName().endsWith(".landmark")) {
          TocEntry file = reader.find(entry.name()).orElseThrow();
          byte[] content = file.size() > 0 ? reader.open(file).readAllBytes() : new byte[0];
          lines.add(
              String.join(
                  " ",
                  entry.toString(),
                  entry.readableLinkName(),
                  String.valueOf(entry.mode()),
                  String.valueOf(entry.modTime()),
                  new String(content, ISO_8859_1)));
        }
      }
    }
    return lines;
  }

  @Test
  void chunks_of_4_mib_have_their_borders_where_they_belong() throws IOException {
    TarFixture tar = TarFixture.tar();
    int[] sizes = {4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 8 * MIB, 9 * MIB};
    for (int size : sizes) {
      tar.file("file-" + size, TarFixture.pattern(size));
    }
    Blob expected = Blobs.convert(tar, options(BlobFormat.ESTARGZ, 4 * MIB, 1).threads(1).build());
    for (int size : sizes) {
      assertThat(expected.content(EntryName.of("file-" + size)))
          .isEqualTo(TarFixture.pattern(size));
    }
    List<Long> chunks =
        expected.toc().stream()
            .filter(entry -> entry.readableName().equals("file-" + 9 * MIB))
            .map(TocEntry::chunkSize)
            .toList();
    assertThat(chunks).containsExactly(4L * MIB, 4L * MIB, 0L);
    Blob parallel = Blobs.convert(tar, options(BlobFormat.ESTARGZ, 4 * MIB, 1).threads(8).build());
    assertThat(parallel.bytes()).isEqualTo(expected.bytes());
  }

  // ---- any options, on any tar

  @Provide
  Arbitrary<GeneratedTar> tars() {
    return GeneratedTar.any(GeneratedTar.sizes());
  }

  @Provide
  Arbitrary<Integer> chunkSizes() {
    return Arbitraries.of(1, 7, 4 << 10, 4 << 20);
  }

  @Provide
  Arbitrary<Integer> levels() {
    return Arbitraries.of(0, 1, 6, 9);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void any_tar_gives_the_same_bytes_on_one_thread_and_on_eight(
      @ForAll("tars") GeneratedTar tar,
      @ForAll BlobFormat format,
      @ForAll Compression compression,
      @ForAll("chunkSizes") int chunkSize,
      @ForAll("levels") int level)
      throws IOException {
    Assume.that(Unpacked.of(tar).outcome() == Outcome.TREE);
    WriterOptions.Builder options = options(format, chunkSize, level);
    Blob one = Blobs.convert(tar.tar(), options.threads(1).build());
    Blob eight = Blobs.convert(compression.compress(tar.tar()), options.threads(8).build());
    assertThat(eight.bytes()).isEqualTo(one.bytes());
    try (StargzReader reader = eight.open()) {
      RoundTripTest.shouldShow(Unpacked.of(tar), reader);
    }
  }

  /**
   * What files are prioritized changes where they lie, and nothing that is unpacked. (A hard link
   * to what comes later can't be unpacked anyway; what such a one means depends on the order.)
   */
  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  @StatisticsReport(StatisticsReportMode.OFF)
  void any_order_of_files_gives_the_same_files(
      @ForAll("tars") GeneratedTar tar, @ForAll("tars") GeneratedTar wanted) throws IOException {
    Unpacked expected = Unpacked.of(tar);
    Assume.that(expected.outcome() == Outcome.TREE && !expected.hasEarlyLinks());
    List<EntryName> files =
        wanted.steps().stream()
            .map(Step::name)
            .map(name -> EntryName.of(name.getBytes(ISO_8859_1)))
            .toList();
    WriterOptions.Builder options =
        WriterOptions.builder().threads(1).level(1).chunkSize(4096).prioritizedFiles(files);
    Blob blob = Blobs.convert(tar.tar(), options.missingPrioritized(Missing.WARNING).build());
    try (StargzReader reader = blob.open()) {
      Statistics.label("something moved")
          .collect(reader.find(EntryName.of(".prefetch.landmark")).isPresent())
          .coverage(checker -> checker.check(true).percentage(percent -> percent > 5));
      RoundTripTest.shouldShow(expected, reader);
      assertThat(StargzVerifier.verify(reader).differences()).isEmpty();
    }
    assertThat(blob.tarBeforeToc()).hasSameSizeAs(Blobs.convert(tar.tar()).tarBeforeToc());
  }
}
