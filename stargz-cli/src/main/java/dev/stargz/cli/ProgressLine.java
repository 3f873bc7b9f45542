package dev.stargz.cli;

import dev.stargz.format.WriterProgress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Shows how far a conversion is: over and over on one line of a terminal, or line by line. */
final class ProgressLine implements WriterProgress, AutoCloseable {
  private static final long LIVE_INTERVAL = 100_000_000L;
  private static final long PLAIN_INTERVAL = 5_000_000_000L;
  private static final String CLEAR = "\r\033[K";

  private final PrintStream err;
  private final boolean live;
  private final OptionalLong sourceSize;
  private final LongSupplier nanoClock;
  private final long start;
  private long shown;
  private boolean drawn;

  /**
   * Creates a line that isn't shown yet.
   *
   * @param live whether to draw over the line before
   * @param sourceSize bytes of the source, if known
   */
  ProgressLine(PrintStream err, boolean live, OptionalLong sourceSize, LongSupplier nanoClock) {
    this.err = err;
    this.live = live;
    this.sourceSize = sourceSize;
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
    this.shown = start;
  }

  @Override
  public void progress(long sourceBytes, long tarBytes, long blobBytes) {
    long now = nanoClock.getAsLong();
    if (now - shown < (live ? LIVE_INTERVAL : PLAIN_INTERVAL)) {
      return;
    }
    shown = now;
    drawn = true;
    String line = line(sourceBytes, tarBytes, blobBytes, now - start);
    err.print(live ? CLEAR + line : line + System.lineSeparator());
    err.flush();
  }

  private String line(long sourceBytes, long tarBytes, long blobBytes, long nanos) {
    String read = Amounts.bytes(sourceBytes) + " read";
    if (sourceSize.isPresent() && sourceSize.getAsLong() > 0) {
      long percent = Math.min(100, 100 * sourceBytes / sourceSize.getAsLong());
      read =
          String.format(
              Locale.ROOT,
              "%3d %%  %s of %s read",
              percent,
              Amounts.bytes(sourceBytes),
              Amounts.bytes(sourceSize.getAsLong()));
    }
    return read
        + ", "
        + Amounts.bytes(blobBytes)
        + " written, ratio "
        + Amounts.ratio(blobBytes, tarBytes)
        + ", "
        + Amounts.rate(tarBytes, nanos);
  }

  /** Clears the line. */
  @Override
  public void close() {
    if (live && drawn) {
      err.print(CLEAR);
      err.flush();
    }
  }
}
