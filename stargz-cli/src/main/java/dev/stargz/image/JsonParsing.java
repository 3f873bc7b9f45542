package dev.stargz.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds {@link JsonValue}s from Jackson's tokens. */
final class JsonParsing {
  private static final int MAX_DEPTH = 500;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.CHARSET_DETECTION) // JSON is UTF-8: RFC 8259, 8.1
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private final byte[] bytes;
  private final JsonParser parser;

  private JsonParsing(byte[] bytes, JsonParser parser) {
    this.bytes = bytes;
    this.parser = parser;
  }

  static JsonValue parse(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(bytes)) {
      parser.nextToken();
      JsonValue value = new JsonParsing(bytes, parser).value();
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("expected one JSON document, found something behind it");
      }
      return value;
    } catch (IOException e) {
      throw new IllegalArgumentException("not a JSON document: " + firstLine(e), e);
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private JsonValue value() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IllegalArgumentException("expected a JSON document, found nothing");
    }
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      default -> scalar();
    };
  }

  private JsonObject object() throws IOException {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (!UTF_8.newEncoder().canEncode(name)) {
        throw new IllegalArgumentException("a field's name is no text: it holds half a character");
      }
      parser.nextToken();
      fields.put(name, value());
    }
    return new JsonObject(fields);
  }

  private JsonArray array() throws IOException {
    List<JsonValue> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(value());
    }
    return new JsonArray(values);
  }

  /** The spelling is in the source; Jackson itself hands out what it means. */
  private JsonScalar scalar() throws IOException {
    String text = parser.getText(); // to the token's end
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      return new JsonScalar(text, text);
    }
    int start = (int) parser.currentTokenLocation().getByteOffset();
    int end = (int) parser.currentLocation().getByteOffset();
    return new JsonScalar(new String(bytes, start, end - start, UTF_8), text);
  }
}
