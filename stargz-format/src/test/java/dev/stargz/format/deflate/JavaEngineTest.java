package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JavaEngineTest {
  private static final DeflateEngine ENGINE = DeflateEngine.java();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6, 9, 12})
  void every_size_up_to_600_inflates_to_itself(int level) {
    try (RawDeflater deflater = ENGINE.newDeflater(level)) {
      for (Samples sample : Samples.values()) {
        for (int size = 0; size <= 600; size++) {
          check(deflater, sample.bytes(size, size));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Samples.class)
  void sizes_around_windows_and_blocks_inflate_to_themselves(Samples sample) {
    for (int level : new int[] {0, 1, 3, 6, 9}) {
      try (RawDeflater deflater = ENGINE.newDeflater(level)) {
        for (int size : new int[] {1 << 15, 65_535, 1 << 17}) {
          for (int more = -1; more <= 2; more++) {
            check(deflater, sample.bytes(size + more, size));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 9})
  void the_largest_members_inflate_to_themselves(int level) {
    try (RawDeflater deflater = ENGINE.newDeflater(level)) {
      for (int size : new int[] {4 << 20, (8 << 20) + 1}) {
        check(deflater, Samples.MIXED.bytes(size, size));
      }
    }
  }

  /** Longer than a window, so they are encoded in pieces, and a member may have hundreds of MiB. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6})
  void what_is_longer_than_a_window_inflates_to_itself_and_grows_no_more_than_allowed(int level) {
    try (RawDeflater deflater = ENGINE.newDeflater(level)) {
      int size = 2 * Window.MAX_LENGTH + 5;
      check(deflater, Samples.MIXED.bytes(size, 3));
      byte[] noise = Samples.NOISE.bytes(size, 3);
      byte[] raw = Samples.deflate(deflater, noise);
      assertThat(raw).hasSizeLessThanOrEqualTo(size + 5 * ((size + 65_534) / 65_535));
      assertThat(Arrays.equals(Inflate.inflate(raw, size), noise)).isTrue();
    }
  }

  @Test
  void stretches_of_the_highest_level_join() {
    try (RawDeflater deflater = ENGINE.newDeflater(12)) {
      for (int more = -1; more <= 1; more++) {
        check(deflater, Samples.MIXED.bytes(OptimalParser.STRETCH + more, 5));
      }
      check(deflater, Samples.NOISE.bytes(OptimalParser.STRETCH + 1, 5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 9, 12})
  void what_cannot_be_compressed_grows_by_five_bytes_in_65535(int level) {
    try (RawDeflater deflater = ENGINE.newDeflater(level)) {
      for (int size : new int[] {0, 1, 100, 65_535, 65_536, 1_000_000}) {
        byte[] input = Samples.NOISE.bytes(size, size);
        int blocks = Math.max(1, (size + 65_534) / 65_535);
        assertThat(Samples.deflate(deflater, input)).hasSizeLessThanOrEqualTo(size + 5 * blocks);
      }
    }
  }

  @Test
  void higher_levels_are_smaller() {
    byte[] input = Samples.TEXT.bytes(1 << 18, 1);
    List<Integer> sizes = new ArrayList<>();
    for (int level : new int[] {12, 9, 6, 1, 0}) {
      try (RawDeflater deflater = ENGINE.newDeflater(level)) {
        sizes.add(Samples.deflate(deflater, input).length);
      }
    }
    assertThat(sizes).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 6, 9, 12})
  void bytes_depend_neither_on_what_was_encoded_before_nor_on_the_order(int level) {
    List<byte[]> inputs = inputsOfManySizes();
    List<byte[]> fresh = new ArrayList<>();
    for (byte[] input : inputs) {
      try (RawDeflater deflater = ENGINE.newDeflater(level)) {
        fresh.add(Samples.deflate(deflater, input));
      }
    }
    try (RawDeflater reused = ENGINE.newDeflater(level)) {
      assertThat(deflateAll(reused, inputs))
          .usingElementComparator(new ByteOrder())
          .isEqualTo(fresh);
      Collections.reverse(inputs);
      Collections.reverse(fresh);
      assertThat(deflateAll(reused, inputs))
          .usingElementComparator(new ByteOrder())
          .isEqualTo(fresh);
    }
  }

  private static final class ByteOrder implements Comparator<byte[]> {
    @Override
    public int compare(byte[] a, byte[] b) {
      return Arrays.compare(a, b);
    }
  }

  private static List<byte[]> deflateAll(RawDeflater deflater, List<byte[]> inputs) {
    List<byte[]> outputs = new ArrayList<>();
    for (byte[] input : inputs) {
      outputs.add(Samples.deflate(deflater, input));
    }
    return outputs;
  }

  private static List<byte[]> inputsOfManySizes() {
    List<byte[]> inputs = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 60; i++) {
      Samples sample = Samples.any(random);
      inputs.add(sample.bytes(random.nextInt(1 << random.nextInt(18)), i / 2));
    }
    return inputs;
  }

  @Test
  void bytes_do_not_depend_on_where_the_input_lies_nor_on_what_is_around_it() {
    byte[] input = Samples.MIXED.bytes(100_000, 3);
    for (int level : new int[] {0, 1, 3, 6, 9, 12}) {
      try (RawDeflater deflater = ENGINE.newDeflater(level)) {
        byte[] expected = Samples.deflate(deflater, input);
        byte[] around = Samples.NOISE.bytes(input.length + 100, 3);
        System.arraycopy(input, 0, around, 77, input.length);
        DeflateBuffer output = new DeflateBuffer();
        output.append(new byte[] {1, 2, 3}, 0, 3);
        deflater.deflate(around, 77, input.length, output);
        assertThat(Arrays.copyOfRange(output.array(), 3, output.length())).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 12})
  void parts_and_an_end_are_one_stream(int level) {
    byte[] input = Samples.MIXED.bytes(100_000, 3);
    try (RawDeflater deflater = ENGINE.newDeflater(level)) {
      DeflateBuffer output = new DeflateBuffer();
      int at = 0;
      for (int size : new int[] {0, 1, 20_000, 3, 50_000}) {
        deflater.deflatePart(input, at, size, output);
        at += size;
      }
      deflater.deflate(input, at, input.length - at, output);
      byte[] raw = Arrays.copyOf(output.array(), output.length());
      assertThat(Inflate.inflate(raw, input.length)).isEqualTo(input);
    }
  }

  @Test
  void threads_with_encoders_of_their_own_make_the_same_bytes() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> digests = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        digests.add(executor.submit(() -> GoldenDigests.of(6)));
      }
      for (Future<String> digest : digests) {
        assertThat(digest.get()).isEqualTo(GoldenDigests.of(6));
      }
    } finally {
      executor.shutdownNow();
    }
  }

  /** If one of these changes, so must the engine's version, and CHANGELOG says it. */
  @ParameterizedTest
  @CsvSource({
    "0, 8e17b8b8a0329f5cc89ee58024b7d88d53a7183689de99bba5d15e15cf723066",
    "1, a6f61a9e6134e6f5fcd4d361363da8bf8a9fece4219b81f49f2abd4e6dcfb60c",
    "3, f9e7bbfcfe2b76293387219bfa3e95f48623d120b7a7b68e7b6f0ca2ae895e0e",
    "6, 72df62151861a82bd35b942fcd4bfbb80d0e48cadc9c8031452cb9e2dbef36d1",
    "9, a79fa7f5d311eef873363ef808cacf3ee9ab76899862d3697258e3cadcc4887d",
    "12, ebf402d9194d4d4a433594ac24dacf419a6fa0340e25f1c28c311d5b86ed8831"
  })
  void the_bytes_are_those_of_version_1(int level, String digest) {
    assertThat(ENGINE.version(level)).isEqualTo("1");
    assertThat(GoldenDigests.of(level)).isEqualTo("sha256:" + digest);
  }

  @Test
  void the_interpreter_makes_the_bytes_that_the_compiler_makes() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path = location(JavaEngine.class) + File.pathSeparator + location(GoldenDigests.class);
    Process process =
        new ProcessBuilder(java, "-Xint", "-cp", path, GoldenDigests.class.getName(), "600")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> compiled = new ArrayList<>();
    for (int level : new int[] {1, 3, 6, 9, 12}) {
      compiled.add(GoldenDigests.of(level, 600));
    }
    assertThat(process.inputReader().lines()).isEqualTo(compiled);
    assertThat(process.waitFor()).isZero();
  }

  private static String location(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 9, 12})
  void a_reused_encoder_allocates_nothing(int level) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] input = Samples.MIXED.bytes(30_000, 1);
    DeflateBuffer output = new DeflateBuffer();
    try (RawDeflater deflater = ENGINE.newDeflater(level)) {
      deflater.deflate(input, 0, input.length, output);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10; i++) {
        output.clear();
        deflater.deflate(input, 0, input.length, output);
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 13})
  void a_level_it_does_not_have_is_refused(int level) {
    assertThatThrownBy(() -> ENGINE.newDeflater(level))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("level: expected 0 to 12, found " + level);
  }

  private static void check(RawDeflater deflater, byte[] input) {
    byte[] raw = Samples.deflate(deflater, input);
    assertThat(Arrays.equals(Inflate.inflate(raw, input.length), input))
        .as("%d bytes", input.length)
        .isTrue();
  }
}
