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
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Gzip;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
  private record Recording(RandomAccessSource source, List<Range> ranges)
      implements RandomAccessSource {
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
}
