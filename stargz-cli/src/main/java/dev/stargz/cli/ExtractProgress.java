package dev.stargz.cli;

import dev.stargz.extract.ExtractListener;
import java.io.Closeable;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how far an extraction is: live on a terminal, or in a line now and then. */
final class ExtractProgress implements ExtractListener, Closeable {
  private static final long LIVE_INTERVAL = 100_000_000L;
  private static final long PLAIN_INTERVAL = 5_000_000_000L;

  private final Console console;
  private final boolean shown;
  private final LongSupplier nanoClock;
  private final long start;
  private long last;

  /**
   * Creates one that shows nothing yet.
   *
   * @param console where, closed with it
   * @param shown whether anything is shown at all
   */
  ExtractProgress(Console console, boolean shown, LongSupplier nanoClock) {
    this.console = console;
    this.shown = shown;
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
    this.last = start;
  }

  @Override
  public void progress(Progress progress) {
    long now = nanoClock.getAsLong();
    if (!shown || now - last < (console.isLive() ? LIVE_INTERVAL : PLAIN_INTERVAL)) {
      return;
    }
    last = now;
    String line = line(progress, now - start);
    if (console.isLive()) {
      console.draw(List.of(line));
    } else {
      console.line(line);
    }
  }

  private static String line(Progress progress, long nanos) {
    long all = progress.allBytes();
    return String.format(
        Locale.ROOT,
        "%3d %%  %d of %d files, %s of %s, %s",
        all == 0 ? 100 : (long) (100.0 * progress.bytes() / all),
        progress.files(),
        progress.allFiles(),
        Amounts.bytes(progress.bytes()),
        Amounts.bytes(all),
        Amounts.rate(progress.bytes(), nanos));
  }

  @Override
  public void close() {
    console.close();
  }
}
