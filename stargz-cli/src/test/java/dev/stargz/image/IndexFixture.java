package dev.stargz.image;

import java.util.ArrayList;
import java.util.List;

/** An index in {@code from:a}, put together entry by entry. */
abstract class IndexFixture extends ConverterFixture {
  static final String AMD64 = "{\"architecture\":\"amd64\",\"os\":\"linux\"}";
  static final String ARM64 = "{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\"}";
  static final String UNKNOWN = "{\"architecture\":\"unknown\",\"os\":\"unknown\"}";

  final List<JsonValue> entries = new ArrayList<>();

  RawManifest image(String platform, TestImage image) {
    RawManifest raw = image.config(platform).put();
    add(raw, platform, "{}");
    return raw;
  }

  void add(RawManifest raw, String platform, String annotations) {
    JsonObject entry =
        Descriptor.of(raw).json().with("platform", TestImage.object(platform)).with("x-entry", "1");
    JsonObject notes = TestImage.object(annotations);
    entries.add(notes.fields().isEmpty() ? entry : entry.with("annotations", notes));
  }

  RawManifest attestation(RawManifest image, boolean withSubject) {
    Descriptor statement = from.put("application/vnd.in-toto+json", new byte[] {1, 2});
    Descriptor config = from.put(MediaTypes.OCI_CONFIG, new byte[] {'{', '}'});
    JsonObject json =
        TestImage.object("{\"schemaVersion\":2}")
            .with("mediaType", MediaTypes.OCI_MANIFEST)
            .with("config", config.json())
            .with("layers", new JsonArray(List.of(statement.json())));
    if (withSubject) {
      json = json.with("subject", Descriptor.of(image).json());
    }
    RawManifest raw = from.put(json, MediaTypes.OCI_MANIFEST);
    add(
        raw,
        UNKNOWN,
        "{\"vnd.docker.reference.type\":\"attestation-manifest\","
            + "\"vnd.docker.reference.digest\":\""
            + image.digest()
            + "\"}");
    return raw;
  }

  RawManifest tag() {
    return tag(MediaTypes.OCI_INDEX);
  }

  RawManifest tag(String type) {
    JsonObject index =
        TestImage.object("{\"schemaVersion\":2}")
            .with("mediaType", type)
            .with("x-index", TestImage.object("{\"deep\":[1.0,null]}"))
            .with("manifests", new JsonArray(entries))
            .with("annotations", TestImage.object("{\"org.example\":\"kept\"}"));
    RawManifest raw = from.put(index, type);
    from.tag("a", raw);
    return raw;
  }
}
