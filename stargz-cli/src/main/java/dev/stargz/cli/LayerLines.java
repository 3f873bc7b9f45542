package dev.stargz.cli;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.ConversionListener.Phase;
import dev.stargz.image.ConversionReport;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import dev.stargz.image.Descriptor;
import dev.stargz.image.Platform;
import java.util.Locale;
import java.util.Optional;

/** What is done with layers and manifests, in a line each. */
final class LayerLines {
  private static final int BAR = 20;

  private final boolean verbose;
  private final boolean dryRun;

  /**
   * Creates lines.
   *
   * @param verbose whether digests are shown in full
   * @param dryRun whether nothing of this is really done
   */
  LayerLines(boolean verbose, boolean dryRun) {
    this.verbose = verbose;
    this.dryRun = dryRun;
  }

  /**
   * A layer that is worked on.
   *
   * @param position what its line begins with
   * @param source its descriptor
   * @param phase what is done
   * @param bytes that are done
   * @param total bytes to do
   */
  record Active(String position, Descriptor source, Phase phase, long bytes, long total) {
    private int percent() {
      return total <= 0 ? 100 : (int) Math.min(100, Math.max(0, bytes) * 100.0 / total);
    }

    private String doing() {
      return phase.name().toLowerCase(Locale.ROOT);
    }
  }

  boolean isVerbose() {
    return verbose;
  }

  /** How far a layer is, as a bar. */
  static String bar(Active layer) {
    int full = layer.percent() * BAR / 100;
    return String.format(
        Locale.ROOT,
        "%s%s %-7s %3d %% [%s%s] %s of %s",
        layer.position(),
        layer.source().digest().shortHex(),
        layer.doing(),
        layer.percent(),
        "#".repeat(full),
        "-".repeat(BAR - full),
        Amounts.bytes(layer.bytes()),
        Amounts.bytes(layer.total()));
  }

  /** How far a layer is, for a log. */
  static String progress(Active layer) {
    return layer.position()
        + layer.source().digest().shortHex()
        + ": "
        + layer.doing()
        + ", "
        + layer.percent()
        + " % of "
        + Amounts.bytes(layer.total());
  }

  /** What was done with a layer. */
  String done(ConversionReport.Layer layer) {
    StringBuilder line = new StringBuilder(change(layer.source().digest(), digest(layer)));
    line.append(": ").append(action(layer.action())).append(arrival(layer.arrival()));
    line.append("; ").append(sizes(layer));
    if (!dryRun) {
      line.append(", ").append(Amounts.seconds(layer.nanos()));
    }
    return line.toString();
  }

  private static Optional<ContentDigest> digest(ConversionReport.Layer layer) {
    return layer.target().map(Descriptor::digest);
  }

  private String action(Action action) {
    String done =
        switch (action) {
          case CONVERTED -> "converted";
          case REUSED -> "reused";
          case PASSED_THROUGH -> "passed through";
          case ANNOTATED -> "annotated";
          case COPIED -> "copied as it is";
          case FLATTENED -> "flattened";
        };
    return dryRun ? "would be " + done : done;
  }

  private static String arrival(Arrival arrival) {
    return switch (arrival) {
      case PUSHED -> ", pushed";
      case MOUNTED -> ", mounted";
      case PRESENT -> ", already there";
      case NONE -> "";
    };
  }

  private static String sizes(ConversionReport.Layer layer) {
    long before = layer.source().size();
    String line = Amounts.bytes(before);
    if (layer.target().isPresent() && layer.target().get().size() != before) {
      long after = layer.target().get().size();
      line += " -> " + Amounts.bytes(after) + " (x " + Amounts.ratio(after, before) + ")";
    }
    return line;
  }

  /** What became of a manifest or index; its new digest is given in full. */
  String done(ConversionReport.Manifest manifest) {
    String kind = manifest.kind().name().toLowerCase(Locale.ROOT);
    String platform = manifest.platform().map(Platform::toString).orElse("");
    String line = platform.isEmpty() ? kind : kind + " " + platform;
    ContentDigest source = manifest.source();
    if (manifest.target().isEmpty()) {
      return line + " " + shown(source);
    }
    return manifest.target().get().equals(source)
        ? line + " " + source + ": unchanged"
        : line + " " + shown(source) + " -> " + manifest.target().get();
  }

  private String change(ContentDigest source, Optional<ContentDigest> target) {
    return shown(source)
        + target.filter(to -> !to.equals(source)).map(to -> " -> " + shown(to)).orElse("");
  }

  private String shown(ContentDigest digest) {
    return verbose ? digest.toString() : digest.shortHex();
  }
}
