package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.fixture.TarFixture;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdkEngineTest {
  private static final DeflateEngine ENGINE = DeflateEngine.jdk();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 9})
  void everySizeInflatesToItself(int level) throws DataFormatException {
    try (RawDeflater deflater = ENGINE.newDeflater(level)) {
      for (int size : new int[] {0, 1, 511, 65_535, 65_536, 65_537, 200_000}) {
        byte[] input = TarFixture.pattern(size);
        assertThat(inflate(deflate(deflater, input, 0), size)).isEqualTo(input);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 9})
  void bytesDependNeitherOnWhatWasEncodedBeforeNorOnTheBuffer(int level) {
    byte[] input = TarFixture.pattern(150_000);
    byte[] noise = new byte[300_000];
    new Random(1).nextBytes(noise);
    try (RawDeflater fresh = ENGINE.newDeflater(level);
        RawDeflater used = ENGINE.newDeflater(level)) {
      byte[] expected = deflate(fresh, input, 0);
      deflate(used, noise, 0);
      byte[] shifted = new byte[input.length + 77];
      System.arraycopy(input, 0, shifted, 77, input.length);
      DeflateBuffer large = new DeflateBuffer();
      large.reserve(1 << 22);
      used.deflate(shifted, 77, input.length, large);
      assertThat(bytes(large)).isEqualTo(expected);
    }
  }

  @Test
  void theVersionTellsLevelsApartAndIsTheSameEachTime() {
    assertThat(ENGINE.version(6)).isEqualTo(ENGINE.version(6)).matches("[0-9a-f]{12}");
    assertThat(ENGINE.version(1)).isNotEqualTo(ENGINE.version(9));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10})
  void aLevelItDoesNotHaveIsRefused(int level) {
    assertThatThrownBy(() -> ENGINE.newDeflater(level))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("level: expected 0 to 9, found " + level);
  }

  @Test
  void anEmptyInputIsACompleteStream() throws DataFormatException {
    try (RawDeflater deflater = ENGINE.newDeflater(6)) {
      assertThat(inflate(deflate(deflater, new byte[0], 0), 0)).isEmpty();
    }
  }

  private static byte[] deflate(RawDeflater deflater, byte[] input, int offset) {
    DeflateBuffer output = new DeflateBuffer();
    deflater.deflate(input, offset, input.length - offset, output);
    return bytes(output);
  }

  private static byte[] bytes(DeflateBuffer buffer) {
    return Arrays.copyOf(buffer.array(), buffer.length());
  }

  private static byte[] inflate(byte[] raw, int size) throws DataFormatException {
    Inflater inflater = new Inflater(/* nowrap= */ true);
    try {
      inflater.setInput(raw);
      byte[] output = new byte[size + 1];
      int n = 0;
      while (!inflater.finished()) {
        n += inflater.inflate(output, n, output.length - n);
      }
      assertThat(inflater.getRemaining()).isZero();
      return Arrays.copyOf(output, n);
    } finally {
      inflater.end();
    }
  }
}
