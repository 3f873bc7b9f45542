package dev.stargz.format.toc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;
import java.io.IOException;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the entries of one TOC, in their order: an owner's name may stem from an entry before. */
final class TocEntryParser {
  /** Heap that an entry takes besides its texts, in bytes. */
  private static final int ENTRY_COST = 320;

  private static final int XATTR_COST = 160;
  private static final int OWNER_COST = 160;

  private final JsonParser json;
  private final HeapBudget heap;
  private final Map<Long, String> userNames = new HashMap<>();
  private final Map<Long, String> groupNames = new HashMap<>();

  // what was read last and is likely to come again
  private String lastTime = "";
  private long lastSeconds;
  private String lastDigestText = "";
  private @Nullable Digest lastDigest;

  // the fields of the entry being read
  private @Nullable String name;
  private @Nullable String type;
  private @Nullable String modTime;
  private @Nullable String linkName;
  private @Nullable String userName;
  private @Nullable String groupName;
  private byte @Nullable [] nameBytes;
  private byte @Nullable [] linkNameBytes;
  private @Nullable Digest digest;
  private @Nullable Digest chunkDigest;
  private Map<String, byte[]> xattrs = Collections.emptyMap();
  private long size;
  private long mode;
  private long uid;
  private long gid;
  private long offset;
  private long innerOffset;
  private long devMajor;
  private long devMinor;
  private long chunkOffset;
  private long chunkSize;

  TocEntryParser(JsonParser json, HeapBudget heap) {
    this.json = json;
    this.heap = heap;
  }

  /** Reads one entry; the parser stands at its opening brace, and then at its closing one. */
  TocEntry parse() throws IOException {
    clear();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (json.currentToken() != JsonToken.VALUE_NULL) {
        parseField(field);
      }
    }
    if (name == null || type == null) {
      throw corrupt("an entry without " + (name == null ? "name" : "type"));
    }
    return entry(name, type);
  }

  private void clear() {
    name = null;
    type = null;
    modTime = null;
    linkName = null;
    userName = null;
    groupName = null;
    nameBytes = null;
    linkNameBytes = null;
    digest = null;
    chunkDigest = null;
    xattrs = Collections.emptyMap();
    size = 0;
    mode = 0;
    uid = 0;
    gid = 0;
    offset = 0;
    innerOffset = 0;
    devMajor = 0;
    devMinor = 0;
    chunkOffset = 0;
    chunkSize = 0;
  }

  private void parseField(String field) throws IOException {
    switch (field) {
      case "name" -> name = text();
      case "type" -> type = text();
      case "size" -> size = json.getLongValue();
      case "modtime" -> modTime = text();
      case "linkName" -> linkName = text();
      case "mode" -> mode = json.getLongValue();
      case "uid" -> uid = json.getLongValue();
      case "gid" -> gid = json.getLongValue();
      case "userName" -> userName = text();
      case "groupName" -> groupName = text();
      case "offset" -> offset = json.getLongValue();
      case "innerOffset" -> innerOffset = json.getLongValue();
      case "devMajor" -> devMajor = json.getLongValue();
      case "devMinor" -> devMinor = json.getLongValue();
      case "xattrs" -> xattrs = parseXattrs();
      case "digest" -> digest = digest();
      case "chunkOffset" -> chunkOffset = json.getLongValue();
      case "chunkSize" -> chunkSize = json.getLongValue();
      case "chunkDigest" -> chunkDigest = digest();
      case "nameBase64" -> nameBytes = base64(text());
      case "linkNameBase64" -> linkNameBytes = base64(text());
      default -> json.skipChildren();
    }
  }

  private TocEntry entry(String jsonName, String jsonType) throws IOException {
    EntryName exactName = exact(jsonName, nameBytes);
    TocEntryType entryType =
        TocEntryType.ofJsonName(jsonType)
            .orElseThrow(() -> corrupt("type of '" + exactName + "': found '" + jsonType + "'"));
    String link = linkName == null ? "" : linkName;
    heap.spend(ENTRY_COST + cost(jsonName, nameBytes) + cost(link, linkNameBytes), json);
    return new TocEntry.Builder(exactName, entryType)
        .readableName(nameBytes == null ? null : jsonName)
        .size(checked("size", size))
        .modTime(seconds(exactName))
        .linkName(exact(link, linkNameBytes), linkNameBytes == null ? null : link)
        .mode(mode)
        .user(uid, ownerName(userName, uid, entryType, userNames))
        .group(gid, ownerName(groupName, gid, entryType, groupNames))
        .place(checked("offset", offset), checked("innerOffset", innerOffset))
        .device(devMajor, devMinor)
        .xattrs(xattrs)
        .digest(digest)
        .chunk(checked("chunkOffset", chunkOffset), checked("chunkSize", chunkSize), chunkDigest)
        .build();
  }

  /** Heap for a name: its bytes and, where they are no UTF-8, its text beside them. */
  private static long cost(String text, byte @Nullable [] bytes) {
    return 2L * text.length() + (bytes == null ? 0 : 2L * bytes.length);
  }

  private static EntryName exact(String text, byte @Nullable [] bytes) {
    if (bytes != null) {
      return EntryName.of(bytes);
    }
    return text.isEmpty() ? EntryName.ROOT : EntryName.of(text);
  }

  /** A number that must not be negative. */
  private long checked(String field, long value) throws CorruptException {
    if (value < 0) {
      throw corrupt("'" + name + "': expected " + field + " of 0 or more, found " + value);
    }
    return value;
  }

  /** The name given, even if empty, else the one that this number had last. */
  private String ownerName(
      @Nullable String given, long number, TocEntryType type, Map<Long, String> names)
      throws UnsupportedException {
    if (type == TocEntryType.CHUNK) {
      return "";
    }
    if (given == null) {
      return names.getOrDefault(number, "");
    }
    String known = names.get(number);
    if (known != null && known.equals(given)) {
      return known; // one copy for all entries
    }
    heap.spend(OWNER_COST + 2L * given.length(), json);
    names.put(number, given);
    return given;
  }

  private long seconds(EntryName entryName) throws CorruptException {
    if (modTime == null || modTime.isEmpty()) {
      return 0;
    }
    if (modTime.equals(lastTime)) {
      return lastSeconds;
    }
    try {
      lastSeconds = ModTime.parse(modTime);
      lastTime = modTime;
      return lastSeconds;
    } catch (DateTimeParseException e) {
      throw corrupt("modtime of '" + entryName + "': found '" + modTime + "'");
    }
  }

  private Map<String, byte[]> parseXattrs() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw corrupt("xattrs of '" + name + "': expected an object");
    }
    Map<String, byte[]> values = new TreeMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      boolean empty = json.nextToken() == JsonToken.VALUE_NULL; // how Go writes no bytes
      byte[] value = empty ? new byte[0] : base64(text());
      heap.spend(XATTR_COST + 2L * key.length() + value.length, json);
      values.put(key, value);
    }
    return values;
  }

  private String text() throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw corrupt("expected a text, found " + json.currentToken());
    }
    return json.getText();
  }

  private @Nullable Digest digest() throws IOException {
    String value = text();
    if (value.isEmpty()) {
      return null;
    }
    if (value.equals(lastDigestText)) {
      return lastDigest; // a file of one chunk has the same digest twice
    }
    try {
      lastDigest = Digest.parse(value);
      lastDigestText = value;
      return lastDigest;
    } catch (IllegalArgumentException e) {
      throw corrupt(String.valueOf(e.getMessage()));
    }
  }

  private byte[] base64(String value) throws CorruptException {
    try {
      return Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw corrupt("expected base64: " + e.getMessage());
    }
  }

  private CorruptException corrupt(String what) {
    long at = Math.max(0, json.currentLocation().getByteOffset());
    return new CorruptException("TOC: " + what, Location.inToc(at));
  }
}
