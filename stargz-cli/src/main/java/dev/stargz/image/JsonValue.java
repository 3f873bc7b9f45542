package dev.stargz.image;

import java.nio.charset.StandardCharsets;

/**
 * A JSON value that keeps what it isn't told to change: unknown fields, their order, how numbers
 * and strings are spelled. Blanks between values are lost, and names are spelled anew where they
 * had escapes that they didn't need. Immutable.
 */
public sealed interface JsonValue permits JsonObject, JsonArray, JsonScalar {
  /**
   * Parses a document.
   *
   * @param bytes one JSON value in UTF-8
   * @throws IllegalArgumentException if it is none, holds a key twice, or is nested deeper than 500
   */
  static JsonValue parse(byte[] bytes) {
    return JsonParsing.parse(bytes);
  }

  /** Appends the value as JSON without blanks. */
  void appendTo(StringBuilder json);

  /** The value as JSON without blanks, in UTF-8. */
  default byte[] toBytes() {
    StringBuilder json = new StringBuilder();
    appendTo(json);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
