package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An image that is made for a test, without a network; pushed by skopeo or by the test itself. */
final class SourceImage {
  static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

  private final String architecture;
  private final List<TestLayer> layers;

  private SourceImage(String architecture, List<TestLayer> layers) {
    this.architecture = architecture;
    this.layers = List.copyOf(layers);
  }

  /** An image for amd64. */
  static SourceImage of(TestLayer... layers) {
    return new SourceImage("amd64", List.of(layers));
  }

  /** The same with a layer on top. */
  SourceImage with(TestLayer layer) {
    List<TestLayer> more = new ArrayList<>(layers);
    more.add(layer);
    return new SourceImage(architecture, more);
  }

  /** The same layers, said to be for another architecture. */
  SourceImage on(String otherArchitecture) {
    return new SourceImage(otherArchitecture, layers);
  }

  /** Small layers with everything hard in them, one of them empty: see {@link TestLayer}. */
  static SourceImage small() {
    return of(
        TestLayer.gzip(TestLayer.base()),
        TestLayer.gzip(TestLayer.upper()),
        TestLayer.gzip(TarFixture.tar()));
  }

  /** The same, and a layer with a file of several chunks. */
  static SourceImage hard() {
    return small().with(TestLayer.gzip(TestLayer.big()));
  }

  List<TestLayer> layers() {
    return layers;
  }

  List<String> diffIds() {
    return layers.stream().map(TestLayer::diffId).toList();
  }

  /** The config: a history entry without a layer, fields nobody knows, a number with its zero. */
  String config() {
    String history =
        layers.stream()
            .map(layer -> "{\"created\":\"2024-01-02T03:04:05Z\",\"created_by\":\"COPY a layer\"}")
            .collect(Collectors.joining(","));
    return """
        {"created":"2024-01-02T03:04:05.678901234Z","author":"a test","architecture":"%s",\
        "os":"linux","config":{"Env":["PATH=/usr/bin:/bin"],"Cmd":["/bin/sh"],\
        "Labels":{"a.label":"<&>"},"Unknown":{"inside":null}},\
        "rootfs":{"type":"layers","diff_ids":[%s]},\
        "history":[%s,{"created":"2024-01-02T03:04:05Z","created_by":"CMD","empty_layer":true}],\
        "dev.example.unknown":{"number":1.50,"list":[1,"2",false]}}"""
        .formatted(architecture, quoted(diffIds()), history);
  }

  private static String quoted(List<String> texts) {
    return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(","));
  }

  /** The manifest: an annotation, and a field nobody knows. */
  String manifest() {
    return """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s],\
        "annotations":{"a.note":"kept"},"dev.example.unknown":["kept",1.0]}"""
        .formatted(
            OCI_MANIFEST,
            descriptor(OCI_CONFIG, config().getBytes(UTF_8)),
            layers.stream().map(TestLayer::descriptor).collect(Collectors.joining(",")));
  }

  /** What an index lists it by. */
  String entry() {
    String descriptor = descriptor(OCI_MANIFEST, manifest().getBytes(UTF_8));
    return "%s,\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}}"
        .formatted(descriptor.substring(0, descriptor.length() - 1), architecture);
  }

  /** An index of some entries. */
  static String index(List<String> entries) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(OCI_INDEX, String.join(",", entries));
  }

  /** The descriptor of {@code bytes}, in JSON. */
  static String descriptor(String mediaType, byte[] bytes) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, Digest.of(bytes), bytes.length);
  }

  /** Pushes all but the manifest. */
  void pushBlobs(RegistryApi api, String repository) throws IOException, InterruptedException {
    for (TestLayer layer : layers) {
      api.putBlob(repository, layer.bytes());
    }
    api.putBlob(repository, config().getBytes(UTF_8));
  }

  /** Pushes it byte for byte; returns the manifest's digest. */
  String push(RegistryApi api, String repository, String tag)
      throws IOException, InterruptedException {
    pushBlobs(api, repository);
    return api.putManifest(repository, tag, OCI_MANIFEST, manifest());
  }

  /** Writes it as an OCI layout, under the tag {@code latest}. */
  void write(Path layout) throws IOException {
    write(layout, "latest");
  }

  /** Writes it as an OCI layout that has nothing else. */
  void write(Path layout, String tag) throws IOException {
    for (TestLayer layer : layers) {
      writeBlob(layout, layer.bytes());
    }
    writeBlob(layout, config().getBytes(UTF_8));
    writeBlob(layout, manifest().getBytes(UTF_8));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    String root = descriptor(OCI_MANIFEST, manifest().getBytes(UTF_8));
    String name = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}}".formatted(tag);
    Files.writeString(
        layout.resolve("index.json"),
        "{\"schemaVersion\":2,\"manifests\":["
            + root.substring(0, root.length() - 1)
            + name
            + "]}");
  }

  private static void writeBlob(Path layout, byte[] bytes) throws IOException {
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.write(blobs.resolve(Digest.of(bytes).toString().substring("sha256:".length())), bytes);
  }
}
