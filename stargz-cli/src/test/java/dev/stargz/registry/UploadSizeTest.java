package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadSizeTest {
  private final UploadSize sizes = new UploadSize();

  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "1,0,0",
    "262144,0,0",
    "0,262144,0",
    "5000000,262144,0",
    "9000000,4194304,8388608"
  })
  void where_nothing_smaller_is_left_there_is_none(long size, long sent, long leastChunk) {
    assertThat(sizes.refused(size, sent, leastChunk)).isEmpty();
  }

  @Test
  void chunks_get_smaller_until_they_are_taken() {
    assertThat(sizes.chunkFor(9_000_000)).isZero();
    assertThat(sizes.refused(9_000_000, 0, 0)).hasValue(4 << 20);
    assertThat(sizes.chunkFor(9_000_000)).isEqualTo(4 << 20);
    assertThat(sizes.chunkFor(8_999_999)).isZero();
    assertThat(sizes.refused(9_000_000, 4 << 20, 0)).hasValue(1 << 20);
    assertThat(sizes.chunkFor(9_000_001)).isEqualTo(1 << 20);
  }
}
