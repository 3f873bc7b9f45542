package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.conformance.DockerRegistry.Action;
import dev.stargz.format.StargzReader;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.tree.FileTree;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.registry.LayerUrl;
import dev.stargz.registry.RegistryConnection;
import dev.stargz.registry.RegistryOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is fetched to read a file or two of an image of 350 MB: counted by a registry and a web
 * server that know nothing of it.
 */
class ReadRangesTest {
  private static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";
  private static final String TOC_OFFSET = "dev.stargz.toc.offset";
  private static final double FEW = 0.015;
  private static final String SMALL_FILE = "etc/hello";

  @TempDir static Path temp;
  private static final List<Converted> LAYERS = new ArrayList<>();
  private static DockerRegistry registry;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    registry = DockerRegistry.plain(temp.resolve("registry"));
    addLayer(new BigLayer(3000, 68_000), "first");
    addLayer(new BigLayer(2500, 68_000), "second");
    Path small = Files.write(temp.resolve("small.tar"), small().bytes());
    try (InputStream in = Files.newInputStream(small)) {
      addLayer(in, "small");
    }
    push("annotated", true);
    push("plain", false);
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  private static TarFixture small() {
    return TarFixture.tar().dir("etc/").file(SMALL_FILE, "hello\n");
  }

  private static void addLayer(InputStream tar, String name) throws IOException {
    Path blob = temp.resolve(name + ".stargz");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(blob))) {
      WriterOptions options = WriterOptions.builder().level(1).build();
      LAYERS.add(new Converted(blob, new dev.stargz.format.StargzWriter(options).write(tar, out)));
    }
  }

  /** Pushes the image, with our annotation of the TOC's place or without. */
  private static void push(String tag, boolean annotated) throws IOException, InterruptedException {
    List<String> layers = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (Converted layer : LAYERS) {
      String digest = layer.facts().digest().toString();
      registry.api().putBlob("image", digest, layer.file());
      String place = ",\"%s\":\"%d\"".formatted(TOC_OFFSET, layer.facts().tocOffset());
      layers.add(
          "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"annotations\":{\"%s\":\"%s\"%s}}"
              .formatted(
                  SourceImage.OCI_LAYER_GZIP,
                  digest,
                  layer.facts().size(),
                  TOC_DIGEST,
                  layer.facts().tocDigest(),
                  annotated ? place : ""));
      diffIds.add("\"" + layer.facts().diffId() + "\"");
    }
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
            .formatted(String.join(",", diffIds));
    registry.api().putBlob("image", config.getBytes(UTF_8));
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                SourceImage.OCI_MANIFEST,
                SourceImage.descriptor(SourceImage.OCI_CONFIG, config.getBytes(UTF_8)),
                String.join(",", layers));
    registry.api().putManifest("image", tag, SourceImage.OCI_MANIFEST, manifest);
  }

  private static RegistryOptions options() {
    return RegistryOptions.builder().environment(Map.of()).build();
  }

  /** Does something with the files of the image. */
  private interface Use {
    void of(FileTree tree) throws IOException;
  }

  private static void open(String tag, Use use) throws IOException {
    try (RegistryConnection connection = RegistryConnection.open(options());
        ImageSource image = connection.source("http://" + registry.reference("image:" + tag))) {
      JsonNode manifest = Json.parse(new String(image.root().bytes(), UTF_8));
      List<StargzReader> readers = new ArrayList<>();
      for (JsonNode layer : manifest.get("layers")) {
        readers.add(open(image, layer));
      }
      use.of(StargzReader.mergedTree(readers));
      for (StargzReader reader : readers) {
        reader.close();
      }
    }
  }

  private static StargzReader open(ImageSource image, JsonNode layer) throws IOException {
    JsonNode annotations = layer.get("annotations");
    Descriptor descriptor =
        Descriptor.of(
            layer.get("mediaType").asText(),
            ContentDigest.parse(layer.get("digest").asText()),
            layer.get("size").asLong());
    JsonNode offset = annotations.get(TOC_OFFSET);
    return StargzReader.open(
        image.openRanges(descriptor),
        Optional.of(Digest.parse(annotations.get(TOC_DIGEST).asText())),
        offset == null ? OptionalLong.empty() : OptionalLong.of(offset.asLong()));
  }

  private static String read(FileTree tree, String path) throws IOException {
    try (InputStream in = tree.open(tree.lookUp(path))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** The requests for each layer's blob. */
  private static List<Integer> blobRequests(Action action)
      throws IOException, InterruptedException {
    List<Access> all = registry.accessesOf(action);
    long fetched = all.stream().filter(Access::pullsBlob).mapToLong(Access::bytes).sum();
    long size = LAYERS.stream().mapToLong(layer -> layer.facts().size()).sum();
    assertThat(fetched).isLessThan((long) (FEW * size));
    assertThat(all.stream().filter(Access::pullsWholeBlob))
        .as("the config, at most")
        .allMatch(access -> access.bytes() < 1000);
    return LAYERS.stream()
        .map(layer -> layer.facts().digest().toString())
        .map(digest -> (int) all.stream().filter(access -> access.names(digest)).count())
        .toList();
  }

  @Test
  void the_image_is_as_large_as_is_said() {
    assertThat(LAYERS.stream().mapToLong(layer -> layer.facts().uncompressedSize()).sum())
        .isGreaterThan(350_000_000L);
  }

  @Test
  void a_small_file_takes_a_request_for_each_toc_and_one_for_its_chunk() throws Exception {
    String file = "usr/share/directory-000002/some-file-of-the-layer-000000204.txt";
    List<Integer> requests =
        blobRequests(() -> open("annotated", tree -> assertThat(read(tree, file)).isNotEmpty()));

    assertThat(requests).as("the file is in both; the upper one counts").containsExactly(1, 2, 1);
  }

  @Test
  void without_our_annotation_it_takes_one_more_for_each_toc_that_is_large() throws Exception {
    List<Integer> requests =
        blobRequests(
            () -> open("plain", tree -> assertThat(read(tree, SMALL_FILE)).isEqualTo("hello\n")));

    assertThat(requests).as("the small layer comes with its end").containsExactly(2, 2, 1);
  }

  @Test
  void the_command_cat_takes_as_many() throws Exception {
    Stargzify stargzify = Stargzify.in(temp.resolve("machine"));
    String file = "usr/share/directory-000002/some-file-of-the-layer-000000204.txt";

    List<Integer> requests =
        blobRequests(
            () -> {
              Launcher.Running.Result result =
                  stargzify.run("cat", registry.reference("image:annotated"), file);
              assertThat(result.exitCode()).as(result.err()).isZero();
              assertThat(result.out()).isNotEmpty();
            });

    assertThat(requests).containsExactly(1, 2, 1);
  }

  @Test
  void files_in_their_order_come_in_few_requests() throws Exception {
    List<Integer> requests =
        blobRequests(
            () ->
                open(
                    "annotated",
                    tree -> {
                      for (int i = 2000; i < 2010; i++) {
                        String name = "some-file-of-the-layer-%09d.txt".formatted(i);
                        if (i % 100 > 3) {
                          read(tree, "usr/share/directory-000020/" + name);
                        }
                      }
                    }));

    assertThat(requests.get(1)).isLessThan(7);
  }

  // ---- a web server

  @Test
  void a_layer_on_a_web_server_is_read_by_ranges() throws Exception {
    try (WebServer server = WebServer.of(temp, "", temp.resolve("web"))) {
      String url = server.url("second.stargz");
      String file = "usr/share/directory-000002/some-file-of-the-layer-000000204.txt";
      try (RandomAccessSource source = LayerUrl.open(url, options());
          StargzReader reader = StargzReader.open(source, LAYERS.get(1).facts().tocDigest())) {
        assertThat(read(reader.tree(), file)).isNotEmpty();
      }
      assertThat(server.accesses()).hasSize(3).allMatch(access -> access.status() == 206);
    }
  }

  @Test
  void a_web_server_without_ranges_gives_small_layers_and_is_named_for_large_ones()
      throws Exception {
    try (WebServer server = WebServer.of(temp, "max_ranges 0;", temp.resolve("whole"))) {
      try (StargzReader reader =
          StargzReader.open(LayerUrl.open(server.url("small.stargz"), options()))) {
        assertThat(read(reader.tree(), SMALL_FILE)).isEqualTo("hello\n");
      }
      RandomAccessSource large = LayerUrl.open(server.url("first.stargz"), options());
      assertThatThrownBy(() -> StargzReader.open(large))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("the server sends all of it to who asks for a part");
    }
  }
}
