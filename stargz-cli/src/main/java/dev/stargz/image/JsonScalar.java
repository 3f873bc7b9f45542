package dev.stargz.image;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * A string, number, {@code true}, {@code false} or {@code null}.
 *
 * @param spelling as it stands in the document, quotes and escapes included
 * @param text a string without quotes and escapes; for all else the same as {@code spelling}
 */
public record JsonScalar(String spelling, String text) implements JsonValue {
  /** A string. */
  public static JsonScalar of(String text) {
    return new JsonScalar(quote(text), text);
  }

  /** A whole number. */
  public static JsonScalar of(long number) {
    return new JsonScalar(Long.toString(number), Long.toString(number));
  }

  /** {@code true} or {@code false}. */
  public static JsonScalar of(boolean value) {
    return new JsonScalar(Boolean.toString(value), Boolean.toString(value));
  }

  static String quote(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /** Whether it is a string. */
  public boolean isString() {
    return spelling.startsWith("\"");
  }

  @Override
  public void appendTo(StringBuilder json) {
    json.append(spelling);
  }

  /** The text. */
  @Override
  public String toString() {
    return text;
  }
}
