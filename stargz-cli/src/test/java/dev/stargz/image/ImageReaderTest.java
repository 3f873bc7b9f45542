package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.DigestMismatchException;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocBudget;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which image of a reference is read, its layers, and what is said of those that can't be. */
class ImageReaderTest extends IndexFixture {
  private static final TarFixture UPPER =
      tar().file("bin/.wh.sh", "").file("bin/bash", "#!bash").end();

  /** Converts an image of these layers to {@code to:b}. */
  private void convert(TarFixture... layers) throws IOException {
    TestImage image = TestImage.in(from);
    for (TarFixture layer : layers) {
      image.layer(layer);
    }
    image.tag("a");
    convert();
    to.clearLog();
  }

  private ImageReader open(String... platform) throws IOException {
    return open(to.source("b"), platform);
  }

  private static ImageReader open(ImageSource source, String... platform) throws IOException {
    return ImageReader.open(source, List.of(platform).stream().map(Platform::parse).findFirst());
  }

  private static String text(FileTree tree, String path) throws IOException {
    try (InputStream in = tree.open(tree.lookUp(path))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  // ---- layers

  @Test
  void nothing_of_a_layer_is_fetched_until_it_is_asked_for() throws IOException {
    convert(BASE, APP);

    try (ImageReader image = open()) {
      assertThat(to.asked("open ranges")).isEmpty();
      assertThat(image.name()).isEqualTo("to:b");
      assertThat(image.manifest()).isEqualTo(to.tagged("b").orElseThrow());
      assertThat(image.platform()).contains(Platform.parse("linux/amd64"));
      assertThat(image.layers()).extracting(ImageLayer::number).containsExactly(1, 2);

      ImageLayer upper = image.layers().get(1);
      assertThat(upper.descriptor()).isEqualTo(layers().get(1));
      assertThat(upper.diffId().orElseThrow().toString()).isEqualTo(diffIds(config()).get(1));
      assertThat(upper.reader().toc().entries()).isNotEmpty();
      assertThat(upper.reader()).isSameAs(upper.reader());
      assertThat(to.asked("open ranges"))
          .containsExactly("open ranges " + upper.descriptor().digest());
    }
  }

  @Test
  void the_tree_is_that_of_all_layers_and_knows_which_a_file_is_from() throws IOException {
    convert(BASE, APP, UPPER);

    try (ImageReader image = open()) {
      FileTree tree = image.tree();

      assertThat(tree).isSameAs(image.tree());
      assertThat(tree.find("bin/sh")).isEmpty();
      assertThat(text(tree, "bin/bash")).isEqualTo("#!bash");
      assertThat(tree.lookUp("app").layer()).isEqualTo(1);
      assertThat(tree.root().children()).hasSize(2);
      assertThat(image.layers().get(2).tree().find("bin/.wh.sh")).isPresent();
    }
  }

  @Test
  void a_layer_that_occurs_twice_is_opened_once() throws IOException {
    convert(BASE, APP, BASE);

    try (ImageReader image = open()) {
      image.tree();

      assertThat(to.asked("open ranges")).hasSize(2);
      assertThat(image.layers().get(2).reader()).isSameAs(image.layers().get(0).reader());
    }
  }

  @Test
  void a_layer_without_files_and_an_image_without_layers_are_read() throws IOException {
    convert(EMPTY, BASE);
    TestImage.in(to).tag("none");

    try (ImageReader image = open();
        ImageReader none = open(to.source("none"))) {
      assertThat(image.tree().find("bin/sh")).isPresent();
      assertThat(none.layers()).isEmpty();
      assertThat(none.tree().root().children()).isEmpty();
    }
  }

  @Test
  void layers_are_opened_four_at_a_time() throws IOException {
    TarFixture[] layers = new TarFixture[7];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = tar().file("file" + i, "x").end();
    }
    convert(layers);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch four = new CountDownLatch(4);
    CountDownLatch five = new CountDownLatch(5);
    ImageSource source =
        new SourceBehind(to.source("b")) {
          @Override
          public RandomAccessSource openRanges(Descriptor descriptor) throws IOException {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            four.countDown();
            five.countDown();
            try {
              assertThat(four.await(10, TimeUnit.SECONDS)).isTrue();
              assertThat(five.await(20, TimeUnit.MILLISECONDS) || now.get() <= 4).isTrue();
              return super.openRanges(descriptor);
            } catch (InterruptedException e) {
              throw new InterruptedIOException();
            } finally {
              now.decrementAndGet();
            }
          }
        };

    try (ImageReader image = open(source)) {
      assertThat(image.tree().root().children()).hasSize(7);
    }
    assertThat(most).hasValue(4);
  }

  @Test
  @Timeout(30)
  void when_one_can_t_be_opened_the_others_aren_t_waited_for() throws IOException {
    convert(BASE, APP);
    Descriptor lower = layers().get(0);
    CountDownLatch stalled = new CountDownLatch(1);
    ImageSource source =
        new SourceBehind(to.source("b")) {
          @Override
          public RandomAccessSource openRanges(Descriptor descriptor) throws IOException {
            try {
              if (descriptor.equals(lower)) {
                stalled.await();
                throw new ImageException("refused");
              }
              stalled.countDown();
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              throw new InterruptedIOException();
            }
            return super.openRanges(descriptor);
          }
        };

    try (ImageReader image = open(source)) {
      assertThatThrownBy(image::tree).isInstanceOf(ImageException.class).hasMessage("refused");
    }
  }

  @Test
  void an_interrupt_ends_the_opening() throws IOException {
    convert(BASE, APP);

    try (ImageReader image = open()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(image::tree).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(image.tree().find("app")).isPresent(); // and another try is one
    }
  }

  @Test
  void a_closed_image_opens_no_layer() throws IOException {
    convert(BASE);
    ImageReader image = open();
    image.close();

    assertThatThrownBy(image.layers().get(0)::reader)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the image is closed");
  }

  /** A layer whose TOC takes some 100 kB. */
  private static TarFixture many(String name) {
    TarFixture layer = tar();
    for (int i = 0; i < 300; i++) {
      layer.file(name + i, "x");
    }
    return layer.end();
  }

  @Test
  void the_tocs_of_all_layers_share_what_memory_there_is() throws IOException {
    convert(many("a"), many("b"), many("c"));
    TocBudget enough = new TocBudget(2_000_000);
    TocBudget little = new TocBudget(200_000);

    try (ImageReader image = ImageReader.open(to.source("b"), Optional.empty(), enough);
        ImageReader large = ImageReader.open(to.source("b"), Optional.empty(), little)) {
      assertThat(image.tree().root().children()).hasSize(900);
      assertThat(large.layers().get(2).reader().toc().entries()).isNotEmpty();
      assertThatThrownBy(large::tree)
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("more than 200000 bytes of memory, with those of other layers");
    }
  }

  // ---- annotations

  /** Puts the image of {@code to:b} with another descriptor of its layer under {@code to:c}. */
  private ImageReader withLayer(UnaryOperator<Descriptor> change) throws IOException {
    Descriptor layer = change.apply(layers().get(0));
    JsonObject manifest = result().with("layers", new JsonArray(List.of(layer.json())));
    to.tag("c", to.put(manifest, MediaTypes.OCI_MANIFEST));
    return open(to.source("c"));
  }

  @Test
  void the_toc_must_have_the_digest_of_the_annotation() throws IOException {
    convert(BASE);
    String other = Digest.of(new byte[] {1}).toString();

    try (ImageReader image =
        withLayer(layer -> layer.withAnnotation(Annotations.TOC_DIGEST, other))) {
      assertThatThrownBy(image.layers().get(0)::reader).isInstanceOf(DigestMismatchException.class);
      assertThatThrownBy(image::tree)
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("to:c: layer 1, sha256:")
          .hasMessageContaining(other);
    }
  }

  @Test
  void an_annotation_that_is_no_digest_is_an_error_that_names_it() throws IOException {
    convert(BASE);

    try (ImageReader image =
        withLayer(layer -> layer.withAnnotation(Annotations.TOC_DIGEST, "md5:1"))) {
      assertThatThrownBy(image::tree)
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("its annotation " + Annotations.TOC_DIGEST + " is malformed");
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "99999999999", "99999999999999999999", "-1", "''", "x"})
  void an_offset_in_an_annotation_is_a_hint_alone(String offset) throws IOException {
    convert(BASE);

    try (ImageReader image =
        withLayer(layer -> layer.withAnnotation(Annotations.TOC_OFFSET, offset))) {
      assertThat(image.tree().find("bin/sh")).isPresent();
    }
  }

  @Test
  void without_annotations_a_layer_is_read_all_the_same() throws IOException {
    convert(BASE);

    try (ImageReader image = withLayer(layer -> layer.without("annotations"))) {
      assertThat(image.tree().find("bin/sh")).isPresent();
    }
  }

  // ---- layers that can't be read

  @Test
  void a_layer_that_is_no_stargz_is_named_with_what_to_do() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).tag("a");

    try (ImageReader image = open(from.source("a"))) {
      Descriptor layer = image.layers().get(0).descriptor();
      assertThatThrownBy(image.layers().get(0)::reader).isInstanceOf(NotStargzException.class);
      assertThatThrownBy(image::tree)
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith(
              "from:a: layer 1, "
                  + layer.digest()
                  + " (application/vnd.oci.image.layer.v1.tar+gzip) is no stargz: ")
          .hasMessageContaining("convert the image first: stargzify SRC DST. If this is what")
          .hasMessageEndingWith("--layer N shows the others");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/vnd.oci.image.layer.v1.tar+zstd, it is compressed with zstd",
    "application/vnd.docker.image.rootfs.diff.tar.zstd, it is compressed with zstd",
    "application/vnd.oci.image.layer.v1.tar, it is a plain tar",
    "application/vnd.docker.image.rootfs.diff.tar, it is a plain tar",
    "application/vnd.oci.image.layer.v1.tar+gzip+encrypted, it is encrypted",
  })
  void what_a_media_type_says_needs_no_request(String type, String reason) throws IOException {
    TestImage.in(from).layer(type, new byte[100], BASE.bytes()).tag("a");

    try (ImageReader image = open(from.source("a"))) {
      assertThatThrownBy(image.layers().get(0)::reader).isInstanceOf(NotStargzException.class);
      assertThatThrownBy(image::tree).hasMessageContaining(reason).hasMessageContaining(type);
      assertThat(from.asked("open ranges")).isEmpty();
      try (RandomAccessSource blob = image.layers().get(0).openBlob()) {
        assertThat(blob.readTail(10).size()).isEqualTo(100);
      }
    }
  }

  @Test
  void a_layer_that_is_kept_elsewhere_is_told_as_one() throws IOException {
    Descriptor foreign =
        Descriptor.of(MediaTypes.DOCKER_FOREIGN_GZIP, ContentDigest.of(new byte[1]), 1);
    TestImage.in(from).layer(foreign, foreign.digest().toString()).tag("a");

    try (ImageReader image = open(from.source("a"))) {
      assertThatThrownBy(image::tree)
          .hasMessageContaining("layer 1, " + foreign.digest())
          .hasMessageContaining("is kept elsewhere")
          .hasMessageContaining("--include-foreign");
    }
  }

  @Test
  void of_several_layers_that_can_t_be_read_the_lowest_is_told() throws IOException {
    convert(BASE, APP, UPPER);
    layers().subList(1, 3).forEach(layer -> to.damage(layer.digest(), null));

    try (ImageReader image = open()) {
      assertThatThrownBy(image::tree)
          .isInstanceOf(BlobMissingException.class)
          .hasMessageContaining(layers().get(1).digest().toString());
    }
  }

  @Test
  void a_damaged_layer_is_named() throws IOException {
    convert(BASE, APP);
    Descriptor layer = layers().get(1);
    byte[] bytes = to.blob(layer.digest()).clone();
    bytes[bytes.length - 100] ^= 1;
    to.damage(layer.digest(), bytes);

    try (ImageReader image = open()) {
      assertThatThrownBy(image::tree)
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("to:b: layer 2, " + layer.digest());
    }
  }

  // ---- which image

  private RawManifest image(String platform, String file) {
    return image(platform, TestImage.in(from).layer(tar().file(file, file).end()));
  }

  private static String json(Platform platform) {
    return String.format(
        "{\"architecture\":\"%s\",\"os\":\"%s\"%s}",
        platform.architecture(),
        platform.os(),
        platform.variant().map(each -> ",\"variant\":\"" + each + "\"").orElse(""));
  }

  private static String json(String platform) {
    return json(Platform.parse(platform));
  }

  @Test
  void of_an_index_the_image_for_a_platform_is_read_and_no_other() throws IOException {
    RawManifest amd64 = image(AMD64, "a");
    RawManifest arm64 = image(ARM64, "b");
    attestation(amd64, false);
    tag();

    try (ImageReader image = open(from.source("a"), "linux/arm64")) {
      assertThat(image.manifest()).isEqualTo(arm64);
      assertThat(image.name()).isEqualTo("from:a (linux/arm64/v8)");
      assertThat(from.asked("get manifest")).containsExactly("get manifest " + arm64.digest());
    }
  }

  @Test
  void without_a_word_it_is_the_one_for_this_machine() throws IOException {
    image(json("linux/s390"), "a");
    RawManifest own = image(json(Platform.ofMachine()), "b");
    tag();

    try (ImageReader image = open(from.source("a"))) {
      assertThat(image.manifest()).isEqualTo(own);
    }
  }

  @Test
  void the_only_image_of_an_index_is_it_whatever_it_is_for() throws IOException {
    RawManifest only = image(json("linux/s390"), "a");
    attestation(only, true);
    tag();

    try (ImageReader image = open(from.source("a"))) {
      assertThat(image.manifest()).isEqualTo(only);
      assertThat(image.name()).isEqualTo("from:a");
    }
    assertThatThrownBy(() -> open(from.source("a"), "linux/amd64"))
        .hasMessage("from:a: no image for linux/amd64; there are linux/s390");
  }

  @Test
  void where_there_is_none_for_this_machine_the_error_lists_what_there_is() throws IOException {
    image(json("linux/s390"), "a");
    image(json("windows/s390"), "b");
    tag();

    assertThatThrownBy(() -> open(from.source("a")))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "from:a: no image for "
                + Platform.ofMachine()
                + "; there are linux/s390, windows/s390: --platform chooses one");
  }

  @Test
  void of_several_variants_the_usual_one_is_meant() throws IOException {
    image(json("linux/arm/v5"), "a");
    RawManifest v7 = image(json("linux/arm/v7"), "b");
    RawManifest v6 = image(json("linux/arm/v6"), "c");
    tag();

    try (ImageReader usual = open(from.source("a"), "linux/arm");
        ImageReader named = open(from.source("a"), "linux/arm/v6")) {
      assertThat(usual.manifest()).isEqualTo(v7);
      assertThat(named.manifest()).isEqualTo(v6);
    }
  }

  @Test
  void what_speaks_of_an_image_is_none_by_its_mark_or_its_platform() throws IOException {
    RawManifest marked = TestImage.in(from).layer(BASE).put();
    RawManifest unknown = TestImage.in(from).layer(APP).put();
    add(marked, AMD64, "{\"vnd.docker.reference.type\":\"attestation-manifest\"}");
    add(unknown, UNKNOWN, "{}");
    RawManifest only = image(AMD64, "a");
    tag();

    try (ImageReader named = open(from.source("a"), "linux/amd64");
        ImageReader alone = open(from.source("a"))) {
      assertThat(named.manifest()).isEqualTo(only);
      assertThat(alone.manifest()).isEqualTo(only);
      assertThat(alone.name()).isEqualTo("from:a");
    }
  }

  @Test
  void an_entry_that_says_no_platform_has_that_of_its_config() throws IOException {
    RawManifest arm64 = TestImage.in(from).config(ARM64).layer(tar().file("a", "a").end()).put();
    image(AMD64, "b");
    entries.add(Descriptor.of(arm64).json());
    tag();

    try (ImageReader image = open(from.source("a"), "linux/arm64")) {
      assertThat(image.manifest()).isEqualTo(arm64);
    }
  }

  @Test
  void an_entry_that_says_no_platform_isn_t_read_if_another_fits() throws IOException {
    Descriptor gone = Descriptor.of(MediaTypes.OCI_MANIFEST, ContentDigest.of(new byte[1]), 1);
    entries.add(gone.json());
    RawManifest arm64 = image(ARM64, "a");
    tag();

    try (ImageReader image = open(from.source("a"), "linux/arm64")) {
      assertThat(image.manifest()).isEqualTo(arm64);
    }
    assertThatThrownBy(() -> open(from.source("a"), "linux/s390"))
        .isInstanceOf(BlobMissingException.class);
  }

  @Test
  void an_index_in_an_index_is_looked_through() throws IOException {
    RawManifest amd64 = image(AMD64, "a");
    RawManifest inner = tag();
    entries.clear();
    entries.add(Descriptor.of(inner).json());
    tag();

    try (ImageReader image = open(from.source("a"), "linux/amd64")) {
      assertThat(image.manifest()).isEqualTo(amd64);
    }
  }

  @Test
  void an_index_without_images_is_an_error() throws IOException {
    attestation(TestImage.in(from).layer(BASE).put(), false);
    tag();

    assertThatThrownBy(() -> open(from.source("a"))).hasMessage("from:a: the index names no image");
  }

  @Test
  void a_manifest_for_another_platform_than_wanted_is_an_error() throws IOException {
    TestImage.in(from).layer(BASE).tag("a");

    assertThatThrownBy(() -> open(from.source("a"), "linux/arm64"))
        .hasMessage("from:a: no image for linux/arm64; there is one for linux/amd64");
  }

  @Test
  void what_is_no_image_is_told_by_its_kind() throws IOException {
    from.tag("old", from.put(TestImage.object("{\"schemaVersion\":1}"), MediaTypes.DOCKER_SCHEMA1));
    Descriptor chart = from.put("application/vnd.cncf.helm.config.v1+json", new byte[2]);
    from.tag(
        "chart",
        from.put(
            TestImage.object("{\"schemaVersion\":2}").with("config", chart.json()),
            MediaTypes.OCI_MANIFEST));

    assertThatThrownBy(() -> open(from.source("old"))).hasMessageContaining("schema 1");
    assertThatThrownBy(() -> open(from.source("chart")))
        .hasMessageContaining("is no image")
        .hasMessageEndingWith("found application/vnd.cncf.helm.config.v1+json");
  }

  @Test
  void an_image_whose_config_speaks_of_other_layers_is_refused() throws IOException {
    TestImage.in(from).layer(BASE).layer(APP).withoutLastDiffId().tag("a");

    assertThatThrownBy(() -> open(from.source("a")))
        .hasMessageContaining("2 layers, but the config has 1 diff_ids");
  }
}
