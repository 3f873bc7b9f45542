package dev.stargz.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fields and their values, in the document's order.
 *
 * @param fields by name
 */
public record JsonObject(Map<String, JsonValue> fields) implements JsonValue {
  /** No fields. */
  public static final JsonObject EMPTY = new JsonObject(Map.of());

  /** Copies the map, with its order. */
  public JsonObject {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /**
   * Parses a document that is an object.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static JsonObject parse(byte[] bytes) {
    if (JsonValue.parse(bytes) instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("expected a JSON object");
  }

  /** The value of a field; nothing if it is absent. */
  public Optional<JsonValue> find(String name) {
    return Optional.ofNullable(get(name));
  }

  /** The text of a field that is a string. */
  public Optional<String> string(String name) {
    return get(name) instanceof JsonScalar scalar && scalar.isString()
        ? Optional.of(scalar.text())
        : Optional.empty();
  }

  /** The value of a field that is a whole number of 64 bits. */
  public OptionalLong number(String name) {
    if (get(name) instanceof JsonScalar scalar && !scalar.isString()) {
      try {
        return OptionalLong.of(Long.parseLong(scalar.text()));
      } catch (NumberFormatException e) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  /** The value of a field that is an object. */
  public Optional<JsonObject> object(String name) {
    return get(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
  }

  /** The value of a field that is a list. */
  public Optional<JsonArray> array(String name) {
    return get(name) instanceof JsonArray array ? Optional.of(array) : Optional.empty();
  }

  /** The fields whose values are strings. */
  public Map<String, String> strings() {
    return fields.entrySet().stream()
        .filter(field -> field.getValue() instanceof JsonScalar scalar && scalar.isString())
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                field -> ((JsonScalar) field.getValue()).text(),
                (a, b) -> b,
                LinkedHashMap::new));
  }

  /** This object with a field set: in its place if it is there, else behind all others. */
  public JsonObject with(String name, JsonValue value) {
    Map<String, JsonValue> changed = new LinkedHashMap<>(fields);
    changed.put(name, value);
    return new JsonObject(changed);
  }

  /** This object with a field set to a string. */
  public JsonObject with(String name, String value) {
    return value.equals(string(name).orElse(null)) ? this : with(name, JsonScalar.of(value));
  }

  /** This object without a field. */
  public JsonObject without(String name) {
    if (!fields.containsKey(name)) {
      return this;
    }
    Map<String, JsonValue> changed = new LinkedHashMap<>(fields);
    changed.remove(name);
    return new JsonObject(changed);
  }

  @Override
  public void appendTo(StringBuilder json) {
    json.append('{');
    String separator = "";
    for (Map.Entry<String, JsonValue> field : fields.entrySet()) {
      json.append(separator).append(JsonScalar.quote(field.getKey())).append(':');
      field.getValue().appendTo(json);
      separator = ",";
    }
    json.append('}');
  }

  private @Nullable JsonValue get(String name) {
    return fields.get(name);
  }
}
