package dev.stargz.image;

import java.util.List;
import java.util.stream.Stream;

/**
 * A list of values.
 *
 * @param values in their order
 */
public record JsonArray(List<JsonValue> values) implements JsonValue {
  /** No values. */
  public static final JsonArray EMPTY = new JsonArray(List.of());

  /** Copies the list. */
  public JsonArray {
    values = List.copyOf(values);
  }

  /** Those of the values that are objects. */
  public Stream<JsonObject> objects() {
    return values.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
  }

  /** Those of the values that are strings. */
  public Stream<String> strings() {
    return values.stream()
        .filter(value -> value instanceof JsonScalar scalar && scalar.isString())
        .map(value -> ((JsonScalar) value).text());
  }

  @Override
  public void appendTo(StringBuilder json) {
    json.append('[');
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        json.append(',');
      }
      values.get(i).appendTo(json);
    }
    json.append(']');
  }
}
