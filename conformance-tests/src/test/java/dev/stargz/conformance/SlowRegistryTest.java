package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Digests are of finished bytes, however the speeds of reading, hashing and sending compare. The
 * {@code stargzify} of 2019 asked for a layer's digest while bytes were still on their way to the
 * hash, and so named layers that no registry had.
 */
class SlowRegistryTest {
  private static final SourceImage SOURCE =
      SourceImage.of(
          TestLayer.gzip(tar().file("small", "small")),
          TestLayer.gzip(tar().file("noise", noise(1 << 20)).file("behind", "it")),
          TestLayer.gzip(TestLayer.base()));

  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static String expected;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    registry = DockerRegistry.plain(temp.resolve("registry"));
    SOURCE.push(registry.api(), "image", "plain");
    expected = convert(Stargzify.in(temp.resolve("fast")), "fast");
    shouldNameWhatIsThere("fast");
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(3).nextBytes(bytes);
    return bytes;
  }

  private static String convert(Stargzify stargzify, String repository)
      throws IOException, InterruptedException {
    return stargzify.convert(
        registry.reference("image:plain"), registry.reference(repository + ":lazy"));
  }

  /** Each digest of the manifest is the one of the bytes that the registry has. */
  private static void shouldNameWhatIsThere(String repository)
      throws IOException, InterruptedException {
    Set<String> digests = new HashSet<>();
    for (JsonNode layer : registry.api().json(repository, "lazy").get("layers")) {
      String digest = layer.get("digest").asText();
      assertThat(Digest.of(registry.api().blob(repository, digest)).toString()).isEqualTo(digest);
      digests.add(digest);
    }
    assertThat(digests).hasSize(3);
  }

  @Test
  void a_slow_registry_gets_the_same_image() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(registry)) {
      proxy.on("(PUT|PATCH|POST) .*/uploads/", Fault.slow(1_000_000));

      String digest =
          Stargzify.in(temp.resolve("slow"))
              .convert(registry.reference("image:plain"), proxy.reference("slow:lazy"));

      assertThat(digest).isEqualTo(expected);
      shouldNameWhatIsThere("slow");
    }
  }

  @Test
  void a_slow_source_gives_the_same_image() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(registry)) {
      proxy.on("GET .*/blobs/", Fault.slow(1_000_000));

      String digest =
          Stargzify.in(temp.resolve("source"))
              .convert(proxy.reference("image:plain"), registry.reference("source:lazy"));

      assertThat(digest).isEqualTo(expected);
      shouldNameWhatIsThere("source");
    }
  }

  /** Java's interpreter takes a hundred times longer to hash, and no longer to send. */
  @Test
  void a_slow_digest_gives_the_same_image() throws Exception {
    Path directory = temp.resolve("digest");
    Stargzify stargzify = Stargzify.in(directory);
    String options = "-Xint -Djava.io.tmpdir=" + directory.resolve("temp");

    assertThat(convert(stargzify.with("STARGZIFY_JAVA_OPTS", options), "digest"))
        .isEqualTo(expected);

    shouldNameWhatIsThere("digest");
  }

  @Test
  void one_thread_and_many_give_the_same_image() throws Exception {
    for (String threads : List.of("1", "7")) {
      String digest =
          Stargzify.in(temp.resolve("threads-" + threads))
              .convert(
                  "--threads",
                  threads,
                  registry.reference("image:plain"),
                  registry.reference("threads-" + threads + ":lazy"));

      assertThat(digest).isEqualTo(expected);
    }
  }
}
