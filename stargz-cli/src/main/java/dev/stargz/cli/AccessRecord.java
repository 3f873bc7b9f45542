package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.stargz.format.blob.EntryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that a container opened, as the stargz snapshotter's tools record them: one JSON object
 * after another, such as {@code {"path":"usr/bin/env","manifestDigest":"sha256:…","layerIndex":0}}.
 * The path alone counts, since a rebuilt image has other layers.
 */
final class AccessRecord {
  private static final JsonFactory JSON = new JsonFactory();

  private AccessRecord() {}

  /**
   * Reads a record.
   *
   * @param what it is, for messages
   * @return the paths in their order, each once
   * @throws IOException if it is none
   */
  static List<EntryName> parse(byte[] bytes, String what) throws IOException {
    Set<EntryName> names = new LinkedHashSet<>();
    try (JsonParser parser = JSON.createParser(bytes)) {
      while (parser.nextToken() != null) {
        String path = parser.currentToken() == JsonToken.START_OBJECT ? path(parser) : "";
        if (path.isEmpty()) {
          throw new IOException(
              what
                  + ", line "
                  + parser.currentTokenLocation().getLineNr()
                  + ": expected objects with a path, as ctr-remote records them");
        }
        byte[] name = path.getBytes(UTF_8);
        names.add(EntryName.of(name, 0, name.length));
      }
    } catch (JsonProcessingException e) {
      throw new IOException(
          what + ", line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
    }
    return new ArrayList<>(names);
  }

  /** The object's path; empty if it has none. */
  private static String path(JsonParser parser) throws IOException {
    String path = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean isPath = parser.currentName().equals("path");
      JsonToken value = parser.nextToken();
      if (isPath && value == JsonToken.VALUE_STRING) {
        path = parser.getText();
      } else {
        parser.skipChildren();
      }
    }
    return path;
  }
}
