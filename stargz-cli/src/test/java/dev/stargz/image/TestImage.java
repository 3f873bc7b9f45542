package dev.stargz.image;

import java.util.ArrayList;
import java.util.List;

/** Builds an image in a {@link MemoryPlace}, layer by layer; {@link #put} completes it. */
final class TestImage {
  private final MemoryPlace place;
  private final List<Descriptor> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private JsonObject config;
  private JsonObject extra = JsonObject.EMPTY;
  private boolean docker;

  private TestImage(MemoryPlace place) {
    this.place = place;
    config =
        object(
            """
            {"architecture":"amd64","os":"linux","created":"2024-05-01T10:00:00.123Z",
             "config":{"Env":["A=\\u003cb>"],"Image":""},"x-unknown":[1.50,1e3]}""");
  }

  static TestImage in(MemoryPlace place) {
    return new TestImage(place);
  }

  static JsonObject object(String json) {
    return JsonObject.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Docker's media types from here on. */
  TestImage docker() {
    docker = true;
    return this;
  }

  /** Adds a layer that is compressed with gzip. */
  TestImage layer(dev.stargz.format.fixture.TarFixture tar) {
    return layer(type(), tar.gzip(), tar.bytes());
  }

  private String type() {
    return docker ? MediaTypes.DOCKER_LAYER_GZIP : MediaTypes.OCI_LAYER_GZIP;
  }

  /** Adds a layer of bytes that are, uncompressed, {@code tar}. */
  TestImage layer(String mediaType, byte[] bytes, byte[] tar) {
    return layer(place.put(mediaType, bytes), ContentDigest.of(tar).toString());
  }

  /** Adds a layer. */
  TestImage layer(Descriptor descriptor, String diffId) {
    layers.add(descriptor);
    diffIds.add(diffId);
    return this;
  }

  /** Takes away a diffID. */
  TestImage withoutLastDiffId() {
    diffIds.remove(diffIds.size() - 1);
    return this;
  }

  /** Replaces the config, its rootfs excepted. */
  TestImage config(String json) {
    config = object(json);
    return this;
  }

  /** Adds fields to the manifest. */
  TestImage manifest(String json) {
    extra = object(json);
    return this;
  }

  /** Completes the image. */
  RawManifest put() {
    List<JsonValue> ids = new ArrayList<>();
    diffIds.forEach(id -> ids.add(JsonScalar.of(id)));
    JsonObject rootfs =
        JsonObject.EMPTY.with("type", "layers").with("diff_ids", new JsonArray(ids));
    Descriptor configDescriptor =
        place.put(
            docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG,
            config.with("rootfs", rootfs).toBytes());
    List<JsonValue> list = new ArrayList<>();
    layers.forEach(layer -> list.add(layer.json()));
    String type = docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
    JsonObject manifest =
        object("{\"schemaVersion\":2}")
            .with("mediaType", type)
            .with("config", configDescriptor.json())
            .with("layers", new JsonArray(list));
    for (var field : extra.fields().entrySet()) {
      manifest = manifest.with(field.getKey(), field.getValue());
    }
    return place.put(manifest, type);
  }

  /** Completes the image and tags it. */
  RawManifest tag(String tag) {
    RawManifest raw = put();
    place.tag(tag, raw);
    return raw;
  }
}
