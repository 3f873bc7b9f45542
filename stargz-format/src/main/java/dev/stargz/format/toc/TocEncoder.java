package dev.stargz.format.toc;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a TOC as JSON: compact, fields in the order of FORMAT.md's table, what is zero or empty
 * left out. Streams: memory doesn't grow with the entries.
 */
public final class TocEncoder {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private final JsonGenerator json;
  private final Map<Long, String> userNames = new HashMap<>();
  private final Map<Long, String> groupNames = new HashMap<>();

  private TocEncoder(JsonGenerator json) {
    this.json = json;
  }

  /** Writes the JSON of {@code entries} to {@code out}, which stays open. */
  public static void encode(Iterable<TocEntry> entries, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
      new TocEncoder(json).encode(entries);
    }
  }

  private void encode(Iterable<TocEntry> entries) throws IOException {
    json.writeStartObject();
    json.writeNumberField("version", Toc.VERSION);
    json.writeArrayFieldStart("entries");
    for (TocEntry entry : entries) {
      json.writeStartObject();
      encode(entry);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void encode(TocEntry entry) throws IOException {
    boolean chunk = entry.type() == TocEntryType.CHUNK;
    json.writeStringField("name", entry.readableName());
    json.writeStringField("type", entry.type().jsonName());
    number("size", entry.size());
    if (!chunk) {
      json.writeStringField("modtime", Instant.ofEpochSecond(entry.modTime()).toString());
    }
    text("linkName", entry.readableLinkName());
    number("mode", entry.mode());
    number("uid", entry.uid());
    number("gid", entry.gid());
    if (!chunk) {
      ownerName("userName", entry.userName(), entry.uid(), userNames);
      ownerName("groupName", entry.groupName(), entry.gid(), groupNames);
    }
    number("offset", entry.offset());
    number("innerOffset", entry.innerOffset());
    number("devMajor", entry.devMajor());
    number("devMinor", entry.devMinor());
    xattrs(entry.xattrs());
    digest("digest", entry.digest());
    number("chunkOffset", entry.chunkOffset());
    number("chunkSize", entry.chunkSize());
    digest("chunkDigest", entry.chunkDigest());
    exactName("nameBase64", entry.name());
    exactName("linkNameBase64", entry.linkName());
  }

  private void number(String field, long value) throws IOException {
    if (value != 0) {
      json.writeNumberField(field, value);
    }
  }

  private void text(String field, String value) throws IOException {
    if (!value.isEmpty()) {
      json.writeStringField(field, value);
    }
  }

  /**
   * Other writers leave a name out that is the same as before for that number, and readers carry it
   * forward; an empty name behind another must therefore be said.
   */
  private void ownerName(String field, String name, long number, Map<Long, String> names)
      throws IOException {
    if (!name.isEmpty() || names.containsKey(number)) {
      json.writeStringField(field, name);
      names.put(number, name);
    }
  }

  private void digest(String field, @Nullable Digest digest) throws IOException {
    if (digest != null) {
      json.writeStringField(field, digest.toString());
    }
  }

  private void xattrs(Map<String, byte[]> xattrs) throws IOException {
    if (xattrs.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("xattrs");
    for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
      json.writeStringField(xattr.getKey(), Base64.getEncoder().encodeToString(xattr.getValue()));
    }
    json.writeEndObject();
  }

  private void exactName(String field, EntryName name) throws IOException {
    if (!name.isUtf8()) {
      json.writeStringField(field, Base64.getEncoder().encodeToString(name.bytes()));
    }
  }
}
