package dev.stargz.format.toc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a TOC's JSON as any writer of the format makes it: fields in any order, unknown ones
 * ignored. What it claims of the blob is not checked here.
 *
 * <p>Memory: about 320 bytes for each entry and twice its name, at most the bound that is given.
 */
public final class TocParser {
  private final JsonParser json;
  private final TocEntryParser entryParser;

  private TocParser(JsonParser json, HeapBudget heap) {
    this.json = json;
    this.entryParser = new TocEntryParser(json, heap);
  }

  /**
   * Reads a TOC.
   *
   * @param in the JSON; read to its end, left open
   * @param heapBound bytes of heap that the TOC may take
   * @throws CorruptException if it is no JSON, or not that of a TOC
   * @throws UnsupportedException if its version is another than 1, or it takes more heap
   */
  public static Toc parse(InputStream in, long heapBound) throws IOException {
    return parse(in, new TocBudget(heapBound));
  }

  /**
   * Reads one of several TOCs that are kept together.
   *
   * @param in the JSON; read to its end, left open
   * @param budget of all of them; if this fails nothing of it is spent
   * @throws CorruptException if it is no JSON, or not that of a TOC
   * @throws UnsupportedException if its version is another than 1, or there isn't as much heap
   */
  public static Toc parse(InputStream in, TocBudget budget) throws IOException {
    HeapBudget heap = new HeapBudget(budget);
    try {
      return parse(in, heap);
    } catch (IOException | RuntimeException | Error e) {
      heap.giveBack();
      throw e;
    }
  }

  private static Toc parse(InputStream in, HeapBudget heap) throws IOException {
    try (JsonParser json = factory(heap.maxText()).createParser(in)) {
      return new TocParser(json, heap).parse();
    } catch (StreamConstraintsException e) {
      throw new UnsupportedException("TOC: " + e.getOriginalMessage(), Location.inToc(at(e)), e);
    } catch (JsonProcessingException e) {
      throw new CorruptException("TOC: " + e.getOriginalMessage(), Location.inToc(at(e)), e);
    }
  }

  private static JsonFactory factory(int maxText) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(maxText).maxNameLength(1 << 16).build())
        .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CHARSET_DETECTION) // it is UTF-8 or damaged
        .build();
  }

  private static long at(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
  }

  private Toc parse() throws IOException {
    int version = 0;
    List<TocEntry> entries = new ArrayList<>();
    expect(json.nextToken(), JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "version" -> version = json.getIntValue();
        case "entries" -> parseEntries(entries);
        default -> json.skipChildren();
      }
    }
    expect(json.currentToken(), JsonToken.END_OBJECT);
    expect(json.nextToken(), null);
    if (version != Toc.VERSION) {
      throw new UnsupportedException(
          "TOC: expected version " + Toc.VERSION + ", found " + version, Location.inToc(0));
    }
    return new Toc(version, List.copyOf(entries));
  }

  private void parseEntries(List<TocEntry> entries) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return; // how Go writes an empty list
    }
    expect(json.currentToken(), JsonToken.START_ARRAY);
    while (json.nextToken() == JsonToken.START_OBJECT) {
      entries.add(entryParser.parse());
    }
    expect(json.currentToken(), JsonToken.END_ARRAY);
  }

  private void expect(@Nullable JsonToken found, @Nullable JsonToken expected)
      throws CorruptException {
    if (found != expected) {
      throw new CorruptException(
          "TOC: expected " + name(expected) + ", found " + name(found),
          Location.inToc(Math.max(0, json.currentLocation().getByteOffset())));
    }
  }

  private static String name(@Nullable JsonToken token) {
    return token == null ? "the end" : token.toString();
  }
}
