package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.WriterOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapShareTest {
  private static final long MIB = 1 << 20;

  private static ConverterOptions options(int parallelLayers, WriterOptions writer) {
    return ConverterOptions.builder().parallelLayers(parallelLayers).writer(writer).build();
  }

  private static WriterOptions chunks(int mib) {
    return WriterOptions.builder().chunkSize((int) (mib * MIB)).build();
  }

  @ParameterizedTest
  @CsvSource({"47, 1", "96, 2", "143, 2", "144, 3", "4096, 3"})
  void as_many_layers_as_fit_into_half_the_heap(int mib, int layers) {
    assertThat(HeapShare.of(options(3, chunks(4)), mib * MIB).layers()).isEqualTo(layers);
  }

  @Test
  void smaller_chunks_leave_room_for_more() {
    assertThat(HeapShare.of(options(3, chunks(1)), 64 * MIB).layers()).isEqualTo(3);
  }

  @Test
  void the_layers_divide_the_memory_for_members() {
    WriterOptions writer = chunks(4).toBuilder().memory(12 * MIB).build();

    assertThat(HeapShare.of(options(3, writer), 4096 * MIB).memory()).isEqualTo(4 * MIB);
    assertThat(HeapShare.of(options(3, writer), 64 * MIB).memory()).isEqualTo(12 * MIB);
  }
}
