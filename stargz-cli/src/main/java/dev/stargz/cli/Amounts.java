package dev.stargz.cli;

import java.util.Locale;

/** Numbers as a person reads them. */
final class Amounts {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};
  private static final double STEP = 1000;

  private Amounts() {}

  /** Bytes with three or four digits and a decimal unit: {@code 52.1 MB}. */
  static String bytes(long bytes) {
    return scaled((double) bytes);
  }

  private static String scaled(double bytes) {
    double value = bytes;
    int unit = 0;
    // what would be rounded to 1000 is 1.0 of the next unit
    while (value >= STEP - (unit == 0 ? 0.5 : 0.05) && unit < UNITS.length - 1) {
      value /= STEP;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  /** Seconds: {@code 3.1 s}. */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  /** A rate: {@code 41.4 MB/s}. */
  static String rate(long bytes, long nanos) {
    return scaled(bytes / Math.max(1e-9, nanos / 1e9)) + "/s";
  }

  /** A ratio: {@code 1.06}. */
  static String ratio(long part, long whole) {
    return String.format(Locale.ROOT, "%.2f", whole == 0 ? 0.0 : (double) part / whole);
  }
}
