package dev.stargz.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.ImageTarget.ByteListener;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.JsonScalar;
import dev.stargz.image.JsonValue;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small image, or an index of some, in memory.
 *
 * @param root its manifest or index
 * @param children the manifests below, children before parents
 * @param blobs configs and layers
 */
record LocalImage(RawManifest root, List<RawManifest> children, Map<Descriptor, byte[]> blobs) {
  /** An OCI image of layers compressed with gzip. */
  static LocalImage of(TarFixture... layers) {
    return forPlatform("amd64", layers);
  }

  /** An image of another platform. */
  static LocalImage forPlatform(String architecture, TarFixture... layers) {
    Map<Descriptor, byte[]> blobs = new LinkedHashMap<>();
    List<JsonValue> diffIds = new ArrayList<>();
    List<JsonValue> descriptors = new ArrayList<>();
    for (TarFixture layer : layers) {
      byte[] gzip = layer.gzip();
      Descriptor descriptor =
          Descriptor.of(MediaTypes.OCI_LAYER_GZIP, ContentDigest.of(gzip), gzip.length)
              .withAnnotation("x.layer", "kept");
      blobs.put(descriptor, gzip);
      descriptors.add(descriptor.json());
      diffIds.add(JsonScalar.of(ContentDigest.of(layer.bytes()).toString()));
    }
    byte[] config =
        json("{'architecture':'" + architecture + "','os':'linux','config':{'Cmd':['/a']}}")
            .with("rootfs", json("{'type':'layers'}").with("diff_ids", new JsonArray(diffIds)))
            .toBytes();
    Descriptor configDescriptor =
        Descriptor.of(MediaTypes.OCI_CONFIG, ContentDigest.of(config), config.length);
    blobs.put(configDescriptor, config);
    JsonObject manifest =
        json("{'schemaVersion':2}")
            .with("mediaType", MediaTypes.OCI_MANIFEST)
            .with("config", configDescriptor.json())
            .with("layers", new JsonArray(descriptors))
            .with("annotations", json("{'x.manifest':'kept'}"))
            .with("x-unknown", JsonScalar.of(1));
    RawManifest root = RawManifest.of(manifest.toBytes(), MediaTypes.OCI_MANIFEST);
    return new LocalImage(root, List.of(), blobs);
  }

  /** JSON with single quotes. */
  static JsonObject json(String text) {
    return JsonObject.parse(text.replace('\'', '"').getBytes(UTF_8));
  }

  /** An index of several. */
  static LocalImage index(LocalImage... images) {
    List<JsonValue> entries = new ArrayList<>();
    List<RawManifest> children = new ArrayList<>();
    Map<Descriptor, byte[]> blobs = new LinkedHashMap<>();
    for (LocalImage image : images) {
      JsonObject entry = Descriptor.of(image.root()).json();
      entries.add(
          image.architecture().map(name -> entry.with("platform", platform(name))).orElse(entry));
      children.addAll(image.children());
      children.add(image.root());
      blobs.putAll(image.blobs());
    }
    JsonObject index =
        json("{'schemaVersion':2}")
            .with("mediaType", MediaTypes.OCI_INDEX)
            .with("manifests", new JsonArray(entries))
            .with("x-unknown", JsonScalar.of(true));
    return new LocalImage(
        RawManifest.of(index.toBytes(), MediaTypes.OCI_INDEX), List.copyOf(children), blobs);
  }

  private static JsonObject platform(String architecture) {
    return json("{'architecture':'" + architecture + "','os':'linux'}");
  }

  private Optional<String> architecture() {
    return JsonObject.parse(root.bytes())
        .object("config")
        .map(Descriptor::of)
        .flatMap(config -> JsonObject.parse(bytes(config)).string("architecture"));
  }

  private byte[] bytes(Descriptor blob) {
    byte[] bytes = blobs.get(blob);
    assertThat(bytes).isNotNull();
    return bytes;
  }

  /** The descriptor of a layer of an image. */
  Descriptor layer(int position) {
    return blobs.keySet().stream()
        .filter(blob -> MediaTypes.isLayer(blob.mediaType()))
        .toList()
        .get(position);
  }

  /** Writes all but the tag. */
  void push(ImageTarget target) throws IOException {
    for (Map.Entry<Descriptor, byte[]> blob : blobs.entrySet()) {
      target.pushBlob(blob.getKey(), BlobContent.of(blob.getValue()), ByteListener.NONE);
    }
    for (RawManifest child : children) {
      target.pushManifest(child);
    }
  }

  /** Writes it, and closes the target. */
  void writeTo(ImageTarget target) throws IOException {
    try (target) {
      push(target);
      target.tag(root, Optional.empty());
      target.finish();
    }
  }

  /** Checks that a source has it, to the byte, and closes the source. */
  void assertIn(ImageSource source) throws IOException {
    try (source) {
      assertThat(new String(source.root().bytes(), UTF_8))
          .isEqualTo(new String(root.bytes(), UTF_8));
      assertThat(source.root()).isEqualTo(root);
      for (RawManifest child : children) {
        assertThat(source.manifest(Descriptor.of(child))).isEqualTo(child);
      }
      for (Map.Entry<Descriptor, byte[]> blob : blobs.entrySet()) {
        try (InputStream in = source.openBlob(blob.getKey())) {
          assertThat(in.readAllBytes()).isEqualTo(blob.getValue());
        }
      }
    }
  }
}
