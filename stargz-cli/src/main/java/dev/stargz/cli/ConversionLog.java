package dev.stargz.cli;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.ConversionListener;
import dev.stargz.image.ConversionReport;
import dev.stargz.image.Descriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells how the conversion of an image goes: a line for each layer and manifest that is done, and
 * below them, on a terminal, one for each layer that is worked on.
 */
final class ConversionLog implements ConversionListener {
  private static final long LIVE_INTERVAL = 100_000_000L;
  private static final long PLAIN_INTERVAL = 5_000_000_000L;

  private final Console console;
  private final boolean plainProgress;
  private final boolean quiet;
  private final LayerLines lines;
  private final LongSupplier nanoClock;
  private final Map<ContentDigest, LayerLines.Active> active = new LinkedHashMap<>();
  private final Map<ContentDigest, Integer> positions = new LinkedHashMap<>();
  private int done;
  private long shown;

  /**
   * Creates a log that has said nothing yet.
   *
   * @param plainProgress whether to print a line of progress now and then
   * @param quiet whether to say nothing at all
   */
  ConversionLog(
      Console console,
      boolean plainProgress,
      boolean quiet,
      LayerLines lines,
      LongSupplier nanoClock) {
    this.console = console;
    this.plainProgress = plainProgress;
    this.quiet = quiet;
    this.lines = lines;
    this.nanoClock = nanoClock;
    this.shown = nanoClock.getAsLong();
  }

  @Override
  public synchronized void planned(List<Descriptor> layers) {
    for (Descriptor layer : layers) {
      positions.putIfAbsent(layer.digest(), positions.size() + 1);
    }
    if (!quiet && lines.isVerbose()) {
      layers.forEach(layer -> console.line(position(layer) + layer));
    }
  }

  @Override
  public synchronized void progress(Descriptor source, Phase phase, long bytes, long total) {
    active.put(
        source.digest(), new LayerLines.Active(position(source), source, phase, bytes, total));
    show(console.isLive() ? LIVE_INTERVAL : PLAIN_INTERVAL);
  }

  @Override
  public synchronized void layerDone(ConversionReport.Layer layer) {
    active.remove(layer.source().digest());
    done++;
    if (!quiet) {
      // Drawn before the line is printed, or the block would show a layer below its own result.
      draw();
      console.line(position(layer.source()) + lines.done(layer));
    }
  }

  @Override
  public void manifestDone(ConversionReport.Manifest manifest) {
    if (!quiet) {
      console.line(lines.done(manifest));
    }
  }

  @Override
  public void warning(String message) {
    if (!quiet) {
      console.line("stargzify: warning: " + message);
    }
  }

  private void show(long interval) {
    long now = nanoClock.getAsLong();
    if (quiet || now - shown < interval) {
      return;
    }
    shown = now;
    if (console.isLive()) {
      draw();
    } else if (plainProgress) {
      inOrder().forEach(each -> console.line(LayerLines.progress(each)));
    }
  }

  private void draw() {
    List<String> block = new ArrayList<>();
    inOrder().forEach(each -> block.add(LayerLines.bar(each)));
    if (!block.isEmpty()) {
      block.add(done + " of " + positions.size() + " layers done");
    }
    console.draw(block);
  }

  /** What is worked on, lowest layer first. */
  private List<LayerLines.Active> inOrder() {
    return active.values().stream()
        .sorted(Comparator.comparing(each -> positions.getOrDefault(each.source().digest(), 0)))
        .toList();
  }

  private String position(Descriptor layer) {
    Integer position = positions.get(layer.digest());
    return position == null ? "layer " : "layer " + position + "/" + positions.size() + " ";
  }
}
