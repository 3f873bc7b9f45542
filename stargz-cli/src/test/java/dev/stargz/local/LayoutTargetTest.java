package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.ImageTarget.ByteListener;
import dev.stargz.image.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written into a layout, and what stays as it was. */
class LayoutTargetTest {
  private static final LocalImage ONE = LocalImage.of(tar().file("a", "1"));
  private static final LocalImage TWO = LocalImage.of(tar().file("a", "2"));

  @TempDir Path temp;

  private Path layout() {
    return temp.resolve("deep/layout");
  }

  private void write(LocalImage image, String tag) throws IOException {
    image.writeTo(OciLayout.target(layout(), Optional.of(tag)));
  }

  private String index() throws IOException {
    return Files.readString(layout().resolve("index.json")).replace('"', '\'');
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path blob(Descriptor blob) {
    return layout().resolve("blobs/sha256/" + blob.digest().hex());
  }

  private static String entry(LocalImage image, String rest) {
    return "{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':'"
        + image.root().digest()
        + "','size':"
        + image.root().size()
        + rest
        + "}";
  }

  private static String tag(String name) {
    return ",'annotations':{'org.opencontainers.image.ref.name':'" + name + "'}";
  }

  // ---- index.json

  @Test
  void a_layout_is_made_where_there_is_none() throws IOException {
    write(ONE, "v1");

    assertThat(files(layout()))
        .containsExactly(".stargzify.lock", "blobs", "index.json", "oci-layout");
    assertThat(layout().resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    assertThat(index())
        .isEqualTo(
            "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.index.v1+json',"
                + "'manifests':["
                + entry(ONE, tag("v1"))
                + "]}");
    assertThat(files(layout().resolve("blobs/sha256"))).hasSize(3);
  }

  @Test
  void other_entries_and_unknown_fields_stay() throws IOException {
    write(ONE, "v1");
    String other = "{'mediaType':'x/y','digest':'sha999:0','size':1.0,'z':[1]}";
    Files.writeString(
        layout().resolve("index.json"),
        ("{'manifests':[17," + other + "],'x':{'b':1,'a':2},'schemaVersion':2}")
            .replace('\'', '"'));

    write(ONE, "v1");

    assertThat(index())
        .isEqualTo(
            "{'manifests':[17,"
                + other
                + ","
                + entry(ONE, tag("v1"))
                + "],'x':{'b':1,'a':2},'schemaVersion':2}");
  }

  @Test
  void the_image_that_had_the_tag_stays_without_it() throws IOException {
    write(ONE, "v1");
    Files.writeString(
        layout().resolve("index.json"),
        ("{'manifests':["
                + entry(ONE, ",'annotations':{'a':'b','org.opencontainers.image.ref.name':'v1'}")
                + "]}")
            .replace('\'', '"'));

    write(TWO, "v1");

    assertThat(index())
        .isEqualTo(
            "{'manifests':["
                + entry(ONE, ",'annotations':{'a':'b'}")
                + ","
                + entry(TWO, tag("v1"))
                + "]}");
    write(TWO, "v2");
    assertThat(index()).contains(entry(TWO, tag("v1")) + "," + entry(TWO, tag("v2")));
  }

  @Test
  void a_tag_that_comes_back_finds_its_entry() throws IOException {
    write(ONE, "v1");
    write(TWO, "v1");
    write(ONE, "v1");

    assertThat(index())
        .contains("'manifests':[" + entry(ONE, tag("v1")) + "," + entry(TWO, "") + "]");
  }

  @Test
  void the_same_again_changes_nothing() throws IOException {
    write(ONE, "v1");
    write(TWO, "v2");
    String before = index();

    write(ONE, "v1");

    assertThat(index()).isEqualTo(before);
  }

  @Test
  void without_a_name_there_is_one_entry_without_a_name() throws IOException {
    ONE.writeTo(OciLayout.target(layout(), Optional.empty()));
    ONE.writeTo(OciLayout.target(layout(), Optional.empty()));

    assertThat(index()).contains("'manifests':[" + entry(ONE, "") + "]");
    ONE.assertIn(OciLayout.source(layout(), Optional.empty()));
  }

  @Test
  void further_tags_are_further_entries() throws IOException {
    try (ImageTarget target = OciLayout.target(layout(), Optional.of("v1"))) {
      ONE.push(target);
      target.tag(ONE.root(), Optional.of("more"));
      assertThat(target.tagged(Optional.of("more"))).contains(ONE.root().digest());
      assertThat(target.tagged(Optional.empty())).isEmpty();
      target.tag(ONE.root(), Optional.empty());
      assertThat(target.tagged(Optional.empty())).contains(ONE.root().digest());
    }

    ONE.assertIn(OciLayout.source(layout(), Optional.of("more")));
    ONE.assertIn(OciLayout.source(layout(), Optional.of("v1")));
  }

  @Test
  void what_is_there_is_known_by_its_tag() throws IOException {
    write(ONE, "v1");
    try (ImageTarget same = OciLayout.target(layout(), Optional.of("v1"));
        ImageTarget other = OciLayout.target(layout(), Optional.of("v2"));
        ImageTarget none = OciLayout.target(temp.resolve("none"), Optional.of("v2"));
        ImageSource existing = same.existing().orElseThrow()) {
      assertThat(existing.root()).isEqualTo(ONE.root());
      assertThat(other.existing()).isEmpty();
      assertThat(none.existing()).isEmpty();
      assertThat(none.tagged(Optional.empty())).isEmpty();
      assertThat(none.hasBlob(ONE.layer(0))).isFalse();
    }
    assertThat(temp.resolve("none")).doesNotExist();
  }

  // ---- many at once

  @Test
  void eight_threads_lose_no_tag() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String name = "t" + i;
        runs.add(threads.submit((Callable<Void>) () -> tagFive(name)));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }

    for (int i = 0; i < 40; i++) {
      imageOf("t" + i / 5 + "-" + i % 5)
          .assertIn(OciLayout.source(layout(), Optional.of("t" + i / 5 + "-" + i % 5)));
    }
  }

  @Test
  void a_layout_that_another_thread_is_making_is_one() throws Exception {
    for (int i = 0; i < 300; i++) {
      Path layout = Files.createDirectory(temp.resolve("l" + i));
      CompletableFuture<Void> making =
          CompletableFuture.runAsync(
              () -> {
                try (ImageTarget target = OciLayout.target(layout, Optional.of("a"))) {
                  target.pushManifest(ONE.root());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      while (!making.isDone()) {
        OciLayout.target(layout, Optional.of("b")).close();
      }
      making.get();
    }
  }

  private static LocalImage imageOf(String name) {
    return LocalImage.of(tar().file("same", "in all"), tar().file("name", name));
  }

  private Void tagFive(String name) throws IOException {
    writeFive(layout(), name);
    return null;
  }

  private static void writeFive(Path layout, String name) throws IOException {
    for (int i = 0; i < 5; i++) {
      imageOf(name + "-" + i).writeTo(OciLayout.target(layout, Optional.of(name + "-" + i)));
    }
  }

  /** A process that tags. */
  static final class Tagger {
    private Tagger() {}

    public static void main(String[] args) throws IOException {
      writeFive(Path.of(args[0]), args[1]);
    }
  }

  @Test
  void eight_processes_lose_no_tag() throws Exception {
    List<Process> processes = new ArrayList<>();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    try {
      for (int i = 0; i < 8; i++) {
        processes.add(
            new ProcessBuilder(
                    java.toString(),
                    "-Xshare:auto",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Tagger.class.getName(),
                    layout().toString(),
                    "p" + i)
                .inheritIO()
                .start());
      }
      for (Process process : processes) {
        assertThat(process.waitFor()).isZero();
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }

    for (int i = 0; i < 40; i++) {
      String name = "p" + i / 5 + "-" + i % 5;
      imageOf(name).assertIn(OciLayout.source(layout(), Optional.of(name)));
    }
  }

  // ---- blobs

  @Test
  void a_blob_is_there_when_it_is_whole() throws IOException {
    Descriptor layer = ONE.layer(0);
    byte[] bytes = ONE.blobs().get(layer);
    List<Long> sent = new ArrayList<>();
    try (ImageTarget target = OciLayout.target(layout(), Optional.of("v1"))) {
      InputStream watched =
          new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
              assertThat(blob(layer)).doesNotExist();
              return super.read(buffer, offset, Math.min(length, 100));
            }
          };
      target.pushBlob(layer, () -> watched, sent::add);

      assertThat(blob(layer)).hasBinaryContent(bytes);
      assertThat(target.hasBlob(layer)).isTrue();
    }
    assertThat(sent).hasSizeGreaterThan(1).startsWith(0L).endsWith(layer.size()).isSorted();
    assertThat(files(layout()))
        .containsExactly(".stargzify.lock", "blobs", "index.json", "oci-layout");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 200_000})
  void a_blob_of_other_bytes_is_not_written(int more) throws IOException {
    Descriptor layer = ONE.layer(0);
    byte[] bytes = new byte[(int) layer.size() + more];
    try (ImageTarget target = OciLayout.target(layout(), Optional.of("v1"))) {
      assertThatThrownBy(() -> target.pushBlob(layer, BlobContent.of(bytes), ByteListener.NONE))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("expected " + layer.digest() + " and " + layer.size() + " bytes")
          .hasMessageContaining(more > 0 ? "found more" : "found sha256:");
      assertThat(target.hasBlob(layer)).isFalse();
      assertThat(blob(layer)).doesNotExist();
    }
    assertThat(files(layout())).containsExactly(".stargzify.lock", "index.json", "oci-layout");
  }

  @Test
  void a_good_blob_that_is_there_stays() throws IOException {
    write(ONE, "v1");
    Object key = Files.getAttribute(blob(ONE.layer(0)), "unix:ino");
    try (ImageTarget target = OciLayout.target(layout(), Optional.of("v2"))) {
      assertThat(target.hasBlob(ONE.layer(0))).isTrue();
      target.pushBlob(
          ONE.layer(0),
          () -> {
            throw new IOException("nobody asked for these bytes");
          },
          ByteListener.NONE);
    }

    assertThat(Files.getAttribute(blob(ONE.layer(0)), "unix:ino")).isEqualTo(key);
  }

  @Test
  void a_damaged_blob_that_is_there_is_replaced() throws IOException {
    write(ONE, "v1");
    byte[] bytes = ONE.blobs().get(ONE.layer(0)).clone();
    bytes[20]++;
    Files.write(blob(ONE.layer(0)), bytes);
    try (ImageTarget target = OciLayout.target(layout(), Optional.of("v2"))) {
      assertThat(target.hasBlob(ONE.layer(0))).isFalse();
    }

    write(ONE, "v2");

    ONE.assertIn(OciLayout.source(layout(), Optional.of("v2")));
  }

  @Test
  void digests_of_other_algorithms_have_directories_of_their_own() throws Exception {
    byte[] bytes = "x".getBytes(UTF_8);
    ContentDigest digest = ContentDigest.of(java.security.MessageDigest.getInstance("SHA-512"));
    var hash = digest.newHash();
    hash.update(bytes);
    Descriptor blob = Descriptor.of("x/y", ContentDigest.of(hash), 1);
    try (ImageTarget target = OciLayout.target(layout(), Optional.of("v1"))) {
      target.pushBlob(blob, BlobContent.of(bytes), ByteListener.NONE);
      assertThat(target.hasBlob(blob)).isTrue();
    }

    assertThat(layout().resolve("blobs/sha512").resolve(blob.digest().hex())).hasContent("x");
  }

  @Test
  void an_interrupt_ends_a_copy_and_leaves_nothing() throws IOException {
    Descriptor layer = ONE.layer(0);
    try (ImageTarget target = OciLayout.target(layout(), Optional.of("v1"))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> target.pushBlob(layer, BlobContent.of(new byte[10]), x -> {}))
          .isInstanceOf(InterruptedIOException.class);
      assertThatThrownBy(() -> target.tag(ONE.root(), Optional.empty()))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(files(layout())).containsExactly("oci-layout");
  }

  // ---- what can't be

  @Test
  void a_directory_with_something_else_in_it_is_refused() throws IOException {
    Files.createFile(temp.resolve("file"));

    assertThatThrownBy(() -> OciLayout.target(temp, Optional.of("v1")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is no OCI layout, and not empty");
    assertThatThrownBy(() -> OciLayout.target(temp.resolve("file"), Optional.of("v1")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is no directory");
  }

  @Test
  void an_empty_directory_is_a_layout_to_be() throws IOException {
    Files.createDirectories(layout());
    Files.createFile(layout().resolve(".stargzify.lock"));
    Files.createDirectory(layout().resolve("stargzify-123"));

    write(ONE, "v1");

    ONE.assertIn(OciLayout.source(layout(), Optional.of("v1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@sha256:abc", "a b", "a\n", "/x", "ä"})
  void what_can_not_be_a_tag_is_refused(String tag) {
    assertThatThrownBy(() -> OciLayout.target(layout(), Optional.of(tag)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("can't be a tag");
  }

  @Test
  void a_broken_index_is_left_alone() throws IOException {
    write(ONE, "v1");
    Files.writeString(layout().resolve("index.json"), "{");

    assertThatThrownBy(() -> write(TWO, "v2"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("index.json");
    assertThat(index()).isEqualTo("{");
  }

  @Test
  void the_index_is_json_that_can_be_parsed() throws IOException {
    write(ONE, "v1");

    assertThat(JsonObject.parse(Files.readAllBytes(layout().resolve("index.json"))).fields())
        .hasSize(3);
  }
}
