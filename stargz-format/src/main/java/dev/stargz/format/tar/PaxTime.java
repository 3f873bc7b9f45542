package dev.stargz.format.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PAX times: decimal seconds since 1970, perhaps negative, perhaps with a fraction. */
final class PaxTime {
  private static final Pattern FORM = Pattern.compile("(-?)([0-9]*)(?:\\.([0-9]*))?");

  private PaxTime() {}

  /**
   * The whole seconds at or before the time; times beyond 64 bits are the nearest that fits.
   *
   * @throws IllegalArgumentException if {@code value} is no decimal number
   */
  static long floorSeconds(byte[] value) {
    String text = new String(value, ISO_8859_1);
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || text.chars().noneMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(
          "PAX mtime: expected decimal seconds, found '" + text + "'");
    }
    boolean negative = !matcher.group(1).isEmpty();
    long seconds = saturated(matcher.group(2));
    if (!negative) {
      return seconds;
    }
    String fraction = matcher.group(3) == null ? "" : matcher.group(3);
    boolean between = fraction.chars().anyMatch(c -> c != '0');
    return between && seconds < Long.MAX_VALUE ? -seconds - 1 : -seconds;
  }

  private static long saturated(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        return Long.MAX_VALUE;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
