package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a writer treats its caller: streams, threads, progress, interrupts. */
class StargzWriterTest {
  private static final WriterOptions ONE_THREAD = WriterOptions.builder().threads(1).build();

  /** Files of many sizes, some that compress and some that don't. */
  private static TarFixture layer() {
    Random random = new Random(3);
    TarFixture tar = tar().dir("d/");
    for (int i = 0; i < 200; i++) {
      byte[] content = pattern(i * i * 3);
      if (i % 3 == 0) {
        random.nextBytes(content);
      }
      tar.file("d/" + i, content).symlink("d/l" + i, i + "");
    }
    return tar;
  }

  @Test
  void bytesDontDependOnThreadsOrExecutor() throws IOException {
    byte[] expected = convert(layer(), ONE_THREAD).bytes();
    for (int threads : new int[] {2, 8}) {
      assertThat(convert(layer(), WriterOptions.builder().threads(threads).build()).bytes())
          .isEqualTo(expected);
    }
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      WriterOptions options = WriterOptions.builder().executor(executor, 5).build();
      assertThat(convert(layer(), options).bytes()).isEqualTo(expected);
      assertThat(executor.isShutdown()).isFalse();
    } finally {
      executor.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pacific/Kiritimati", "America/Los_Angeles"})
  void bytesDontDependOnTheTimeZoneOrTheLocale(String zone) throws IOException {
    byte[] expected = convert(layer(), ONE_THREAD).bytes();
    TimeZone timeZone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(convert(layer(), ONE_THREAD).bytes()).isEqualTo(expected);
      assertThat(convert(tar().file(new byte[] {-1}, new byte[1])).listing())
          .containsExactly("reg \\xFF");
    } finally {
      TimeZone.setDefault(timeZone);
      Locale.setDefault(locale);
    }
  }

  @Test
  void aWriterMayBeUsedAgain() throws IOException {
    StargzWriter writer = new StargzWriter(WriterOptions.defaults());
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    WrittenBlob one = writer.write(layer().stream(), first);
    WrittenBlob two = writer.write(layer().stream(), second);
    assertThat(two).isEqualTo(one);
    assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
  }

  @Test
  void theTargetIsFlushedAndLeftOpen() throws IOException {
    List<String> calls = new ArrayList<>();
    OutputStream target =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            calls.add("flush");
          }

          @Override
          public void close() {
            calls.add("close");
          }
        };
    new StargzWriter(ONE_THREAD).write(tar().file("a", "1").stream(), target);
    assertThat(calls).containsExactly("flush");
  }

  @Test
  void aFailureOfTheTargetIsPassedOnAsItIs() {
    IOException failure = new IOException("disk full");
    for (int threads : new int[] {1, 4}) {
      StargzWriter writer = new StargzWriter(WriterOptions.builder().threads(threads).build());
      assertThatThrownBy(() -> writer.write(layer().stream(), new FullDisk(failure)))
          .isSameAs(failure);
    }
  }

  /** Takes 50,000 bytes. */
  private static final class FullDisk extends OutputStream {
    private final IOException failure;
    private int left = 50_000;

    FullDisk(IOException failure) {
      this.failure = failure;
    }

    @Override
    public void write(int b) throws IOException {
      if (left-- == 0) {
        throw failure;
      }
    }
  }

  @Test
  void progressGrowsAndComesFromTheCallersThread() throws IOException {
    List<Long> source = new ArrayList<>();
    List<Long> tar = new ArrayList<>();
    List<Long> blob = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    WriterProgress progress =
        (sourceBytes, tarBytes, blobBytes) -> {
          source.add(sourceBytes);
          tar.add(tarBytes);
          blob.add(blobBytes);
          threads.add(Thread.currentThread());
        };
    byte[] gzip = layer().gzip();
    WriterOptions options = WriterOptions.builder().threads(4).progress(progress).build();
    Blob written = convert(gzip, options);
    assertThat(source).isSorted().hasSizeGreaterThan(400);
    assertThat(source.get(source.size() - 1)).isBetween(1L, (long) gzip.length);
    assertThat(tar).isSorted().endsWith((long) layer().entries().length);
    assertThat(blob).isSorted();
    assertThat(blob.get(blob.size() - 1)).isBetween(1L, written.facts().size());
    assertThat(threads).containsOnly(Thread.currentThread());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void anInterruptEndsTheConversion(int threads) {
    WriterProgress interrupt = (source, tar, blob) -> Thread.currentThread().interrupt();
    WriterOptions options = WriterOptions.builder().threads(threads).progress(interrupt).build();
    try {
      assertThatThrownBy(() -> convert(layer(), options))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void anInterruptWhileSpoolingLeavesNoFile(@TempDir Path tempDir) {
    WriterProgress interrupt = (source, tar, blob) -> Thread.currentThread().interrupt();
    WriterOptions options =
        WriterOptions.builder()
            .tempDir(tempDir)
            .prioritizedFiles(List.of(EntryName.of("d/3")))
            .progress(interrupt)
            .build();
    try {
      assertThatThrownBy(() -> convert(layer(), options))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(tempDir).isEmptyDirectory();
  }

  @Test
  void threadsOfTheWriterEndWithTheConversion() throws IOException {
    convert(layer(), WriterOptions.builder().threads(3).build());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("stargz-deflate")) {
        assertThat(thread.isDaemon()).isTrue();
      }
    }
  }
}
