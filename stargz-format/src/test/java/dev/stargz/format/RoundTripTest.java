package dev.stargz.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.stargz.format.GeneratedTar.Header;
import dev.stargz.format.GeneratedTar.Kind;
import dev.stargz.format.GeneratedTar.Step;
import dev.stargz.format.Unpacked.Outcome;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Any tar comes back: its bytes from the blob, its files from the reader. */
class RoundTripTest {
  private static final long FIRST_SECOND = -62135596800L;
  private static final long LAST_SECOND = 253402300799L;

  @Provide
  Arbitrary<GeneratedTar> tars() {
    return GeneratedTar.any(GeneratedTar.sizes());
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  @StatisticsReport(StatisticsReportMode.OFF)
  void a_tar_that_can_be_unpacked_comes_back_and_any_other_is_refused(
      @ForAll("tars") GeneratedTar tar) throws IOException {
    Unpacked expected = Unpacked.of(tar);
    Statistics.label("outcome")
        .collect(expected.outcome())
        .coverage(
            checker -> {
              checker.check(Outcome.TREE).percentage(percent -> percent > 40); // mostly 62
              checker.check(Outcome.BELOW_A_FILE).count(count -> count > 0);
              checker.check(Outcome.LINK_TO_DIRECTORY).count(count -> count > 0);
            });
    switch (expected.outcome()) {
      case TREE -> shouldComeBack(tar, expected);
      case BELOW_A_FILE ->
          assertThatThrownBy(() -> convert(tar, 7)).isInstanceOf(CorruptException.class);
      case LINK_TO_DIRECTORY ->
          assertThatThrownBy(() -> convert(tar, 7)).isInstanceOf(UnsupportedException.class);
      case UNSPECIFIED -> {}
    }
  }

  private static void shouldComeBack(GeneratedTar tar, Unpacked expected) throws IOException {
    for (int chunkSize : new int[] {7, 4096, 4 << 20}) {
      Blob blob = convert(tar, chunkSize);
      if (!tar.hasSparseFiles()) {
        assertThat(blob.sourceEntries()).isEqualTo(tar.tar().entries());
      }
      try (StargzReader reader = blob.open()) {
        shouldBeOrdered(reader.toc().entries(), expected);
        shouldShow(expected, reader);
        shouldKnowItsSource(tar, blob.facts(), reader);
      }
    }
  }

  private static void shouldKnowItsSource(GeneratedTar tar, WrittenBlob facts, StargzReader reader)
      throws IOException {
    VerifyReport report = StargzVerifier.verify(reader, facts.sourceTail());
    Digest source = Digest.of(tar.tar().bytes());
    assertThat(report.differences()).isEmpty();
    assertThat(facts.sourceDiffId()).isEqualTo(source);
    assertThat(report.sourceDiffId())
        .isEqualTo(tar.hasSparseFiles() ? Optional.empty() : Optional.of(source));
  }

  private static Blob convert(GeneratedTar tar, int chunkSize) throws IOException {
    WriterOptions options =
        WriterOptions.builder().threads(1).level(1).chunkSize(chunkSize).build();
    return Blobs.convert(tar.tar(), options);
  }

  /** Each name once, content in the order of offsets, hard links behind what carries theirs. */
  private static void shouldBeOrdered(List<TocEntry> entries, Unpacked expected) {
    Set<String> readableNames = new HashSet<>();
    Set<EntryName> contents = new HashSet<>();
    long offset = -1;
    for (TocEntry entry : entries) {
      if (entry.hasContent()) {
        assertThat(entry.offset()).as("offset of %s", entry).isGreaterThan(offset);
        offset = entry.offset();
      }
      if (entry.type() == TocEntryType.CHUNK) {
        continue;
      }
      String readable = EntryName.of(entry.readableName()).cleaned().text();
      assertThat(readableNames.add(readable)).as("'%s' is unique", readable).isTrue();
      if (entry.type() != TocEntryType.HARDLINK) {
        contents.add(entry.name().cleaned());
      } else if (!expected.fileAt(entry.name()).isMissing()) {
        assertThat(contents).contains(entry.linkName().cleaned());
      }
    }
  }

  static void shouldShow(Unpacked expected, StargzReader reader) throws IOException {
    Set<EntryName> paths = new HashSet<>();
    for (TocEntry entry : reader.toc().entries()) {
      EntryName path = entry.name().cleaned();
      if (!path.text().endsWith(".landmark")) {
        paths.add(path);
      }
    }
    Map<Unpacked.File, TocEntry> shared = new HashMap<>();
    for (Map.Entry<String, Unpacked.File> each : expected.files().entrySet()) {
      EntryName path = EntryName.of(each.getKey().getBytes(ISO_8859_1));
      assertThat(paths.remove(path)).as("'%s' is listed", path).isTrue();
      Unpacked.File file = each.getValue();
      if (file.isMissing()) {
        assertThatThrownBy(() -> reader.find(path)).isInstanceOf(CorruptException.class);
        continue;
      }
      TocEntry found = reader.find(path).orElseThrow();
      TocEntry other = shared.put(file, found);
      assertThat(other == null || other == found).as("'%s' shares its file", path).isTrue();
      shouldBe(file.made, found);
      if (file.made.kind().isFile()) {
        assertThat(reader.open(found).readAllBytes()).isEqualTo(file.made.content());
      }
    }
    assertThat(paths).as("listed, but not there").isEmpty();
    assertThat(new HashSet<>(shared.values())).hasSameSizeAs(shared.keySet());
  }

  private static void shouldBe(Step expected, TocEntry found) {
    Header header = expected.header();
    boolean v7 = expected.dialect() == Dialect.V7 && expected.kind() != Kind.SPARSE_FILE;
    long mtime = GeneratedTar.floorSeconds(header);
    assertThat(found.type()).isEqualTo(type(expected.kind()));
    assertThat(found.size()).isEqualTo(expected.kind().isFile() ? expected.size() : 0);
    assertThat(found.mode()).isEqualTo(header.mode());
    assertThat(found.uid()).isEqualTo(header.uid());
    assertThat(found.gid()).isEqualTo(header.gid());
    assertThat(found.userName()).isEqualTo(v7 ? "" : header.userName());
    assertThat(found.groupName()).isEqualTo(v7 ? "" : header.groupName());
    assertThat(found.modTime()).isEqualTo(Math.max(FIRST_SECOND, Math.min(LAST_SECOND, mtime)));
    assertThat(found.linkName()).isEqualTo(EntryName.of(expected.target().getBytes(ISO_8859_1)));
    assertThat(found.devMajor()).isEqualTo(v7 ? 0 : major(expected));
    assertThat(found.devMinor()).isEqualTo(v7 ? 0 : minor(expected));
    Map<String, byte[]> xattrs = new HashMap<>();
    header.xattrs().forEach((name, value) -> xattrs.put(name.replace("\u00ff", "\\xFF"), value));
    assertThat(found.xattrs().keySet()).isEqualTo(xattrs.keySet());
    xattrs.forEach((name, value) -> assertThat(found.xattrs().get(name)).isEqualTo(value));
  }

  private static long major(Step step) {
    return step.kind() == Kind.CHARACTER_DEVICE
        ? 5
        : step.kind() == Kind.BLOCK_DEVICE ? step.size() : 0;
  }

  private static long minor(Step step) {
    return step.kind() == Kind.CHARACTER_DEVICE
        ? step.size()
        : step.kind() == Kind.BLOCK_DEVICE ? 1 : 0;
  }

  private static TocEntryType type(Kind kind) {
    return switch (kind) {
      case FILE, CONTIGUOUS_FILE, SPARSE_FILE -> TocEntryType.REGULAR;
      case DIRECTORY, ROOT -> TocEntryType.DIRECTORY;
      case SYMLINK -> TocEntryType.SYMLINK;
      case CHARACTER_DEVICE -> TocEntryType.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> TocEntryType.BLOCK_DEVICE;
      case FIFO -> TocEntryType.FIFO;
      case HARDLINK, GLOBAL_RECORDS -> fail(kind + " is no file");
    };
  }
}
