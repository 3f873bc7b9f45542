package dev.stargz.format.blob;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.RandomAccessSource.Range;
import dev.stargz.format.blob.RandomAccessSource.Tail;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomAccessSourceTest {
  private static final byte[] BYTES = pattern(1000);

  @TempDir private Path dir;

  /** The sources there are. */
  private enum Kind {
    ARRAY,
    FILE
  }

  private RandomAccessSource open(Kind kind, byte[] bytes) throws IOException {
    return kind == Kind.ARRAY
        ? RandomAccessSource.of(bytes)
        : RandomAccessSource.of(Files.write(dir.resolve("blob"), bytes));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theTailIsTheEndAndTellsTheSize(Kind kind) throws IOException {
    try (RandomAccessSource source = open(kind, BYTES)) {
      Tail tail = source.readTail(64);
      assertThat(tail.bytes()).isEqualTo(Arrays.copyOfRange(BYTES, 936, 1000));
      assertThat(tail.size()).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theTailOfAShortSourceIsAllOfIt(Kind kind) throws IOException {
    try (RandomAccessSource source = open(kind, new byte[] {1, 2, 3})) {
      assertThat(source.readTail(64).bytes()).containsExactly(1, 2, 3);
      assertThat(source.readTail(64).size()).isEqualTo(3);
    }
    try (RandomAccessSource empty = open(kind, new byte[0])) {
      assertThat(empty.readTail(64).bytes()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void rangesComeInTheOrderAskedFor(Kind kind) throws IOException {
    try (RandomAccessSource source = open(kind, BYTES)) {
      List<byte[]> parts =
          source.read(
              List.of(new Range(990, 10), new Range(0, 3), new Range(1, 2), new Range(1000, 0)));
      assertThat(parts).hasSize(4);
      assertThat(parts.get(0)).isEqualTo(Arrays.copyOfRange(BYTES, 990, 1000));
      assertThat(parts.get(1)).containsExactly(0, 1, 2);
      assertThat(parts.get(2)).containsExactly(1, 2);
      assertThat(parts.get(3)).isEmpty();
      assertThat(source.read(5, 2)).containsExactly(5, 6);
      assertThat(source.read(List.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRangeBehindTheEndIsAnError(Kind kind) throws IOException {
    try (RandomAccessSource source = open(kind, BYTES)) {
      for (long offset : new long[] {999, 1000, 5000, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> source.read(offset, 2))
            .isInstanceOf(EOFException.class)
            .hasMessageContaining("1000");
      }
    }
  }

  @Test
  void aNegativeRangeIsRefused() {
    assertThatThrownBy(() -> new Range(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Range(1, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void manyThreadsReadAtOnce(Kind kind) throws IOException {
    try (RandomAccessSource source = open(kind, BYTES)) {
      List<Boolean> right =
          IntStream.range(0, 5000).parallel().mapToObj(i -> isRight(source, i % 990)).toList();
      assertThat(right).containsOnly(true);
    }
  }

  private static boolean isRight(RandomAccessSource source, int from) {
    try {
      return Arrays.equals(source.read(from, 10), Arrays.copyOfRange(BYTES, from, from + 10));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFileIsOpenUntilTheSourceIsClosed() throws IOException {
    RandomAccessSource source = open(Kind.FILE, BYTES);
    source.close();
    assertThatThrownBy(() -> source.read(0, 1)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aFileThatIsNotThereIsTheUsualException() {
    assertThatThrownBy(() -> RandomAccessSource.of(dir.resolve("nothing")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
