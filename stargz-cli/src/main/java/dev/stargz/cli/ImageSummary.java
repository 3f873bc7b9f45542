package dev.stargz.cli;

import dev.stargz.image.ConversionReport;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import dev.stargz.image.ConversionReport.Layer;
import dev.stargz.image.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** A conversion of an image in one line. */
final class ImageSummary {
  private static final Set<Action> READS =
      Set.of(Action.CONVERTED, Action.FLATTENED, Action.ANNOTATED);

  private final ConversionReport report;

  ImageSummary(ConversionReport report) {
    this.report = report;
  }

  /** What was done, how much, how long it took. */
  String line(boolean dryRun, long nanos) {
    String line = report.source() + " -> " + report.target() + ": ";
    if (dryRun) {
      return line + "nothing was written; " + counts() + "; " + planned();
    }
    line += counts() + "; " + amounts(" read", " sent");
    return line + ", " + Amounts.seconds(nanos) + (report.tagMoved() ? "" : "; tag as before");
  }

  private String counts() {
    List<String> counts = new ArrayList<>();
    add(counts, "converted", each -> each.action() == Action.CONVERTED);
    add(counts, "flattened", each -> each.action() == Action.FLATTENED);
    add(counts, "reused", each -> each.action() == Action.REUSED);
    add(counts, "passed through", each -> each.action() == Action.PASSED_THROUGH);
    add(counts, "annotated", each -> each.action() == Action.ANNOTATED);
    add(counts, "copied", each -> each.action() == Action.COPIED);
    add(counts, "mounted", each -> each.arrival() == Arrival.MOUNTED);
    int layers = report.layers().size();
    String head = layers + (layers == 1 ? " layer" : " layers");
    return counts.isEmpty() ? head : head + ", " + String.join(", ", counts);
  }

  private void add(List<String> counts, String what, Predicate<Layer> which) {
    long count = report.layers().stream().filter(which).count();
    if (count > 0) {
      counts.add(count + " " + what);
    }
  }

  /** What is yet to be made is taken to be as large as what it is made of. */
  private String planned() {
    long in = report.layers().stream().mapToLong(ImageSummary::read).sum();
    long out =
        report.layers().stream()
            .filter(ImageSummary::isToBeSent)
            .mapToLong(each -> each.target().orElse(each.source()).size())
            .sum();
    return Amounts.bytes(in) + " to read, about " + Amounts.bytes(out) + " to send";
  }

  private static boolean isToBeSent(Layer layer) {
    boolean foreign = layer.action() == Action.COPIED && !layer.source().urls().isEmpty();
    return layer.arrival() == Arrival.PUSHED || (layer.arrival() == Arrival.NONE && !foreign);
  }

  private String amounts(String read, String sent) {
    long in = report.layers().stream().mapToLong(ImageSummary::read).sum();
    long out = sum(each -> each.arrival() == Arrival.PUSHED);
    String line = Amounts.bytes(in) + read + ", " + Amounts.bytes(out) + sent;
    long made = sum(each -> each.action() == Action.CONVERTED);
    long from =
        report.layers().stream()
            .filter(each -> each.action() == Action.CONVERTED && each.target().isPresent())
            .mapToLong(this::before)
            .sum();
    return from == 0 ? line : line + ", x " + Amounts.ratio(made, from);
  }

  /** What is sent as it is was read before. */
  private static long read(Layer layer) {
    if (READS.contains(layer.action())) {
      return layer.source().size();
    }
    return layer.arrival() == Arrival.PUSHED
        ? layer.target().map(Descriptor::size).orElse(layer.source().size())
        : 0;
  }

  private long before(Layer layer) {
    return layer.source().size();
  }

  private long sum(Predicate<Layer> which) {
    return report.layers().stream()
        .filter(which)
        .flatMap(each -> each.target().stream())
        .mapToLong(Descriptor::size)
        .sum();
  }
}
