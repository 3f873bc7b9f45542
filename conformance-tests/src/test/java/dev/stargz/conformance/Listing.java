package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The files of a blob or tar as another program lists them: a JSON line for each path, with the
 * keys that {@code oracle} describes.
 */
final class Listing {
  /** What Go shows as the time of what has none: 1 January of the year 1. */
  private static final long NO_TIME = -62135596800L;

  private static final int SHOWN = 10;

  private final SortedMap<String, Map<String, Object>> lines = new TreeMap<>();

  private Listing() {}

  /** Of our blob or another, by the Go library's reader, everything verified. */
  static Listing ofBlob(Path blob, Object tocDigest) throws IOException, InterruptedException {
    return parse(Command.run(Needs.oracle(), "list", blob, tocDigest));
  }

  /** Of a tar, by Go's {@code archive/tar}. */
  static Listing ofTar(Path tar) throws IOException, InterruptedException {
    return parse(Command.run(Needs.oracle(), "tarlist", tar));
  }

  /** Of a tar in whatever compression, by Python's {@code tarfile}. */
  static Listing ofTarByPython(Path tar) throws IOException, InterruptedException {
    return parse(Command.run("python3", Needs.script("tarlist.py"), tar));
  }

  /** Of a blob of whatever writer, by our reader; every file is read. */
  static Listing byOurReader(StargzReader reader) throws IOException {
    Listing listing = new Listing();
    for (TocEntry entry : reader.toc().entries()) {
      if (entry.type() != TocEntryType.CHUNK) {
        TocEntry file = reader.find(entry.name()).orElseThrow();
        Map<String, Object> line = line(file);
        line.put("path", EntryName.of(entry.readableName()).cleaned().text());
        if (file.type() == TocEntryType.REGULAR) {
          line.put("sha256", sha256(reader.open(file)));
        }
        listing.lines.put((String) line.get("path"), line);
      }
    }
    return listing;
  }

  private static Map<String, Object> line(TocEntry entry) {
    Map<String, Object> line = new TreeMap<>();
    line.put("type", entry.type().jsonName());
    line.put("size", entry.size());
    line.put("mode", entry.mode());
    line.put("uid", entry.uid());
    line.put("gid", entry.gid());
    line.put("uname", entry.userName());
    line.put("gname", entry.groupName());
    line.put("mtime", entry.modTime());
    line.put("devMajor", entry.devMajor());
    line.put("devMinor", entry.devMinor());
    if (entry.linkName().length() > 0) {
      line.put("linkname", entry.readableLinkName());
    }
    Map<String, Object> xattrs = new TreeMap<>();
    entry
        .xattrs()
        .forEach((name, value) -> xattrs.put(name, Base64.getEncoder().encodeToString(value)));
    line.put("xattrs", xattrs);
    return line;
  }

  private static String sha256(InputStream content) throws IOException {
    try (DigestInputStream in = new DigestInputStream(content, Digest.sha256())) {
      in.transferTo(OutputStream.nullOutputStream());
      return Digest.of(in.getMessageDigest()).toString().substring("sha256:".length());
    }
  }

  /** Takes in a line. */
  private void add(Map<String, Object> line) {
    lines.put(key(line), line);
  }

  /** The line of a path. */
  Map<String, Object> line(String path) {
    Map<String, Object> line = lines.get(path);
    assertThat(line).as("line of '%s'", path).isNotNull();
    return line;
  }

  /** Whether the path is there. */
  boolean has(String path) {
    return lines.containsKey(path);
  }

  /** Drops a path if it is there. */
  Listing without(String path) {
    lines.remove(path);
    return this;
  }

  /** Drops what only one of two listers knows. */
  Listing withoutKeys(String... keys) {
    return edit(line -> List.of(keys).forEach(line::remove));
  }

  /** Keeps what some listers know, and no more. */
  Listing withKeys(String... keys) {
    return edit(line -> line.keySet().retainAll(List.of(keys)));
  }

  /** Drops the directories that no entry names, and says of what has no time that it is of 1970. */
  Listing ofEntriesAlone() {
    lines
        .values()
        .removeIf(line -> line.get("type").equals("dir") && line.get("mtime").equals(NO_TIME));
    return edit(line -> line.replace("mtime", NO_TIME, 0L));
  }

  /** Changes each line. */
  Listing edit(Consumer<Map<String, Object>> change) {
    lines.values().forEach(change);
    return this;
  }

  /**
   * Fails unless both have the same lines; shows the first that differ.
   *
   * @param claim what the equality says
   */
  void shouldEqual(Listing expected, String claim) {
    List<String> differences = new ArrayList<>();
    SortedMap<String, Map<String, Object>> all = new TreeMap<>(expected.lines);
    all.putAll(lines);
    for (String path : all.keySet()) {
      Map<String, Object> wanted = expected.lines.get(path);
      Map<String, Object> found = lines.get(path);
      if (found == null || !found.equals(wanted)) {
        differences.add("expected " + wanted + "\n   found " + found);
      }
    }
    if (!differences.isEmpty()) {
      fail(
          "%s: %d of %d lines differ\n%s",
          claim,
          differences.size(),
          all.size(),
          String.join("\n", differences.subList(0, Math.min(SHOWN, differences.size()))));
    }
  }

  private static Listing parse(byte[] json) throws IOException {
    Listing listing = new Listing();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        listing.add(object(parser));
      }
    }
    return listing;
  }

  /**
   * The path, or what our blobs show for one that is no UTF-8 and reads as another does. Go and
   * Python name the exact bytes beside the readable ones.
   */
  private String key(Map<String, Object> line) {
    String path = (String) line.get("path");
    Object exact = line.remove("pathBase64");
    line.remove("linknameBase64");
    boolean isText =
        exact == null || new String(Base64.getDecoder().decode((String) exact), UTF_8).equals(path);
    if (!isText) {
      while (lines.containsKey(path)) {
        path += "~2";
      }
    } else if (lines.containsKey(path)) {
      Map<String, Object> other = lines.remove(path);
      other.put("path", path + "~2");
      lines.put(path + "~2", other);
    }
    line.put("path", path);
    return path;
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> object = new TreeMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      object.put(key, value(parser));
    }
    return object;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_NUMBER_INT -> parser.getLongValue();
      default -> parser.getText();
    };
  }
}
