package dev.stargz.format;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A verification on many threads: the same report as on one, and each byte fetched once. */
class ParallelVerifierTest {
  private static final int BIG = 2 << 20;

  /** Several stretches: large files in chunks, small ones, a file that packs to nearly nothing. */
  private static TarFixture layer() {
    TarFixture tar = tar().dir("d/");
    for (int i = 0; i < 5; i++) {
      tar.file("d/big" + i, GeneratedTar.someBytes(BIG + i, i)).file("d/small" + i, "small" + i);
    }
    return tar.file("zeros", new byte[BIG]).symlink("link", "d").file("last", "last");
  }

  private static Blob blob(int chunkSize) throws IOException {
    return Blobs.convert(
        layer(), WriterOptions.builder().threads(2).level(1).chunkSize(chunkSize).build());
  }

  private static Optional<VerifyReport> verify(byte[] blob, VerifyOptions options)
      throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob))) {
      return Optional.of(StargzVerifier.verify(reader, options));
    } catch (StargzException e) {
      return Optional.empty();
    }
  }

  private static VerifyOptions on(int threads) {
    return VerifyOptions.defaults().withThreads(threads);
  }

  // ---- the same report

  @Test
  void a_faithful_blob_is_faithful_on_any_number_of_threads() throws IOException {
    for (int chunkSize : new int[] {1 << 16, 1 << 20, 4 << 20}) {
      Blob blob = blob(chunkSize);
      VerifyReport one = verify(blob.bytes(), on(1)).orElseThrow();

      assertThat(one.isFaithful()).isTrue();
      assertThat(one.digest()).isEqualTo(blob.facts().digest());
      for (int threads : new int[] {2, 3, 8}) {
        assertThat(verify(blob.bytes(), on(threads))).contains(one);
      }
    }
  }

  @Test
  void the_digest_of_the_source_is_told_by_many_threads_too() throws IOException {
    Blob blob = blob(1 << 20);
    VerifyOptions eight = on(8).withSourceTail(blob.facts().sourceTail().orElseThrow());

    assertThat(verify(blob.bytes(), eight).orElseThrow().sourceDiffId())
        .contains(blob.facts().sourceDiffId());
  }

  @Provide
  Arbitrary<GeneratedTar> tars() {
    return GeneratedTar.any(GeneratedTar.sizes());
  }

  /** Few bytes make one stretch; larger ones are damaged below. */
  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void any_layer_with_any_lie_has_the_same_report_on_one_thread_and_on_four(
      @ForAll("tars") GeneratedTar tar, @ForAll @IntRange(max = 1 << 30) int seed)
      throws IOException {
    Optional<Blob> made = convert(tar);
    if (made.isEmpty()) {
      return;
    }
    byte[] blob = changed(made.get(), new Random(seed));
    assertThat(verify(blob, on(4))).isEqualTo(verify(blob, on(1)));
  }

  private static Optional<Blob> convert(GeneratedTar tar) throws IOException {
    try {
      return Optional.of(
          Blobs.convert(tar.tar(), WriterOptions.builder().threads(1).chunkSize(7).build()));
    } catch (StargzException e) {
      return Optional.empty();
    }
  }

  /** The blob under a TOC in which a digit is another one, or with a byte flipped, or as it is. */
  private static byte[] changed(Blob blob, Random random) throws IOException {
    String toc = blob.tocJson();
    int kind = random.nextInt(3);
    if (kind == 0) {
      byte[] bytes = blob.bytes().clone();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      return bytes;
    }
    int digit = toc.indexOf(String.valueOf(random.nextInt(10)), random.nextInt(toc.length()));
    if (kind == 1 || digit < 0) {
      return blob.bytes();
    }
    String lie = toc.substring(0, digit) + random.nextInt(10) + toc.substring(digit + 1);
    byte[] members = Arrays.copyOf(blob.bytes(), Math.toIntExact(blob.facts().tocOffset()));
    return Forge.blob().raw(members).withToc(lie);
  }

  @Test
  void a_large_blob_that_is_damaged_anywhere_has_the_same_report() throws IOException {
    Blob blob = blob(1 << 20);
    Random random = new Random(1);
    for (int i = 0; i < 15; i++) {
      byte[] bytes = blob.bytes().clone();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));

      assertThat(verify(bytes, on(4))).as("%d", i).isEqualTo(verify(bytes, on(1)));
    }
  }

  @Test
  void chunks_that_are_swapped_in_a_large_blob_are_found_by_all_alike() throws IOException {
    Blob blob = blob(1 << 20);
    String first = "\"offset\":" + blob.entry("d/big1").offset() + ",";
    String second = "\"offset\":" + blob.entry("d/big3").offset() + ",";
    String lie = blob.tocJson().replace(first, "#").replace(second, first).replace("#", second);
    byte[] members = Arrays.copyOf(blob.bytes(), Math.toIntExact(blob.facts().tocOffset()));
    byte[] swapped = Forge.blob().raw(members).withToc(lie);

    VerifyReport one = verify(swapped, on(1)).orElseThrow();

    assertThat(one.differences()).anyMatch(each -> each.what().equals("offset"));
    assertThat(one.differences()).anyMatch(each -> each.what().endsWith("chunkDigest"));
    assertThat(verify(swapped, on(4))).contains(one);
  }

  @Test
  void a_blob_of_one_member_is_read_by_one_thread_with_the_same_report() throws IOException {
    byte[] tar = tar().file("a", GeneratedTar.someBytes(BIG, 1)).file("b", "b").entries();
    String toc = Forge.toc("{'name':'a','type':'reg','size':" + BIG + ",'innerOffset':512}");
    byte[] blob = Forge.blob().member(tar).withToc(toc);

    assertThat(verify(blob, on(4))).isEqualTo(verify(blob, on(1)));
  }

  // ---- how it reads

  /** Notes which ranges are read; those that reach behind {@code failsAt} fail. */
  private record Watched(RandomAccessSource source, List<Range> ranges, AtomicLong failsAt)
      implements RandomAccessSource {
    @Override
    public Tail readTail(int length) throws IOException {
      return source.readTail(length);
    }

    @Override
    public List<byte[]> read(List<Range> wanted) throws IOException {
      ranges.addAll(wanted);
      if (wanted.stream().anyMatch(range -> range.offset() + range.length() > failsAt.get())) {
        throw new IOException("the connection is gone");
      }
      return source.read(wanted);
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  @Test
  void each_byte_is_fetched_once_in_large_ranges() throws IOException {
    Blob blob = blob(1 << 20);
    for (int threads : new int[] {1, 4}) {
      List<RandomAccessSource.Range> ranges = Collections.synchronizedList(new ArrayList<>());
      try (StargzReader reader =
          StargzReader.open(
              new Watched(
                  RandomAccessSource.of(blob.bytes()), ranges, new AtomicLong(Long.MAX_VALUE)))) {
        ranges.clear();
        StargzVerifier.verify(reader, on(threads));
      }
      long next = 0;
      for (RandomAccessSource.Range range : ranges) {
        assertThat(range.offset()).isEqualTo(next);
        next += range.length();
      }
      assertThat(next).isEqualTo(blob.bytes().length);
      assertThat(ranges).hasSizeLessThan(10);
    }
  }

  @Test
  void a_source_that_fails_on_the_way_is_an_error_and_no_difference() throws IOException {
    Blob blob = blob(1 << 20);
    long middle = blob.bytes().length / 2;
    for (int threads : new int[] {1, 4}) {
      RandomAccessSource whole = RandomAccessSource.of(blob.bytes());
      AtomicLong failsAt = new AtomicLong(Long.MAX_VALUE);
      RandomAccessSource failing = new Watched(whole, new ArrayList<>(), failsAt);
      try (StargzReader reader = StargzReader.open(failing)) {
        failsAt.set(middle);
        assertThatThrownBy(() -> StargzVerifier.verify(reader, on(threads)))
            .isExactlyInstanceOf(IOException.class)
            .hasMessage("the connection is gone");
      }
    }
  }

  @Test
  void progress_is_told_by_the_calling_thread_and_ends_at_the_size() throws IOException {
    Blob blob = blob(1 << 20);
    AtomicLong last = new AtomicLong();
    Thread caller = Thread.currentThread();
    List<Thread> others = new ArrayList<>();
    VerifyOptions options =
        on(4)
            .withProgress(
                read -> {
                  if (Thread.currentThread() != caller) {
                    others.add(Thread.currentThread());
                  }
                  assertThat(read).isGreaterThanOrEqualTo(last.get());
                  last.set(read);
                });

    verify(blob.bytes(), options);

    assertThat(last).hasValue(blob.bytes().length);
    assertThat(others).isEmpty();
  }

  @Test
  void the_callers_executor_stays_open() throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Blob blob = blob(1 << 20);
      assertThat(verify(blob.bytes(), VerifyOptions.defaults().withExecutor(threads, 2)))
          .isEqualTo(verify(blob.bytes(), on(1)));
      assertThat(threads.isShutdown()).isFalse();
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void a_number_of_threads_that_cant_be_is_refused() {
    assertThatThrownBy(() -> on(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads: expected 1 to 32767, found 0");
  }
}
