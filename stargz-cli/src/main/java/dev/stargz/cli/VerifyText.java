package dev.stargz.cli;

import dev.stargz.cli.LayerFinding.State;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.VerifyReport.Difference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The findings of {@code verify} as lines for people. */
final class VerifyText {
  private static final int SHOWN = 20;

  private final OpenSource source;
  private final Streams streams;
  private final Paint paint;
  private final int digits;

  VerifyText(OpenSource source, Streams streams, Paint paint) {
    this.source = source;
    this.streams = streams;
    this.paint = paint;
    this.digits = String.valueOf(source.layers().size()).length();
  }

  // ---- one layer alone

  /** Shows what a layer is, or where it isn't what its TOC says. */
  static void showLayer(String name, VerifyReport report, Streams streams) throws IOException {
    if (report.isFaithful()) {
      showFacts(name, report, streams);
      return;
    }
    for (Difference difference : report.differences().stream().limit(SHOWN).toList()) {
      streams.printLine(OneLine.of(difference.toString()));
    }
    long more = report.differences().size() + report.moreDifferences() - SHOWN;
    if (more > 0) {
      streams.printLine("... and " + more + " more");
    }
  }

  private static void showFacts(String name, VerifyReport report, Streams streams)
      throws IOException {
    streams.printLine(OneLine.of(name + ": TOC and tar agree"));
    streams.printLine("  digest     " + report.digest() + "  " + report.size() + " bytes");
    if (report.diffId().isPresent()) {
      streams.printLine(
          "  diffId     " + report.diffId().get() + "  " + report.uncompressedSize() + " bytes");
    }
    streams.printLine(
        "  tocDigest  " + report.tocDigest() + "  " + report.tocEntries() + " entries");
  }

  // ---- layers of an image

  /** Shows a line for a layer, and one for each of its first differences. */
  void show(LayerFinding finding) throws IOException {
    OpenLayer layer = finding.layer();
    String number = String.valueOf(layer.number());
    streams.printLine(
        "layer "
            + " ".repeat(Math.max(0, digits - number.length()))
            + number
            + " "
            + finding.digest().map(each -> each.shortHex()).orElse("")
            + "  "
            + mark(finding.state())
            + "  "
            + OneLine.of(detail(finding)));
    for (String line : finding.lines(SHOWN).toList()) {
      streams.printLine("  " + line);
    }
  }

  /** As wide for each state, so that a log can be read downwards. */
  private String mark(State state) {
    return switch (state) {
      case FAITHFUL -> paint.good("ok       ");
      case DIFFERENT -> paint.bad("differs  ");
      case NO_STARGZ -> paint.doubtful("no stargz");
    };
  }

  private static String detail(LayerFinding finding) {
    String differences = finding.count() == 1 ? "1 difference" : finding.count() + " differences";
    return switch (finding.state()) {
      case FAITHFUL -> finding.report().map(VerifyText::amounts).orElse("");
      case DIFFERENT -> differences;
      case NO_STARGZ -> "not read: " + finding.reason();
    };
  }

  private static String amounts(VerifyReport report) {
    return Amounts.bytes(report.size())
        + ", "
        + Amounts.bytes(report.uncompressedSize())
        + " uncompressed, "
        + report.tocEntries()
        + " TOC entries";
  }

  /** Shows how all of it stands. */
  void showSummary(List<LayerFinding> findings) throws IOException {
    List<String> parts = new ArrayList<>();
    add(parts, findings, State.FAITHFUL, " ok");
    add(parts, findings, State.DIFFERENT, " with differences");
    add(parts, findings, State.NO_STARGZ, " no stargz");
    String layers = findings.size() == 1 ? "1 layer" : findings.size() + " layers";
    streams.printLine(
        OneLine.of(
            source.name()
                + ": "
                + layers
                + (parts.isEmpty() ? "" : ": " + String.join(", ", parts))));
  }

  private static void add(
      List<String> parts, List<LayerFinding> findings, State state, String what) {
    long count = LayerFinding.count(findings, state);
    if (count > 0) {
      parts.add(count + what);
    }
  }
}
