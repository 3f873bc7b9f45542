package dev.stargz.cli;

import java.io.Closeable;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows on stderr how far a verification is: over and over on one line, or line by line. */
final class VerifyProgress implements Closeable {
  private static final long LIVE_INTERVAL = 100_000_000L;
  private static final long PLAIN_INTERVAL = 5_000_000_000L;
  private static final int BAR = 20;

  private final Console console;
  private final boolean plain;
  private final LongSupplier nanoClock;
  private long shown;

  /**
   * Creates a display that shows nothing yet.
   *
   * @param console closed with it
   * @param plain whether to print a line now and then, if the console isn't live
   */
  VerifyProgress(Console console, boolean plain, LongSupplier nanoClock) {
    this.console = console;
    this.plain = plain;
    this.nanoClock = nanoClock;
    this.shown = nanoClock.getAsLong();
  }

  /** Takes note that {@code bytes} of {@code total} are read of a layer. */
  void show(OpenLayer layer, long bytes, long total) {
    long now = nanoClock.getAsLong();
    if (now - shown < (console.isLive() ? LIVE_INTERVAL : PLAIN_INTERVAL)) {
      return;
    }
    shown = now;
    int percent = total <= 0 ? 100 : (int) Math.min(100, 100.0 * bytes / total);
    if (console.isLive()) {
      console.draw(List.of(bar(layer.name(), percent, bytes, total)));
    } else if (plain) {
      console.line(layer.name() + ": " + percent + " % of " + Amounts.bytes(total));
    }
  }

  private static String bar(String name, int percent, long bytes, long total) {
    int full = percent * BAR / 100;
    return String.format(
        Locale.ROOT,
        "%3d %% [%s%s] %s of %s  %s",
        percent,
        "#".repeat(full),
        "-".repeat(BAR - full),
        Amounts.bytes(bytes),
        Amounts.bytes(total),
        name);
  }

  /** Clears what is drawn, so that a result isn't written beside it. */
  void clear() {
    console.draw(List.of());
  }

  /** Clears what is drawn, for good. */
  @Override
  public void close() {
    console.close();
  }
}
