package dev.stargz.format.gzip;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeInputTest {
  private static final byte[] BYTES = pattern(600_000);

  private static byte[] read(long start, long end) throws IOException {
    try (RangeInput in = new RangeInput(RandomAccessSource.of(BYTES), start, end)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 600000", "0, 0", "599999, 600000", "600000, 600000", "100, 300000", "5, 262149"})
  void theRangeIsReadFromStartToEnd(int start, int end) throws IOException {
    assertThat(read(start, end)).isEqualTo(Arrays.copyOfRange(BYTES, start, end));
  }

  @Test
  void singleBytesAreUnsigned() throws IOException {
    try (RangeInput in = new RangeInput(RandomAccessSource.of(new byte[] {-1, 0}), 0, 2)) {
      assertThat(in.read()).isEqualTo(255);
      assertThat(in.read()).isZero();
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aRangeBehindTheSourcesEndIsAnError() {
    assertThatThrownBy(() -> read(0, 600_001)).isInstanceOf(EOFException.class);
  }
}
