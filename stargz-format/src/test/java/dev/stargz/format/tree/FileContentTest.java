package dev.stargz.format.tree;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.DigestMismatchException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileContentTest {
  private static final int CHUNK = 4;
  private static final byte[] SAMPLE = "0123456789".getBytes(US_ASCII);

  private static Blob blob(int chunkSize, byte[] content) throws IOException {
    WriterOptions options = WriterOptions.builder().threads(1).chunkSize(chunkSize).build();
    return Blobs.convert(tar().file("before", "x").file("f", content).file("e", ""), options);
  }

  private static SeekableByteChannel open(StargzReader reader, String path) throws IOException {
    FileTree tree = reader.tree();
    return tree.openChannel(tree.lookUp(path));
  }

  /** CRFS's test of reading a node: length x place in the chunk x chunk x size of the file. */
  static Stream<Arguments> nodes() {
    List<Arguments> cases = new ArrayList<>();
    for (int length : new int[] {CHUNK / 2, CHUNK + CHUNK / 2}) {
      for (int inChunk : new int[] {0, CHUNK / 2}) {
        for (int chunk : new int[] {0, 1, SAMPLE.length / CHUNK}) {
          for (int size : new int[] {CHUNK, 2 * CHUNK, SAMPLE.length}) {
            cases.add(Arguments.of(length, chunk * CHUNK + inChunk, size));
          }
        }
      }
    }
    assertThat(cases).hasSize(36);
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("nodes")
  void a_node_is_read_at_any_place(int length, int offset, int size) throws IOException {
    byte[] content = Arrays.copyOf(SAMPLE, size);
    try (StargzReader reader = blob(CHUNK, content).open()) {
      shouldRead(open(reader, "f"), content, offset, length);
    }
  }

  private static void shouldRead(
      SeekableByteChannel channel, byte[] content, long offset, int length) throws IOException {
    int from = (int) Math.min(content.length, offset);
    byte[] expected = Arrays.copyOfRange(content, from, Math.min(content.length, from + length));
    ByteBuffer buffer = ByteBuffer.allocate(length);
    int n = channel.position(offset).read(buffer);
    String read = "read of " + length + " at " + offset;
    assertThat(n).as(read).isEqualTo(expected.length == 0 && length > 0 ? -1 : expected.length);
    assertThat(Arrays.copyOf(buffer.array(), buffer.position())).as(read).isEqualTo(expected);
    assertThat(channel.position()).as(read).isEqualTo(offset + expected.length);
  }

  /** Offsets and lengths around every border, past the end, and across it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 4096})
  void reads_around_every_chunks_border_are_right(int chunkSize) throws IOException {
    byte[] content = pattern(chunkSize * 3 + (chunkSize + 1) / 2);
    try (StargzReader reader = blob(chunkSize, content).open()) {
      SeekableByteChannel channel = open(reader, "f");
      for (int border = 0; border <= content.length + chunkSize; border += chunkSize) {
        for (int offset = Math.max(0, border - 1); offset <= border + 1; offset++) {
          for (int lengths = 0; lengths <= content.length + chunkSize; lengths += chunkSize) {
            for (int length = Math.max(0, lengths - 1); length <= lengths + 1; length++) {
              shouldRead(channel, content, offset, length);
            }
          }
        }
      }
      shouldRead(channel, content, Long.MAX_VALUE, 5);
    }
  }

  @Test
  void an_empty_file_has_no_bytes() throws IOException {
    try (StargzReader reader = blob(CHUNK, SAMPLE).open();
        SeekableByteChannel channel = open(reader, "e");
        InputStream in = reader.tree().open(reader.tree().lookUp("e"))) {
      assertThat(channel.size()).isZero();
      assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_stream_reads_and_skips() throws IOException {
    byte[] content = pattern(1000);
    try (StargzReader reader = blob(7, content).open()) {
      FileTree tree = reader.tree();
      try (InputStream in = tree.open(tree.lookUp("f"))) {
        assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOf(content, 10));
        in.skipNBytes(600);
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 610, 1000));
        assertThat(in.skip(1)).isZero();
        assertThatThrownBy(() -> in.skipNBytes(1)).isInstanceOf(EOFException.class);
      }
    }
  }

  @Test
  void a_channel_is_read_only_and_ends_when_closed() throws IOException {
    try (StargzReader reader = blob(CHUNK, SAMPLE).open()) {
      SeekableByteChannel channel = open(reader, "f");
      ByteBuffer buffer = ByteBuffer.allocate(1);
      assertThatThrownBy(() -> channel.write(buffer))
          .isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> channel.truncate(0)).isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThat(channel.isOpen()).isTrue();
      channel.close();
      channel.close();
      assertThat(channel.isOpen()).isFalse();
      assertThatThrownBy(() -> channel.read(buffer)).isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
      assertThat(open(reader, "f").size()).isEqualTo(10);
    }
  }

  // ---- what is read for it

  /** Remembers what was read. */
  private record Recording(
      RandomAccessSource source, List<Range> ranges, List<List<Range>> calls, boolean isRemote)
      implements RandomAccessSource {
    Recording(RandomAccessSource source, List<Range> ranges) {
      this(source, ranges, Collections.synchronizedList(new ArrayList<>()), false);
    }

    /** A blob behind a network; only what is read of its contents counts. */
    static Recording remote(Blob blob) {
      List<Range> ranges = Collections.synchronizedList(new ArrayList<>());
      List<List<Range>> calls = Collections.synchronizedList(new ArrayList<>());
      return new Recording(RandomAccessSource.of(blob.bytes()), ranges, calls, true);
    }

    long bytes() {
      return ranges.stream().mapToLong(Range::length).sum();
    }

    void clear() {
      ranges.clear();
      calls.clear();
    }

    @Override
    public Tail readTail(int length) throws IOException {
      return source.readTail(length);
    }

    @Override
    public List<byte[]> read(List<Range> wanted) throws IOException {
      ranges.addAll(wanted);
      calls.add(wanted);
      return source.read(wanted);
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  @Test
  void only_the_chunks_that_are_needed_are_read_and_each_once() throws IOException {
    Blob blob = blob(1000, pattern(3500));
    List<RandomAccessSource.Range> ranges = Collections.synchronizedList(new ArrayList<>());
    RandomAccessSource source = new Recording(RandomAccessSource.of(blob.bytes()), ranges);
    try (StargzReader reader = StargzReader.open(source)) {
      SeekableByteChannel channel = open(reader, "f");
      ranges.clear();
      shouldRead(channel, pattern(3500), 1100, 800);
      assertThat(ranges).hasSize(1);
      shouldRead(channel, pattern(3500), 1000, 1000);
      assertThat(ranges).hasSize(1);
      shouldRead(channel, pattern(3500), 999, 1);
      shouldRead(channel, pattern(3500), 1000, 1);
      assertThat(ranges).hasSize(2);
      ranges.clear();
      shouldRead(open(reader, "f"), pattern(3500), 0, 3500);
      assertThat(ranges).hasSize(2);
    }
  }

  /** Bytes that no encoder makes smaller, so that a chunk takes more than its size. */
  @Test
  void a_chunk_is_fetched_in_one_go() throws IOException {
    byte[] content = new byte[3 << 20];
    new Random(1).nextBytes(content);
    Blob blob = blob(2 << 20, content);
    List<RandomAccessSource.Range> ranges = new ArrayList<>();
    RandomAccessSource source = new Recording(RandomAccessSource.of(blob.bytes()), ranges);
    try (StargzReader reader = StargzReader.open(source)) {
      SeekableByteChannel channel = open(reader, "f");
      ranges.clear();
      shouldRead(channel, content, 5, 1000);
      assertThat(ranges).hasSize(1);
      shouldRead(channel, content, content.length - 9, 9);
      assertThat(ranges).hasSize(2);
    }
  }

  @Test
  void many_threads_read_right_and_each_chunk_is_read_once() throws IOException {
    Blob blob = blob(1000, pattern(9500));
    List<RandomAccessSource.Range> ranges = Collections.synchronizedList(new ArrayList<>());
    RandomAccessSource source = new Recording(RandomAccessSource.of(blob.bytes()), ranges);
    try (StargzReader reader = StargzReader.open(source)) {
      FileTree tree = reader.tree();
      FileNode file = tree.lookUp("f");
      ranges.clear();
      IntStream.range(0, 500)
          .parallel()
          .forEach(
              i -> {
                int offset = i * 19;
                try (SeekableByteChannel channel = tree.openChannel(file)) {
                  shouldRead(channel, pattern(9500), offset, 1500);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(ranges).hasSize(10);
    }
  }

  @Test
  void no_byte_of_a_chunk_is_given_out_that_is_not_what_was_promised() throws IOException {
    Blob blob = blob(1000, pattern(2500));
    int second = Math.toIntExact(blob.toc().get(3).offset());
    byte[] bytes = blob.bytes().clone();
    byte[] wrong = Gzip.member(new byte[1000]);
    System.arraycopy(wrong, 0, bytes, second, wrong.length);
    RandomAccessSource source = RandomAccessSource.of(bytes);
    try (StargzReader reader = StargzReader.open(source, blob.facts().tocDigest())) {
      SeekableByteChannel channel = open(reader, "f");
      for (int i = 0; i < 3; i++) {
        ByteBuffer buffer = ByteBuffer.allocate(10);
        assertThatThrownBy(() -> channel.position(1500).read(buffer))
            .isInstanceOf(DigestMismatchException.class)
            .hasMessageContaining("'f'");
        assertThat(buffer.array()).containsOnly(0);
        shouldRead(channel, pattern(2500), 2000, 500);
        shouldRead(channel, pattern(2500), 0, 1000);
      }
    }
  }

  // ---- several chunks at once

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void a_read_across_chunks_asks_for_all_of_them_in_one_go() throws IOException {
    Blob blob = blob(1000, pattern(9500));
    Recording source = new Recording(RandomAccessSource.of(blob.bytes()), new ArrayList<>());
    try (StargzReader reader = StargzReader.open(source)) {
      SeekableByteChannel channel = open(reader, "f");
      source.clear();
      shouldRead(channel, pattern(9500), 3500, 500);
      assertThat(source.calls()).as("no more than is needed").hasSize(1);
      assertThat(source.ranges()).hasSize(1);
      source.clear();
      shouldRead(channel, pattern(9500), 500, 9000);
      assertThat(source.calls()).hasSize(1);
      assertThat(source.ranges()).as("one chunk was here").hasSize(9);
    }
  }

  @Test
  void a_large_read_is_cut_into_pieces_of_at_most_8_mib() throws IOException {
    byte[] content = noise(19 << 20);
    Blob blob = blob(1 << 20, content);
    Recording source = new Recording(RandomAccessSource.of(blob.bytes()), new ArrayList<>());
    try (StargzReader reader = StargzReader.open(source)) {
      SeekableByteChannel channel = open(reader, "f");
      source.clear();
      shouldRead(channel, content, 0, content.length);
      assertThat(source.ranges()).hasSize(19);
      assertThat(source.calls())
          .hasSize(3)
          .allSatisfy(
              call ->
                  assertThat(call.stream().mapToLong(RandomAccessSource.Range::length).sum())
                      .isLessThanOrEqualTo(8 << 20));
    }
  }

  @Test
  void a_damaged_chunk_among_others_harms_none_of_them() throws IOException {
    byte[] content = noise(4500);
    Blob blob = blob(1000, content);
    byte[] bytes = blob.bytes().clone();
    bytes[Math.toIntExact(blob.toc().get(4).offset()) + 500] ^= 1;
    RandomAccessSource source = RandomAccessSource.of(bytes);
    try (StargzReader reader = StargzReader.open(source, blob.facts().tocDigest())) {
      SeekableByteChannel channel = open(reader, "f");
      ByteBuffer buffer = ByteBuffer.allocate(4500);
      assertThatThrownBy(() -> channel.position(0).read(buffer))
          .isInstanceOf(StargzException.class)
          .hasMessageContaining("'f'");
      assertThat(buffer.position()).isEqualTo(2000);
      assertThat(Arrays.copyOf(buffer.array(), 2000)).isEqualTo(Arrays.copyOf(content, 2000));
      shouldRead(channel, content, 3000, 1500);
      shouldRead(channel, content, 0, 2000);
    }
  }

  // ---- remote blobs, read in order

  private static Blob smallFiles() throws IOException {
    TarFixture tar = tar();
    for (int i = 0; i < 400; i++) {
      tar.file(String.format("f%03d", i), noise(2000 + i));
    }
    tar.file("large", noise(3 << 20));
    return Blobs.convert(tar);
  }

  private static void shouldHold(FileTree tree, int file) throws IOException {
    try (InputStream in = tree.open(tree.lookUp(String.format("f%03d", file)))) {
      assertThat(in.readAllBytes()).isEqualTo(noise(2000 + file));
    }
  }

  @Test
  void small_files_read_in_order_come_in_few_requests() throws IOException {
    Recording source = Recording.remote(smallFiles());
    try (StargzReader reader = StargzReader.open(source)) {
      source.clear();
      for (int i = 0; i < 400; i++) {
        shouldHold(reader.tree(), i);
      }
      assertThat(source.calls()).hasSizeLessThan(10);
      assertThat(source.bytes()).as("nothing twice").isLessThan(400 * 2500 + (1 << 20));
    }
  }

  @Test
  void files_read_here_and_there_take_their_own_bytes_and_no_more() throws IOException {
    Blob blob = smallFiles();
    Recording source = Recording.remote(blob);
    try (StargzReader reader = StargzReader.open(source)) {
      source.clear();
      for (int i = 0; i < 37; i++) {
        shouldHold(reader.tree(), 396 - 10 * i); // never one behind another
      }
      assertThat(source.calls()).hasSize(37);
      assertThat(source.bytes()).isLessThan(37 * 2600);
      source.clear();
      shouldHold(reader.tree(), 398);
      shouldHold(reader.tree(), 399);
      assertThat(source.bytes()).as("two are no row").isLessThan(2 * 2600);
    }
  }

  @Test
  void many_threads_that_read_in_order_share_what_is_fetched() throws IOException {
    Recording source = Recording.remote(smallFiles());
    try (StargzReader reader = StargzReader.open(source)) {
      FileTree tree = reader.tree();
      source.clear();
      AtomicInteger next = new AtomicInteger();
      IntStream.range(0, 400)
          .parallel()
          .forEach(
              any -> {
                try {
                  shouldHold(tree, next.getAndIncrement());
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(source.calls()).hasSizeLessThan(100);
    }
  }

  @Test
  void a_large_remote_file_comes_in_growing_requests() throws IOException {
    byte[] content = noise(8 << 20);
    Blob blob = blob(128 << 10, content);
    Recording source = Recording.remote(blob);
    try (StargzReader reader = StargzReader.open(source)) {
      source.clear();
      try (InputStream in = reader.tree().open(reader.tree().lookUp("f"))) {
        assertThat(in.readNBytes(1000)).hasSize(1000);
        assertThat(source.bytes()).as("one chunk").isLessThan(140 << 10);
        in.skipNBytes(content.length / 2 - 1000);
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 4 << 20, 8 << 20));
      }
      assertThat(source.calls()).as("of 32 chunks").hasSizeLessThan(12);
      assertThat(source.bytes()).as("nothing twice").isLessThan(5 << 20);
    }
  }

  // ---- several files in one member

  @Test
  void a_member_that_files_share_is_fetched_once() throws IOException {
    TarFixture tar = tar();
    List<String> entries = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      byte[] content = noise(400 + i);
      tar.file("f" + i, content);
      contents.add(content);
      String digest = Forge.chunkDigest(content, 0, content.length);
      int inner = i * 1024 + 512;
      entries.add(
          "{'name':'f%d','type':'reg','size':%d,'offset':0,'innerOffset':%d,%s}"
              .formatted(i, content.length, inner, digest));
    }
    byte[] bytes =
        Forge.blob().member(tar.entries()).withToc(Forge.toc(entries.toArray(String[]::new)));
    Recording source = new Recording(RandomAccessSource.of(bytes), new ArrayList<>());
    try (StargzReader reader = StargzReader.open(source)) {
      source.clear();
      for (int i = 49; i >= 0; i--) {
        shouldRead(open(reader, "f" + i), contents.get(i), 0, contents.get(i).length);
      }
      assertThat(source.calls()).hasSize(1);
    }
    Arrays.fill(bytes, 20000, 20010, (byte) 0x55);
    int damaged = 0;
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(bytes))) {
      for (int i = 0; i < 50; i++) {
        try {
          shouldRead(open(reader, "f" + i), contents.get(i), 0, contents.get(i).length);
        } catch (StargzException e) {
          damaged++;
          assertThat(i).as("what lies before the damage is read").isGreaterThan(30);
        }
      }
    }
    assertThat(damaged).isPositive();
  }

  /** The digest is that of what is there; the size isn't. */
  @ParameterizedTest
  @ValueSource(ints = {1, 50})
  @Timeout(20)
  void a_chunk_with_fewer_bytes_than_its_size_is_an_error(int there) throws IOException {
    byte[] tar = tar().file("a", "first").file("b", noise(there)).entries();
    byte[] member = Arrays.copyOf(tar, 1536 + there);
    byte[] bytes =
        Forge.blob()
            .member(member)
            .withToc(
                Forge.toc(
                    "{'name':'a','type':'reg','size':5,'offset':0,'innerOffset':512,%s}"
                        .formatted(Forge.chunkDigest("first".getBytes(US_ASCII), 0, 5)),
                    "{'name':'b','type':'reg','size':100,'offset':0,'innerOffset':1536,%s}"
                        .formatted(Forge.chunkDigest(noise(there), 0, there))));
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(bytes))) {
      SeekableByteChannel channel = open(reader, "b");
      for (int position : new int[] {0, there, there + 10}) {
        assertThatThrownBy(() -> channel.position(position).read(ByteBuffer.allocate(100)))
            .isInstanceOf(StargzException.class)
            .hasMessageContaining("a chunk is cut");
      }
    }
  }

  @Test
  void of_a_small_file_before_much_else_only_as_much_is_fetched_as_it_can_take()
      throws IOException {
    byte[] header = tar().file("a", "first").entries();
    byte[] bytes =
        Forge.blob()
            .member(header)
            .member(noise(1 << 20))
            .withToc(
                Forge.toc(
                    "{'name':'a','type':'reg','size':5,'offset':0,'innerOffset':512,%s}"
                        .formatted(Forge.chunkDigest("first".getBytes(US_ASCII), 0, 5))));
    Recording source = new Recording(RandomAccessSource.of(bytes), new ArrayList<>());
    try (StargzReader reader = StargzReader.open(source)) {
      source.clear();
      shouldRead(open(reader, "a"), "first".getBytes(US_ASCII), 0, 5);
      assertThat(source.bytes()).isLessThan(6000);
    }
  }
}
