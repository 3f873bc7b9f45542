package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.image.ConversionReport;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import dev.stargz.image.ConversionReport.Kind;
import dev.stargz.image.ConversionReport.Layer;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is printed of a report: JSON, and the summary. */
class ImageJsonTest {
  private static final RawManifest ROOT =
      RawManifest.of("{}".getBytes(UTF_8), "application/vnd.oci.image.index.v1+json");

  private static final List<Layer> LAYERS =
      List.of(
          Reports.layer(
              Reports.descriptor('1', 100),
              Reports.descriptor('2', 110),
              Action.CONVERTED,
              Arrival.PUSHED),
          Reports.layer(
              Reports.descriptor('3', 300),
              Reports.descriptor('4', 310),
              Action.REUSED,
              Arrival.MOUNTED),
          Reports.layer(
              Reports.descriptor('5', 500),
              Reports.descriptor('5', 500),
              Action.PASSED_THROUGH,
              Arrival.PRESENT));

  private static ConversionReport report(Optional<RawManifest> root, List<Layer> layers) {
    return new ConversionReport(
        "x.y/a:1",
        "x.y/b:1",
        Reports.digest('a'),
        root,
        true,
        List.of(Reports.manifest(Kind.IMAGE, 'a', 'b'), Reports.manifest(Kind.INDEX, 'c', 'd')),
        layers,
        root.map(raw -> new ConversionReport.Meta("x.y/meta:1", Optional.of(raw))),
        List.of("a \"warning\""));
  }

  @Test
  void json_has_old_and_new_digest_of_everything() throws IOException {
    String d = "\"sha256:";
    assertThat(ImageJson.of(report(Optional.of(ROOT), LAYERS), List.of("t"), false))
        .isEqualTo(
            "{\"source\":\"x.y/a:1\",\"target\":\"x.y/b:1\",\"sourceDigest\":"
                + d
                + "a".repeat(64)
                + "\",\"digest\":\""
                + ROOT.digest()
                + "\",\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"size\":2,"
                + "\"tagMoved\":true,\"tags\":[\"t\"],\"manifests\":["
                + "{\"kind\":\"image\",\"platform\":\"linux/amd64\",\"source\":"
                + d
                + "a".repeat(64)
                + "\",\"target\":"
                + d
                + "b".repeat(64)
                + "\"},"
                + "{\"kind\":\"index\",\"source\":"
                + d
                + "c".repeat(64)
                + "\",\"target\":"
                + d
                + "d".repeat(64)
                + "\"}],"
                + "\"layers\":["
                + layer('1', 100, '2', 110, "converted", "pushed")
                + ","
                + layer('3', 300, '4', 310, "reused", "mounted")
                + ","
                + layer('5', 500, '5', 500, "passed-through", "present")
                + "],\"meta\":{\"target\":\"x.y/meta:1\",\"digest\":\""
                + ROOT.digest()
                + "\",\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"size\":2},"
                + "\"warnings\":[\"a \\\"warning\\\"\"],\"dryRun\":false}");
  }

  private static String layer(
      char source, long sourceSize, char target, long size, String action, String arrival) {
    return String.format(
        "{\"source\":\"%s\",\"sourceSize\":%d,\"target\":\"%s\",\"size\":%d,\"action\":\"%s\","
            + "\"arrival\":\"%s\"}",
        Reports.digest(source), sourceSize, Reports.digest(target), size, action, arrival);
  }

  @Test
  void what_a_dry_run_can_t_know_is_left_out() throws IOException {
    Layer layer =
        new Layer(
            Reports.descriptor('1', 100), Optional.empty(), Action.CONVERTED, Arrival.NONE, 1);
    assertThat(ImageJson.of(report(Optional.empty(), List.of(layer)), List.of(), true))
        .contains(
            "\"sourceSize\":100,\"action\":\"converted\",\"arrival\":\"none\"}", "\"dryRun\":true")
        .doesNotContain("\"digest\":", "\"meta\":", "\"mediaType\":");
  }

  @Test
  void the_summary_counts_layers_and_bytes() {
    assertThat(new ImageSummary(report(Optional.of(ROOT), LAYERS)).line(false, 12_300_000_000L))
        .isEqualTo(
            "x.y/a:1 -> x.y/b:1: 3 layers, 1 converted, 1 reused, 1 passed through, 1 mounted;"
                + " 100 B read, 110 B sent, x 1.10, 12.3 s");
  }

  @Test
  void the_summary_of_a_dry_run_says_that_nothing_was_written() {
    assertThat(new ImageSummary(report(Optional.empty(), LAYERS.subList(0, 1))).line(true, 1))
        .isEqualTo(
            "x.y/a:1 -> x.y/b:1: nothing was written; 1 layer, 1 converted; 100 B to read, about"
                + " 110 B to send");
  }
}
