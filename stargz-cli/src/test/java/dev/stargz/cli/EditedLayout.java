package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;

/** The only image of an OCI layout, changed by hand: lies, under names that fit them. */
final class EditedLayout {
  private final Path directory;

  private EditedLayout(Path directory) {
    this.directory = directory;
  }

  static EditedLayout at(Path directory) {
    return new EditedLayout(directory);
  }

  private Path blob(String digest) {
    return directory.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
  }

  private String text(String digest) throws IOException {
    return Files.readString(blob(digest));
  }

  private String put(byte[] bytes) throws IOException {
    String digest = Digest.of(bytes).toString();
    Files.write(blob(digest), bytes);
    return digest;
  }

  private static Map<?, ?> map(Object json) {
    return (Map<?, ?>) json;
  }

  private Map<?, ?> manifestDescriptor() throws IOException {
    Map<String, Object> index = Json.parseObject(Files.readString(directory.resolve("index.json")));
    return map(((List<?>) index.get("manifests")).get(0));
  }

  /** The manifest's digest. */
  String digest() throws IOException {
    return (String) manifestDescriptor().get("digest");
  }

  private Map<String, Object> manifest() throws IOException {
    return Json.parseObject(text(digest()));
  }

  private Map<?, ?> layer(int number) throws IOException {
    return map(((List<?>) manifest().get("layers")).get(number - 1));
  }

  /** The digest that the manifest has of a layer; 1 is the lowest. */
  String layerDigest(int number) throws IOException {
    return (String) layer(number).get("digest");
  }

  /** The bytes of a layer. */
  byte[] layerBytes(int number) throws IOException {
    return Files.readAllBytes(blob(layerDigest(number)));
  }

  /** An annotation of a layer. */
  String annotation(int number, String key) throws IOException {
    return (String) map(layer(number).get("annotations")).get(key);
  }

  /** Changes the manifest's text, and the index for it. */
  EditedLayout manifest(UnaryOperator<String> change) throws IOException {
    String before = text(digest());
    String after = change.apply(before);
    if (after.equals(before)) {
      throw new AssertionError("nothing was changed in " + before);
    }
    String digest = digest();
    String newDigest = put(after.getBytes(UTF_8));
    Path index = directory.resolve("index.json");
    String size = "\"size\":\\s*" + before.getBytes(UTF_8).length;
    Files.writeString(
        index,
        Files.readString(index)
            .replace(digest, newDigest)
            .replaceFirst(size, "\"size\":" + after.getBytes(UTF_8).length));
    return this;
  }

  /** Changes the config's text, and the manifest for it. */
  EditedLayout config(UnaryOperator<String> change) throws IOException {
    String digest = (String) map(manifest().get("config")).get("digest");
    String before = text(digest);
    String after = change.apply(before);
    if (after.equals(before) || after.length() != before.length()) {
      throw new AssertionError("expected another text as long as " + before);
    }
    String newDigest = put(after.getBytes(UTF_8));
    return manifest(json -> json.replace(digest, newDigest));
  }

  /** Puts other bytes in a layer's place, without a word. */
  EditedLayout damage(int number, byte[] bytes) throws IOException {
    Files.write(blob(layerDigest(number)), bytes);
    return this;
  }

  /** Lets the manifest name other bytes as the layer, by their digest and size. */
  EditedLayout replaceLayer(int number, byte[] bytes) throws IOException {
    String digest = layerDigest(number);
    Object size = layer(number).get("size");
    String newDigest = put(bytes);
    return manifest(
        json ->
            json.replaceFirst(
                "(\"digest\":\"" + digest + "\",\"size\":)" + size,
                "\"digest\":\""
                    + Matcher.quoteReplacement(newDigest)
                    + "\",\"size\":"
                    + bytes.length));
  }

  /** Takes all annotations of layers away. */
  EditedLayout withoutAnnotations() throws IOException {
    return manifest(json -> json.replaceAll(",\"annotations\":\\{[^}]*}(?=})", ""));
  }
}
