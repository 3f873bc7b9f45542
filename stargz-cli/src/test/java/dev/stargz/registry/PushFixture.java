package dev.stargz.registry;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A fake registry and a target {@code a/b:t} in it, whose pauses are only written down. */
final class PushFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2024-02-03T04:05:06Z");

  final FakeRegistry registry;
  final RegistryConnection connection;
  final ImageTarget target;
  final List<Duration> pauses = new CopyOnWriteArrayList<>();
  final List<String> log = new CopyOnWriteArrayList<>();

  private PushFixture(UnaryOperator<RegistryOptions.Builder> options) throws IOException {
    registry = FakeRegistry.start();
    RegistryOptions.Builder builder =
        RegistryOptions.builder()
            .environment(Map.of("HOME", "/nonexistent"))
            .timeout(Duration.ofSeconds(20))
            .clock(Clock.fixed(NOW, ZoneOffset.UTC))
            .log(log::add)
            .sleeper(pauses::add);
    connection = RegistryConnection.open(options.apply(builder).build());
    target = connection.target(registry.reference("a/b:t"));
  }

  static PushFixture start() throws IOException {
    return start(options -> options);
  }

  static PushFixture start(UnaryOperator<RegistryOptions.Builder> options) throws IOException {
    return new PushFixture(options);
  }

  /** Bytes that don't compress, the same for the same seed. */
  static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static Descriptor descriptor(byte[] bytes) {
    return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, ContentDigest.of(bytes), bytes.length);
  }

  static RawManifest manifest(String json) {
    return RawManifest.of(json.getBytes(StandardCharsets.UTF_8), MediaTypes.OCI_MANIFEST);
  }

  /** A manifest with a config and a layer. */
  static RawManifest manifest(Descriptor config, Descriptor... layers) {
    String list = String.join(",", List.of(layers).stream().map(PushFixture::json).toList());
    return manifest(
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(MediaTypes.OCI_MANIFEST, json(config), list));
  }

  static String json(Descriptor descriptor) {
    return new String(descriptor.json().toBytes(), StandardCharsets.UTF_8);
  }

  void push(byte[] bytes) throws IOException {
    target.pushBlob(descriptor(bytes), BlobContent.of(bytes), ImageTarget.ByteListener.NONE);
  }

  /** What the registry has under a digest in {@code a/b}; null if nothing. */
  byte[] stored(Descriptor blob) {
    return registry.store().blobs.get(FakeStore.key("a/b", blob.digest()));
  }

  /** What the tag stands for; null if it isn't there. */
  String tagged(String tag) {
    return registry.store().tags.get(FakeStore.key("a/b", tag));
  }

  /** Method and path (without query) of all requests so far. */
  List<String> asked() {
    return registry.requests().stream()
        .map(request -> request.method() + " " + request.path().replaceFirst("/v2/a/b/", ""))
        .filter(line -> !line.equals("GET /v2/"))
        .toList();
  }

  @Override
  public void close() throws IOException {
    target.close();
    connection.close();
    registry.close();
  }
}
