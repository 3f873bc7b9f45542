package dev.stargz.format.toc;

import java.time.LocalDate;
import java.time.OffsetDateTime;

/** The {@code modtime} of an entry: RFC 3339. */
final class ModTime {
  private static final int LENGTH = "1970-01-01T00:00:00Z".length();
  private static final String FORM = "0000-00-00T00:00:00Z";
  private static final long SECONDS_PER_DAY = 24 * 60 * 60;

  private ModTime() {}

  /**
   * Seconds since 1970 UTC, rounded down.
   *
   * @throws java.time.format.DateTimeParseException if it is no time
   */
  static long parse(String text) {
    return isWholeSecondInUtc(text) ? seconds(text) : OffsetDateTime.parse(text).toEpochSecond();
  }

  /** Whether it is written as nearly all are, with numbers that any day and month have. */
  private static boolean isWholeSecondInUtc(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char expected = FORM.charAt(i);
      char found = text.charAt(i);
      boolean right = expected == '0' ? found >= '0' && found <= '9' : found == expected;
      if (!right) {
        return false;
      }
    }
    return isIn(number(text, 5, 7), 1, 12)
        && isIn(number(text, 8, 10), 1, 28)
        && isIn(number(text, 11, 13), 0, 23)
        && isIn(number(text, 14, 16), 0, 59)
        && isIn(number(text, 17, 19), 0, 59);
  }

  private static boolean isIn(int value, int least, int most) {
    return value >= least && value <= most;
  }

  private static long seconds(String text) {
    LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
    int hours = number(text, 11, 13);
    int minutes = number(text, 14, 16);
    return date.toEpochDay() * SECONDS_PER_DAY
        + (hours * 60L + minutes) * 60
        + number(text, 17, 19);
  }

  private static int number(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      value = 10 * value + text.charAt(i) - '0';
    }
    return value;
  }
}
