package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.ImageTarget.ByteListener;
import dev.stargz.image.RawManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a small image, or an index of two, to a place. */
final class TinyImage {
  private static final String OCI = "application/vnd.oci.image.";

  private TinyImage() {}

  /** Writes an image of layers and closes the place; returns its digest. */
  static ContentDigest write(ImageTarget target, TarFixture... layers) throws IOException {
    try (target) {
      RawManifest manifest = push(target, "amd64", layers);
      target.pushManifest(manifest);
      target.tag(manifest, Optional.empty());
      target.finish();
      return manifest.digest();
    }
  }

  /** Writes an index of an image for amd64 and one for arm64. */
  static ContentDigest writeIndex(ImageTarget target, TarFixture amd64, TarFixture arm64)
      throws IOException {
    try (target) {
      List<String> entries = new ArrayList<>();
      entries.add(entry(target, "amd64", amd64));
      entries.add(entry(target, "arm64", arm64));
      RawManifest index =
          raw(
              "index.v1+json",
              "{\"schemaVersion\":2,\"mediaType\":\"%sindex.v1+json\",\"manifests\":[%s]}"
                  .formatted(OCI, String.join(",", entries)));
      target.pushManifest(index);
      target.tag(index, Optional.empty());
      target.finish();
      return index.digest();
    }
  }

  private static String entry(ImageTarget target, String architecture, TarFixture layer)
      throws IOException {
    RawManifest manifest = push(target, architecture, layer);
    target.pushManifest(manifest);
    String platform = "\"platform\":{\"architecture\":\"" + architecture + "\",\"os\":\"linux\"}";
    return reference(Descriptor.of(manifest)).replaceFirst("}$", "," + platform + "}");
  }

  private static RawManifest push(ImageTarget target, String architecture, TarFixture... layers)
      throws IOException {
    List<String> descriptors = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (TarFixture layer : layers) {
      descriptors.add(reference(push(target, "layer.v1.tar+gzip", layer.gzip())));
      diffIds.add("\"" + ContentDigest.of(layer.bytes()) + "\"");
    }
    String config =
        String.format(
            "{\"architecture\":\"%s\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                + "\"diff_ids\":[%s]}}",
            architecture, String.join(",", diffIds));
    return raw(
        "manifest.v1+json",
        "{\"schemaVersion\":2,\"mediaType\":\"%smanifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                OCI,
                reference(push(target, "config.v1+json", config.getBytes(UTF_8))),
                String.join(",", descriptors)));
  }

  private static RawManifest raw(String type, String json) {
    return RawManifest.of(json.getBytes(UTF_8), OCI + type);
  }

  private static Descriptor push(ImageTarget target, String type, byte[] bytes) throws IOException {
    Descriptor blob = Descriptor.of(OCI + type, ContentDigest.of(bytes), bytes.length);
    BlobContent content = () -> new ByteArrayInputStream(bytes);
    target.pushBlob(blob, content, ByteListener.NONE);
    return blob;
  }

  private static String reference(Descriptor blob) {
    return String.format(
        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}",
        blob.mediaType(), blob.digest(), blob.size());
  }
}
