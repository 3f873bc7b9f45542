package dev.stargz.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as plain Java values. */
final class Json {
  private Json() {}

  /** An object, its fields in their order; numbers are {@link Long}s. */
  static Map<String, Object> parseObject(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      Map<String, Object> object = object(parser);
      if (parser.nextToken() != null) {
        throw new IOException("more than one value: " + json);
      }
      return object;
    }
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    if (!parser.isExpectedStartObjectToken()) {
      throw new IOException("expected an object, found " + parser.currentToken());
    }
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextFieldName() != null) {
      String field = parser.currentName();
      parser.nextToken();
      if (object.put(field, value(parser)) != null) {
        throw new IOException("field " + field + " twice");
      }
    }
    return object;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      default -> throw new IOException("found " + parser.currentToken());
    };
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }
}
