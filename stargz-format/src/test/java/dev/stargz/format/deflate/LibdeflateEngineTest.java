package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stargz.format.fixture.TarFixture;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibdeflateEngineTest {
  /** With the library, which {@code ./test} installs. */
  @Nested
  class WhereItIsInstalled {
    private DeflateEngine engine;

    @BeforeEach
    void load() {
      Optional<LibdeflateMissingException> failure = LibdeflateEngine.bind("deflate");
      assumeTrue(failure.isEmpty(), () -> "left out: " + failure.get().getMessage());
      engine = DeflateEngine.libdeflate();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9, 12})
    void every_size_inflates_to_itself(int level) {
      try (RawDeflater deflater = engine.newDeflater(level)) {
        for (int size : new int[] {0, 1, 2, 511, 65_535, 65_536, 65_537, 200_000, 5 << 20, 7}) {
          byte[] input = TarFixture.pattern(size);
          assertThat(Inflate.inflate(deflate(deflater, input), size)).isEqualTo(input);
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 12})
    void incompressible_data_is_stored(int level) {
      byte[] noise = new byte[3_000_001];
      new Random(1).nextBytes(noise);
      try (RawDeflater deflater = engine.newDeflater(level)) {
        byte[] output = deflate(deflater, noise);
        assertThat(output.length).isLessThan(noise.length + noise.length / 1_000);
        assertThat(Inflate.inflate(output, noise.length)).isEqualTo(noise);
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9, 12})
    void bytes_depend_neither_on_what_was_encoded_before_nor_on_the_buffers(int level) {
      byte[] input = TarFixture.pattern(150_000);
      byte[] noise = new byte[300_000];
      new Random(1).nextBytes(noise);
      try (RawDeflater fresh = engine.newDeflater(level);
          RawDeflater used = engine.newDeflater(level)) {
        byte[] expected = deflate(fresh, input);
        deflate(used, noise);
        byte[] shifted = new byte[input.length + 99];
        System.arraycopy(input, 0, shifted, 77, input.length);
        DeflateBuffer output = new DeflateBuffer();
        output.append(noise, 0, 5);
        used.deflate(shifted, 77, input.length, output);
        assertThat(Arrays.copyOfRange(output.array(), 5, output.length())).isEqualTo(expected);
      }
    }

    @Test
    void the_version_tells_levels_apart_and_is_the_same_each_time() {
      assertThat(engine.version(6)).isEqualTo(engine.version(6)).matches("[0-9a-f]{12}");
      assertThat(IntStream.rangeClosed(1, 12).mapToObj(engine::version)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 13})
    void a_level_it_does_not_have_is_refused(int level) {
      assertThatThrownBy(() -> engine.newDeflater(level))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("level: expected 1 to 12, found " + level);
    }

    @Test
    void the_table_of_contents_is_not_its_business() {
      assertThat(engine.encodesParts()).isFalse();
    }
  }

  @Test
  void where_it_is_not_installed_what_to_install_is_told() {
    assertThat(LibdeflateEngine.bind("deflate-of-nobody"))
        .get()
        .asString()
        .contains("libdeflate can't be loaded (libdeflate-of-nobody.so")
        .contains("install package libdeflate0 (Debian, Ubuntu) or libdeflate (Fedora, RHEL,")
        .doesNotContain("\n");
  }

  @Test
  void without_jna_each_who_asks_is_told_to_add_it() throws Exception {
    URL classes = DeflateEngine.class.getProtectionDomain().getCodeSource().getLocation();
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, platform)) {
      Class<?> engine = loader.loadClass(DeflateEngine.class.getName());
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> engine.getMethod("libdeflate").invoke(null))
            .isInstanceOf(InvocationTargetException.class)
            .cause()
            .hasToString(
                LibdeflateMissingException.class.getName()
                    + ": libdeflate is called through JNA: add the library net.java.dev.jna:jna");
      }
    }
  }

  private static byte[] deflate(RawDeflater deflater, byte[] input) {
    DeflateBuffer output = new DeflateBuffer();
    deflater.deflate(input, 0, input.length, output);
    return Arrays.copyOf(output.array(), output.length());
  }
}
