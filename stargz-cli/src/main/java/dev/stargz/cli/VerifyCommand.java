package dev.stargz.cli;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stargzify verify SRC}: compares what is said of layers with their bytes. */
@Command(
    name = "stargzify verify",
    versionProvider = Version.class,
    sortOptions = false,
    header = "Reads layers whole and compares their TOCs with their tars, digests and sizes.",
    synopsisHeading = "%n",
    customSynopsis = "stargzify verify [OPTIONS] SRC",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Of an image, manifest and config are compared with the layers, too: digests, sizes, diffIds,",
      "annotations. Layers that are no stargz are named and not read; if all are, that is a failure.",
      "",
      "Exit codes: 0 faithful, 1 no stargz or unreadable, 2 usage, 3 a difference."
    })
final class VerifyCommand extends ReadingCommand {
  @Mixin private final VerifySettings settings = new VerifySettings();

  @Override
  int run(Invocation invocation) throws IOException {
    settings.toVerifyOptions(); // what can't be is told before anything is opened
    try (OpenSource source = open(invocation);
        VerifyProgress progress = settings.progress(invocation, common.quiet)) {
      List<OpenLayer> layers = source.layers();
      boolean single = layers.size() == 1 && layers.get(0).descriptor().isEmpty();
      return single
          ? verifyLayer(layers.get(0), progress, invocation.streams())
          : verifyImage(source, progress, invocation);
    }
  }

  /** Something that goes to stdout. */
  @FunctionalInterface
  private interface Output {
    void print() throws IOException;
  }

  /** Whoever reads no further than the first lines still gets the exit code of all layers. */
  private static void print(Output output) throws IOException {
    try {
      output.print();
    } catch (BrokenPipeException e) {
      return;
    }
  }

  // ---- one layer, of which nothing else speaks

  private int verifyLayer(OpenLayer layer, VerifyProgress progress, Streams streams)
      throws IOException {
    try {
      StargzReader reader = layer.reader();
      VerifyReport report =
          StargzVerifier.verify(
              reader,
              settings
                  .toVerifyOptions()
                  .withProgress(read -> progress.show(layer, read, reader.size())));
      progress.clear();
      show(layer.name(), report, streams);
      return report.isFaithful() ? ExitCode.DONE : ExitCode.DIFFERENT;
    } catch (CorruptException e) {
      if (common.json) {
        String json = VerifyJson.ofDamage(layer.name(), String.valueOf(e.getMessage()));
        print(() -> streams.printLine(json));
      }
      streams.err().println("stargzify: " + OneLine.of(layer.name() + ": " + ErrorMessages.of(e)));
      return ExitCode.DIFFERENT;
    }
  }

  private void show(String name, VerifyReport report, Streams streams) throws IOException {
    if (common.json) {
      print(() -> streams.printLine(VerifyJson.ofLayer(name, report)));
    } else {
      print(() -> VerifyText.showLayer(name, report, streams));
    }
    long found = report.differences().size() + report.moreDifferences();
    if (found > 0 && !common.quiet) {
      String line = name + ": TOC and tar differ in " + found + " places";
      streams.err().println("stargzify: " + OneLine.of(line));
    }
  }

  // ---- the layers of an image

  private int verifyImage(OpenSource source, VerifyProgress progress, Invocation invocation)
      throws IOException {
    LayerVerification verification = new LayerVerification(settings.toVerifyOptions(), progress);
    Paint paint = new Paint(settings.color.isOn(invocation));
    VerifyText text = new VerifyText(source, invocation.streams(), paint);
    List<LayerFinding> findings = new ArrayList<>();
    for (OpenLayer layer : source.layers()) {
      LayerFinding finding = verification.verify(layer);
      findings.add(finding);
      if (!common.json) {
        progress.clear();
        print(() -> text.show(finding));
      }
    }
    boolean faithful = isFaithful(findings);
    if (common.json) {
      print(() -> invocation.streams().printLine(VerifyJson.ofImage(source, findings, faithful)));
    } else {
      print(() -> text.showSummary(findings));
    }
    complain(source, findings, invocation.streams());
    return faithful ? ExitCode.DONE : ExitCode.DIFFERENT;
  }

  private boolean isFaithful(List<LayerFinding> findings) {
    long others = LayerFinding.count(findings, LayerFinding.State.NO_STARGZ);
    boolean unread = settings.requireStargz ? others > 0 : others > 0 && others == findings.size();
    return !unread && LayerFinding.count(findings, LayerFinding.State.DIFFERENT) == 0;
  }

  /** Says on stderr what a log's reader must not miss. */
  private void complain(OpenSource source, List<LayerFinding> findings, Streams streams)
      throws ImageException {
    long others = LayerFinding.count(findings, LayerFinding.State.NO_STARGZ);
    if (others > 0 && others == findings.size() && !settings.requireStargz) {
      throw new ImageException(
          source.name()
              + ": no layer is a stargz, so nothing was verified; convert the image first:"
              + " stargzify SRC DST");
    }
    if (!common.quiet) {
      warn(source, findings, streams);
    }
  }

  private void warn(OpenSource source, List<LayerFinding> findings, Streams streams) {
    long others = LayerFinding.count(findings, LayerFinding.State.NO_STARGZ);
    long differences = findings.stream().mapToLong(LayerFinding::count).sum();
    for (LayerFinding finding : findings) {
      for (String unchecked : finding.unchecked()) {
        String line = finding.layer().name() + ": not compared with its bytes: " + unchecked;
        streams.err().println("stargzify: warning: " + OneLine.of(line));
      }
    }
    if (differences > 0) {
      streams
          .err()
          .println(
              "stargzify: "
                  + OneLine.of(source.name() + ": layers and what is said of them differ in ")
                  + differences
                  + " places");
    }
    if (others > 0) {
      String kind = settings.requireStargz ? "stargzify: " : "stargzify: warning: ";
      String line = source.name() + ": " + others + " of " + findings.size() + " layers";
      streams.err().println(kind + OneLine.of(line) + " not verified: no stargz");
    }
  }
}
