package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.DigestMismatchException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.Footer;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The layer of these tests:
 *
 * <pre>
 *   d/          0755
 *   d/empty
 *   d/one       1 byte
 *   d/big       2500 bytes: three chunks of at most 1000
 *   d/link      hard link to d/big
 *   sym         symbolic link to d/big
 * </pre>
 */
class StargzReaderTest {
  private static final WriterOptions CHUNKS =
      WriterOptions.builder().threads(1).chunkSize(1000).build();

  private static Blob blob() throws IOException {
    return convert(
        tar()
            .dir("d/")
            .file("d/empty", "")
            .file("d/one", "1")
            .file("d/big", pattern(2500))
            .hardlink("d/link", "d/big")
            .symlink("sym", "d/big"),
        CHUNKS);
  }

  private static TocEntry find(StargzReader reader, String path) throws IOException {
    return reader.find(EntryName.of(path)).orElseThrow();
  }

  /** Size, position in the file, and chunk size: the bytes are those of the source. */
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 7",
    "1, 4096",
    "100, 1",
    "100, 7",
    "100, 99",
    "100, 100",
    "100, 101",
    "5000, 7",
    "5000, 4096",
    "5000, 4999",
    "5000, 5000",
    "5000, 4194304"
  })
  void aFileIsReadFromAnyPositionAcrossChunks(int size, int chunkSize) throws IOException {
    WriterOptions options = WriterOptions.builder().threads(1).chunkSize(chunkSize).build();
    Blob blob = convert(tar().file("before", "x").file("f", pattern(size)), options);
    int[] starts = {0, 1, size / 2, chunkSize - 1, chunkSize, chunkSize + 1, size - 1, size};
    try (StargzReader reader = blob.open()) {
      for (int start : starts) {
        if (start <= size) {
          try (InputStream in = reader.open(find(reader, "f"))) {
            in.skipNBytes(start);
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(pattern(size), start, size));
            assertThat(in.read()).isEqualTo(-1);
          }
        }
      }
    }
  }

  @Test
  void readsOfAnySizeGiveTheSameBytes() throws IOException {
    try (StargzReader reader = blob().open()) {
      for (int step : new int[] {1, 999, 1000, 1001, 5000}) {
        try (InputStream in = reader.open(find(reader, "d/big"))) {
          byte[] read = new byte[2500];
          int at = 0;
          for (int n; (n = in.read(read, at, Math.min(step, 2500 - at))) > 0; ) {
            at += n;
          }
          assertThat(at).isEqualTo(2500);
          assertThat(read).isEqualTo(pattern(2500));
        }
      }
    }
  }

  @Test
  void anEmptyFileHasNoBytes() throws IOException {
    try (StargzReader reader = blob().open();
        InputStream in = reader.open(find(reader, "d/empty"))) {
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read(new byte[5], 0, 5)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"d/big", "./d/big", "/d/big", "d//big", "../d/./big"})
  void aPathIsFoundWhateverItsForm(String path) throws IOException {
    try (StargzReader reader = blob().open()) {
      assertThat(find(reader, path).size()).isEqualTo(2500);
    }
  }

  @Test
  void aHardlinkIsFoundAsItsContentAndASymlinkAsItself() throws IOException {
    try (StargzReader reader = blob().open()) {
      assertThat(find(reader, "d/link")).isSameAs(find(reader, "d/big"));
      assertThat(find(reader, "sym").linkName()).isEqualTo(EntryName.of("d/big"));
      assertThat(reader.find(EntryName.of("nothing"))).isEmpty();
      assertThat(reader.find(EntryName.of("sym/x"))).isEmpty();
      assertThat(reader.find(EntryName.ROOT)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"d", "sym"})
  void whatIsNoFileCantBeOpened(String path) throws IOException {
    try (StargzReader reader = blob().open()) {
      TocEntry entry = find(reader, path);
      assertThatThrownBy(() -> reader.open(entry)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void nothingButFooterTocAndTheFilesOwnMembersIsTouched() throws IOException {
    Blob blob = blob();
    TocEntry one = blob.entry("d/one");
    byte[] bytes = blob.bytes().clone();
    int end = Math.toIntExact(blob.entry("d/big").offset());
    Arrays.fill(bytes, 0, (int) one.offset(), (byte) 0x55);
    Arrays.fill(bytes, end, (int) blob.facts().tocOffset(), (byte) 0x55);
    try (StargzReader reader = open(bytes, blob);
        InputStream in = reader.open(find(reader, "d/one"))) {
      assertThat(in.readAllBytes()).containsExactly('1');
    }
  }

  private static StargzReader open(byte[] bytes, Blob blob) throws IOException {
    return StargzReader.open(RandomAccessSource.of(bytes), blob.facts().tocDigest());
  }

  @Test
  void openingTakesTheTailAndTheTocAlone() throws IOException {
    Blob blob = blob();
    List<RandomAccessSource.Range> ranges = new ArrayList<>();
    RandomAccessSource source = new Recording(blob.bytes(), ranges);
    try (StargzReader reader = StargzReader.open(source)) {
      assertThat(ranges).allMatch(range -> range.offset() >= blob.facts().tocOffset());
      ranges.clear();
      long first = blob.entry("d/big").offset();
      try (InputStream in = reader.open(find(reader, "d/big"))) {
        in.read();
      }
      assertThat(ranges).isNotEmpty().allMatch(range -> range.offset() == first);
    }
  }

  /** A blob behind HTTP: each call is a request of its own, and answers with nothing more. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Remote(
      byte[] blob, List<String> requests, boolean isRemote, OptionalLong knownSize)
      implements RandomAccessSource {
    @Override
    public Tail readTail(int length) {
      requests.add("bytes=-" + length);
      int from = Math.max(0, blob.length - length);
      return new Tail(Arrays.copyOfRange(blob, from, blob.length), blob.length);
    }

    @Override
    public List<byte[]> read(List<Range> ranges) {
      return ranges.stream().map(this::read).toList();
    }

    private byte[] read(Range range) {
      long end = range.offset() + range.length();
      requests.add("bytes=" + range.offset() + "-" + (end - 1));
      return Arrays.copyOfRange(blob, (int) range.offset(), (int) end);
    }

    @Override
    public void close() {}
  }

  /** In a registry, where the size of a blob is known. */
  private static Remote remote(Blob blob, List<String> requests) {
    return new Remote(blob.bytes(), requests, true, OptionalLong.of(blob.bytes().length));
  }

  private static Blob manyFiles() throws IOException {
    TarFixture tar = tar();
    for (int i = 0; i < 8000; i++) {
      tar.file("file-" + Math.floorMod(i * 7919L, 1_000_003), "content " + i);
    }
    Blob blob = convert(tar);
    assertThat(blob.facts().size() - blob.facts().tocOffset()).isGreaterThan(1 << 18);
    return blob;
  }

  @Test
  void aLocalBlobsTocTakesTwoReadsAndNothingElseIsTouched() throws IOException {
    Blob blob = blob();
    List<String> requests = new ArrayList<>();
    Remote local = new Remote(blob.bytes(), requests, false, OptionalLong.empty());
    try (StargzReader reader = StargzReader.open(local, blob.facts().tocDigest())) {
      long toc = blob.facts().tocOffset();
      assertThat(requests)
          .containsExactly("bytes=-64", "bytes=" + toc + "-" + (blob.bytes().length - 65));
      assertThat(reader.size()).isEqualTo(blob.bytes().length);
      assertThat(reader.open(find(reader, "d/big")).readAllBytes()).isEqualTo(pattern(2500));
    }
  }

  @Test
  void aSmallRemoteBlobIsOneRequestWithAllItsFiles() throws IOException {
    Blob blob = blob();
    List<String> requests = new ArrayList<>();
    Remote url = new Remote(blob.bytes(), requests, true, OptionalLong.empty());
    try (StargzReader reader = StargzReader.open(url, blob.facts().tocDigest())) {
      assertThat(reader.open(find(reader, "d/big")).readAllBytes()).isEqualTo(pattern(2500));
      assertThat(requests).containsExactly("bytes=-65536");
    }
  }

  @Test
  void aLargeRemoteTocIsTwoRequestsUnlessItsPlaceIsKnown() throws IOException {
    Blob blob = manyFiles();
    long toc = blob.facts().tocOffset();
    int size = blob.bytes().length;
    List<String> requests = new ArrayList<>();
    try (StargzReader reader = StargzReader.open(remote(blob, requests))) {
      assertThat(reader.toc().entries()).hasSizeGreaterThan(8000);
      assertThat(requests)
          .containsExactly("bytes=-65536", "bytes=" + toc + "-" + (size - 65536 - 1));
    }
    requests.clear();
    try (StargzReader reader =
        StargzReader.open(
            remote(blob, requests), Optional.of(blob.facts().tocDigest()), OptionalLong.of(toc))) {
      assertThat(reader.toc().entries()).hasSizeGreaterThan(8000);
      assertThat(requests).containsExactly("bytes=-" + (size - toc));
    }
  }

  /** How far the place that is said is from the right one; and the requests that makes. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "-1, 1",
    "1, 2",
    "-1000, 1",
    "100000, 2",
    "1000000000, 2",
    "-9223372036854775808, 2",
    "9223372036854775807, 2"
  })
  void aWrongPlaceOfTheTocIsNoError(long error, int expected) throws IOException {
    Blob blob = manyFiles();
    long toc = blob.facts().tocOffset();
    long said = error == Long.MIN_VALUE || error == Long.MAX_VALUE ? error : toc + error;
    List<String> requests = new ArrayList<>();
    try (StargzReader reader =
        StargzReader.open(
            remote(blob, requests), Optional.of(blob.facts().tocDigest()), OptionalLong.of(said))) {
      assertThat(reader.tocOffset()).isEqualTo(toc);
      assertThat(reader.toc().entries()).hasSizeGreaterThan(8000);
      assertThat(requests).hasSize(expected);
    }
  }

  /** A blob of a gigabyte, of which only the end is there. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Huge(byte[] end, List<Integer> fetched) implements RandomAccessSource {
    private static final long SIZE = 1L << 30;

    @Override
    public Tail readTail(int length) {
      fetched.add(length);
      byte[] tail = new byte[length];
      int n = Math.min(length, end.length);
      System.arraycopy(end, end.length - n, tail, length - n, n);
      return new Tail(tail, SIZE);
    }

    @Override
    public List<byte[]> read(List<Range> ranges) {
      throw new AssertionError("its TOC is in the tail: " + ranges);
    }

    @Override
    public boolean isRemote() {
      return true;
    }

    @Override
    public OptionalLong knownSize() {
      return OptionalLong.of(SIZE);
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, (1L << 30) - (17 << 20), -5, 1L << 30, 1L << 40})
  void aPlaceOfTheTocThatCannotBeIsNotFetched(long said) throws IOException {
    long offset = Huge.SIZE - 3000;
    byte[] end = new byte[3000];
    byte[] toc = Forge.blob().withToc(Forge.toc());
    System.arraycopy(toc, 0, end, 0, toc.length - 51);
    byte[] footer = Footer.universal(offset);
    System.arraycopy(footer, 0, end, end.length - footer.length, footer.length);
    List<Integer> fetched = new ArrayList<>();
    try (StargzReader reader =
        StargzReader.open(new Huge(end, fetched), Optional.empty(), OptionalLong.of(said))) {
      assertThat(reader.toc().entries()).isEmpty();
      assertThat(fetched).containsExactly(65536);
    }
  }

  /** Fails now and then. */
  private static final class Shaky implements RandomAccessSource {
    private final RandomAccessSource source;
    private boolean fails;

    Shaky(byte[] blob) {
      this.source = RandomAccessSource.of(blob);
    }

    @Override
    public Tail readTail(int length) throws IOException {
      return source.readTail(length);
    }

    @Override
    public List<byte[]> read(List<Range> ranges) throws IOException {
      if (fails) {
        throw new IOException("the connection broke");
      }
      return source.read(ranges);
    }

    @Override
    public void close() {}
  }

  @Test
  void aChunkThatCouldntBeReadIsReadAgainAndNotLeftOut() throws IOException {
    Shaky source = new Shaky(blob().bytes());
    try (StargzReader reader = StargzReader.open(source);
        InputStream in = reader.open(find(reader, "d/big"))) {
      assertThat(in.readNBytes(1000)).isEqualTo(Arrays.copyOf(pattern(2500), 1000));
      source.fails = true;
      assertThatThrownBy(in::read).hasMessage("the connection broke");
      source.fails = false;
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(pattern(2500), 1000, 2500));
    }
  }

  /** Remembers what was read. */
  private record Recording(RandomAccessSource source, List<Range> ranges)
      implements RandomAccessSource {
    Recording(byte[] bytes, List<Range> ranges) {
      this(RandomAccessSource.of(bytes), ranges);
    }

    @Override
    public Tail readTail(int length) throws IOException {
      return source.readTail(length);
    }

    @Override
    public List<byte[]> read(List<Range> wanted) throws IOException {
      ranges.addAll(wanted);
      return source.read(wanted);
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  @Test
  void theWrongTocDigestIsFound() throws IOException {
    Digest wrong = Digest.of(new byte[1]);
    Blob blob = blob();
    assertThatThrownBy(() -> StargzReader.open(RandomAccessSource.of(blob.bytes()), wrong))
        .isInstanceOfSatisfying(
            DigestMismatchException.class,
            e -> {
              assertThat(e.expected()).isEqualTo(wrong);
              assertThat(e.found()).isEqualTo(blob.facts().tocDigest());
            });
  }

  @Test
  void withoutADigestTheReaderTellsTheTocs() throws IOException {
    Blob blob = blob();
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob.bytes()))) {
      assertThat(reader.tocDigest()).isEqualTo(blob.facts().tocDigest());
    }
  }

  @Test
  void brokenContentIsFoundBeforeAnyByteOfItsChunkIsGivenOut() throws IOException {
    Blob blob = blob();
    byte[] bytes = swapped(blob);
    try (StargzReader reader = open(bytes, blob);
        InputStream in = reader.open(find(reader, "d/big"))) {
      assertThat(in.readNBytes(1000)).isEqualTo(Arrays.copyOf(pattern(2500), 1000));
      byte[] buffer = new byte[10];
      assertThatThrownBy(() -> in.read(buffer, 0, 10))
          .isInstanceOf(DigestMismatchException.class)
          .hasMessageContaining("'d/big'")
          .hasMessageContaining("of the blob");
      assertThat(buffer).containsOnly(0);
    }
  }

  /** The second chunk of d/big in a member of the same length that is well formed, but not it. */
  private static byte[] swapped(Blob blob) throws IOException {
    List<TocEntry> toc = blob.toc();
    int first = Math.toIntExact(toc.get(4).offset());
    int second = Math.toIntExact(toc.get(5).offset());
    byte[] bytes = blob.bytes().clone();
    byte[] wrong = Gzip.member(new byte[1000]);
    assertThat(wrong.length).isLessThan(second - first);
    System.arraycopy(wrong, 0, bytes, second, wrong.length);
    return bytes;
  }

  @Test
  void everyFlippedByteOfABlobIsFoundOrChangesNothing() throws IOException {
    Blob blob = convert(tar().file("a", "content").file("b", pattern(300)).symlink("l", "a"));
    for (int i = 0; i < blob.bytes().length; i++) {
      byte[] flipped = blob.bytes().clone();
      flipped[i] ^= 0x20;
      try (StargzReader reader = open(flipped, blob)) {
        for (String path : List.of("a", "b")) {
          try (InputStream in = reader.open(find(reader, path))) {
            assertThat(in.readAllBytes()).as("byte %d", i).isEqualTo(blob.files().get(path));
          }
        }
      } catch (StargzException e) {
        assertThat(e).hasMessageMatching(".*(byte|entry).*");
      }
    }
  }

  @Test
  void everyCutOfABlobIsFound() throws IOException {
    byte[] bytes = blob().bytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> StargzReader.open(RandomAccessSource.of(cut)))
          .as("%d", length)
          .isInstanceOfAny(NotStargzException.class, CorruptException.class);
    }
  }

  @Test
  void manyThreadsReadOneBlob() throws IOException {
    try (StargzReader reader = blob().open()) {
      List<Boolean> right =
          IntStream.range(0, 64).parallel().mapToObj(i -> isRight(reader, i)).toList();
      assertThat(right).containsOnly(true);
    }
  }

  private static boolean isRight(StargzReader reader, int start) {
    try (InputStream in = reader.open(find(reader, "d/link"))) {
      in.skipNBytes(start * 39L);
      return Arrays.equals(in.readAllBytes(), Arrays.copyOfRange(pattern(2500), start * 39, 2500));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theSourceIsClosedWithTheReaderAndIfOpeningFails() throws IOException {
    boolean[] closed = new boolean[1];
    byte[] good = blob().bytes();
    for (byte[] bytes : new byte[][] {good, new byte[100]}) {
      closed[0] = false;
      try (StargzReader reader = StargzReader.open(new Closing(bytes, closed))) {
        assertThat(closed[0]).isFalse();
        assertThat(reader.toc().version()).isEqualTo(1);
      } catch (NotStargzException e) {
        assertThat(bytes).isNotSameAs(good);
      }
      assertThat(closed[0]).isTrue();
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Closing(RandomAccessSource source, boolean[] closed)
      implements RandomAccessSource {
    Closing(byte[] bytes, boolean[] closed) {
      this(RandomAccessSource.of(bytes), closed);
    }

    @Override
    public Tail readTail(int length) throws IOException {
      return source.readTail(length);
    }

    @Override
    public List<byte[]> read(List<Range> wanted) throws IOException {
      return source.read(wanted);
    }

    @Override
    public void close() throws IOException {
      closed[0] = true;
    }
  }
}
