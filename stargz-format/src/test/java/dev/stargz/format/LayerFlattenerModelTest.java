package dev.stargz.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.UnpackedLayers.Step;
import dev.stargz.format.UnpackedLayers.Unmergeable;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Layers;
import dev.stargz.format.fixture.Layers.Entry;
import dev.stargz.format.fixture.Layers.Merged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Any layers, merged, unpack to what they unpack to one over the other. */
class LayerFlattenerModelTest {
  private static final int BLOCK = 512;

  @Provide
  Arbitrary<List<List<Step>>> layers() {
    return GeneratedLayers.layers();
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  @StatisticsReport(StatisticsReportMode.OFF)
  void merged_layers_unpack_to_what_the_layers_do(@ForAll("layers") List<List<Step>> layers)
      throws IOException {
    List<byte[]> tars = layers.stream().map(GeneratedLayers::tar).toList();
    UnpackedLayers expected;
    try {
      expected = UnpackedLayers.of(layers);
    } catch (Unmergeable e) {
      Statistics.collect("unmergeable");
      assertThatThrownBy(() -> Layers.merge(tars))
          .as(e.getMessage())
          .isInstanceOf(StargzException.class);
      return;
    }
    Statistics.collect("mergeable");
    Statistics.coverage(checker -> checker.check("mergeable").percentage(percent -> percent > 30));
    Merged merged = Layers.merge(tars);
    List<Entry> entries = merged.entries();
    assertThat(UnpackedLayers.unpacked(entries)).isEqualTo(expected.shown());
    shouldStandInOrder(entries);
    shouldHaveTheirHeaders(merged.bytes(), tars);
    assertThat(entries)
        .filteredOn(entry -> entry.type() == 'f')
        .allSatisfy(
            entry -> assertThat(entry.content()).isEqualTo(GeneratedLayers.content(entry.mtime())));
  }

  private static void shouldStandInOrder(List<Entry> entries) {
    assertThat(entries)
        .filteredOn(entry -> entry.type() == 'f' || entry.type() == 'l')
        .extracting(Entry::mtime)
        .isSorted();
  }

  /** Each header is its entry's, but for the fields of a name or target that had to change. */
  private static void shouldHaveTheirHeaders(byte[] merged, List<byte[]> tars) {
    Map<String, byte[]> source = new HashMap<>();
    for (byte[] tar : tars) {
      headers(tar).forEach(header -> source.put(text(header, 136, 12), header));
    }
    for (byte[] header : headers(merged)) {
      byte[] original = source.get(text(header, 136, 12)).clone();
      if (!text(header, 0, 100).equals(text(original, 0, 100))) {
        System.arraycopy(header, 0, original, 0, 100);
        System.arraycopy(header, 148, original, 148, 8);
      }
      if (!text(header, 157, 100).equals(text(original, 157, 100))) {
        System.arraycopy(header, 157, original, 157, 100);
        System.arraycopy(header, 148, original, 148, 8);
      }
      assertThat(header).isEqualTo(original);
    }
  }

  /** The blocks with headers: all but contents, which take a block each. */
  private static List<byte[]> headers(byte[] tar) {
    List<byte[]> headers = new ArrayList<>();
    for (int at = 0; at < tar.length && tar[at] != 0; at += BLOCK) {
      byte[] header = Arrays.copyOfRange(tar, at, at + BLOCK);
      headers.add(header);
      at += header[156] == '0' ? BLOCK : 0;
    }
    return headers;
  }

  private static String text(byte[] block, int offset, int length) {
    return new String(block, offset, length, ISO_8859_1);
  }
}
