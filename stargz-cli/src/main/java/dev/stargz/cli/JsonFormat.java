package dev.stargz.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import dev.stargz.format.tree.FileNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** An object a line for each file, for the next program. */
final class JsonFormat implements ListingFormat {
  private static final JsonFactory JSON = new JsonFactory();

  private final OutputStream out;
  private final List<OpenLayer> layers;

  /**
   * Creates a format.
   *
   * @param layers of the tree, for their numbers
   */
  JsonFormat(OutputStream out, List<OpenLayer> layers) {
    this.out = out;
    this.layers = layers;
  }

  @Override
  public boolean hasHeadings() {
    return false;
  }

  @Override
  public void show(List<ListedFile> files) throws IOException {
    for (ListedFile file : files) {
      out.write(line(file).getBytes(StandardCharsets.UTF_8));
    }
  }

  private String line(ListedFile file) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      writeNames(json, file);
      writeAttributes(json, file.node());
      writeXattrs(json, file.node().xattrs());
      TocEntry entry = file.node().entry().orElse(null);
      if (entry != null && entry.digest() != null) {
        json.writeStringField("digest", entry.digest().toString());
      }
      json.writeEndObject();
    }
    return text.append('\n').toString();
  }

  private static void writeNames(JsonGenerator json, ListedFile file) throws IOException {
    json.writeStringField("name", file.text());
    writeBytes(json, "nameBase64", file.name());
    json.writeStringField("path", file.path().text());
    writeBytes(json, "pathBase64", file.path());
  }

  /** The truth of a name that text can't hold. */
  private static void writeBytes(JsonGenerator json, String field, EntryName name)
      throws IOException {
    if (!name.isUtf8()) {
      json.writeBinaryField(field, name.bytes());
    }
  }

  private void writeAttributes(JsonGenerator json, FileNode node) throws IOException {
    json.writeStringField("type", node.type().jsonName());
    json.writeStringField("mode", String.format("%04o", node.permissions()));
    json.writeNumberField("uid", node.uid());
    json.writeNumberField("gid", node.gid());
    if (!node.userName().isEmpty()) {
      json.writeStringField("userName", node.userName());
    }
    if (!node.groupName().isEmpty()) {
      json.writeStringField("groupName", node.groupName());
    }
    json.writeNumberField("size", node.size());
    json.writeStringField("mtime", Instant.ofEpochSecond(node.modTime()).toString());
    if (node.isSymbolicLink()) {
      json.writeStringField("linkTarget", node.linkTarget().text());
      writeBytes(json, "linkTargetBase64", node.linkTarget());
    }
    if (node.type() == TocEntryType.CHARACTER_DEVICE || node.type() == TocEntryType.BLOCK_DEVICE) {
      json.writeNumberField("devMajor", node.devMajor());
      json.writeNumberField("devMinor", node.devMinor());
    }
    if (node.entry().isPresent()) {
      json.writeNumberField("layer", layers.get(node.layer()).number());
    }
    json.writeNumberField("inode", node.inode());
    json.writeNumberField("nlink", node.linkCount());
  }

  private static void writeXattrs(JsonGenerator json, Map<String, byte[]> xattrs)
      throws IOException {
    if (!xattrs.isEmpty()) {
      json.writeObjectFieldStart("xattrs");
      for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
        json.writeBinaryField(xattr.getKey(), xattr.getValue());
      }
      json.writeEndObject();
    }
  }
}
