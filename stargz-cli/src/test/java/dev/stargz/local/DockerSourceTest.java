package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static dev.stargz.local.DockerTar.config;
import static dev.stargz.local.DockerTar.image;
import static dev.stargz.local.DockerTar.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.BlobMissingException;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.JsonObject;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker archives that have a {@code manifest.json} and no OCI layout. */
class DockerSourceTest {
  private static final byte[] LOWER = tar().file("a", "lower").bytes();
  private static final byte[] UPPER = tar().file("a", "upper").bytes();

  @TempDir Path directory;

  private ImageSource open(TarFixture tar) throws IOException {
    return DockerArchive.source(
        DockerTar.write(directory, tar), Optional.empty(), Optional.empty());
  }

  private ImageSource open(TarFixture tar, String reference) throws IOException {
    return DockerArchive.source(
        DockerTar.write(directory, tar), Optional.of(reference), Optional.empty());
  }

  private static TarFixture plain() {
    return tar()
        .file("c.json", config(LOWER, UPPER))
        .file("l/layer.tar", LOWER)
        .file("u/layer.tar", UPPER)
        .file("manifest.json", manifest(image("c.json", "['x:1']", "l/layer.tar", "u/layer.tar")));
  }

  private static List<Descriptor> layers(ImageSource source) throws IOException {
    JsonObject json = JsonObject.parse(source.root().bytes());
    return json.array("layers").orElseThrow().objects().map(Descriptor::of).toList();
  }

  private static byte[] read(ImageSource source, Descriptor blob) throws IOException {
    try (var in = source.openBlob(blob)) {
      return in.readAllBytes();
    }
  }

  // ---- what it shows

  @Test
  void an_image_is_shown_by_a_manifest_of_docker_s_kind() throws IOException {
    try (ImageSource source = open(plain())) {
      RawManifest root = source.root();
      JsonObject json = JsonObject.parse(root.bytes());

      assertThat(root.mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
      assertThat(json.fields().keySet())
          .containsExactly("schemaVersion", "mediaType", "config", "layers");
      Descriptor config = Descriptor.of(json.object("config").orElseThrow());
      assertThat(config.mediaType()).isEqualTo(MediaTypes.DOCKER_CONFIG);
      assertThat(read(source, config)).isEqualTo(DockerTar.bytes(config(LOWER, UPPER)));
      assertThat(layers(source))
          .containsExactly(
              Descriptor.of(MediaTypes.DOCKER_LAYER, ContentDigest.of(LOWER), LOWER.length),
              Descriptor.of(MediaTypes.DOCKER_LAYER, ContentDigest.of(UPPER), UPPER.length));
      assertThat(read(source, layers(source).get(1))).isEqualTo(UPPER);
      assertThat(source.manifest(Descriptor.of(root))).isEqualTo(root);
      assertThat(source.warnings()).isEmpty();
    }
  }

  @Test
  void the_manifest_is_the_same_each_time() throws IOException {
    try (ImageSource first = open(plain());
        ImageSource second = open(plain())) {
      assertThat(first.root()).isEqualTo(second.root());
    }
  }

  @Test
  void compressed_layers_have_the_type_and_digest_of_what_is_in_the_archive() throws IOException {
    byte[] gzip = tar().file("a", "lower").gzip(1000);
    byte[] zstd = tar().file("a", "upper").zstd();
    TarFixture archive =
        tar()
            .file("manifest.json", manifest(image("c", "null", "l.tar.gz", "u.tar")))
            .file("l.tar.gz", gzip)
            .file("u.tar", zstd)
            .file("c", config(LOWER, UPPER));

    try (ImageSource source = open(archive)) {
      assertThat(layers(source))
          .containsExactly(
              Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, ContentDigest.of(gzip), gzip.length),
              Descriptor.of(MediaTypes.DOCKER_LAYER_ZSTD, ContentDigest.of(zstd), zstd.length));
      assertThat(read(source, layers(source).get(0))).isEqualTo(gzip);
    }
  }

  @Test
  void names_may_start_with_a_dot_and_members_come_in_any_order() throws IOException {
    TarFixture archive =
        tar()
            .file("./l/layer.tar", LOWER)
            .file("./manifest.json", manifest(image("./c.json", "null", "l/layer.tar")))
            .dir("./l/")
            .file("repositories", "{nonsense")
            .file("./c.json", config(LOWER));

    try (ImageSource source = open(archive)) {
      assertThat(layers(source)).hasSize(1);
    }
  }

  @Test
  void the_same_layer_twice_may_be_a_link_as_docker_save_writes_it() throws IOException {
    TarFixture archive =
        tar()
            .dir("one/")
            .file("one/layer.tar", LOWER)
            .dir("two/")
            .symlink("two/layer.tar", "../one/layer.tar")
            .hardlink("three.tar", "two/layer.tar")
            .file("c.json", config(LOWER, LOWER, LOWER))
            .file(
                "manifest.json",
                manifest(image("c.json", "null", "one/layer.tar", "two/layer.tar", "three.tar")));

    try (ImageSource source = open(archive)) {
      assertThat(layers(source)).hasSize(3).containsOnly(layers(source).get(0));
      assertThat(read(source, layers(source).get(1))).isEqualTo(LOWER);
    }
  }

  @Test
  void an_archive_compressed_with_gzip_is_spooled() throws IOException {
    Path file = Files.write(directory.resolve("a.tar.gz"), Gzip.member(plain().bytes()));
    Path temp = Files.createDirectory(directory.resolve("temp"));

    try (ImageSource source = DockerArchive.source(file, Optional.empty(), Optional.of(temp))) {
      assertThat(layers(source)).hasSize(2);
      assertThat(read(source, layers(source).get(0))).isEqualTo(LOWER);
      assertThat(temp).isNotEmptyDirectory();
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void other_compressions_are_refused_by_name() throws IOException {
    Path file = Files.write(directory.resolve("a.tar.zst"), plain().zstd());

    assertThatThrownBy(() -> DockerArchive.source(file, Optional.empty(), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is compressed with zstd");
  }

  @Test
  void what_is_not_in_it_is_missing() throws IOException {
    Descriptor other = Descriptor.of("x", ContentDigest.of(new byte[1]), 1);
    try (ImageSource source = open(plain())) {
      assertThatThrownBy(() -> source.openBlob(other)).isInstanceOf(BlobMissingException.class);
      assertThatThrownBy(() -> source.manifest(other)).isInstanceOf(BlobMissingException.class);
    }
  }

  @Test
  void layers_are_stepped_over_however_large_they_are() throws IOException {
    byte[] large = tar().file("large", TarFixture.pattern(5 << 20)).bytes();
    TarFixture archive =
        tar()
            .file("l.tar", large)
            .file("c", config(large, LOWER))
            .file("m.tar", LOWER)
            .file("manifest.json", manifest(image("c", "null", "l.tar", "m.tar")));

    try (ImageSource source = open(archive)) {
      assertThat(read(source, layers(source).get(0))).isEqualTo(large);
      assertThat(read(source, layers(source).get(1))).isEqualTo(LOWER);
    }
  }

  // ---- choosing

  private static TarFixture several() {
    return tar()
        .file("c1", config(LOWER))
        .file("c2", config(UPPER))
        .file("l.tar", LOWER)
        .file("u.tar", UPPER)
        .file(
            "manifest.json",
            manifest(
                image("c1", "['app:1','docker.io/library/app:latest']", "l.tar"),
                image("c2", "['quay.io/a/app:1']", "u.tar")));
  }

  @ParameterizedTest
  @CsvSource({
    "app:1, lower",
    "docker.io/library/app:1, lower",
    "index.docker.io/app:1, lower",
    "app, lower",
    "@0, lower",
    "quay.io/a/app:1, upper",
    "@1, upper"
  })
  void an_image_is_chosen_by_its_name_or_position(String reference, String layer)
      throws IOException {
    try (ImageSource source = open(several(), reference)) {
      assertThat(read(source, layers(source).get(0)))
          .isEqualTo(layer.equals("lower") ? LOWER : UPPER);
      assertThat(source.name()).endsWith("a.tar:" + reference);
    }
  }

  @Test
  void several_images_and_no_choice_is_an_error_that_lists_them() {
    assertThatThrownBy(() -> open(several()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(
            "a.tar has several images: choose one by its name or by @N; it has @0 (app:1"
                + " docker.io/library/app:latest), @1 (quay.io/a/app:1)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"app:2", "library/app/x", "@2", "@-1", "@x", ""})
  void a_choice_that_is_not_there_is_an_error_that_lists_them(String reference) {
    assertThatThrownBy(() -> open(several(), reference))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("has no image '" + reference + "'; it has @0 (app:1");
  }

  @Test
  void two_images_of_one_name_are_an_error() {
    TarFixture archive =
        tar()
            .file("c1", config(LOWER))
            .file("l.tar", LOWER)
            .file(
                "manifest.json",
                manifest(image("c1", "['a']", "l.tar"), image("c1", "['a:latest']", "l.tar")));

    assertThatThrownBy(() -> open(archive, "a"))
        .hasMessageContaining("has several images of the name 'a'");
  }

  // ---- what is wrong

  private void assertRefused(TarFixture archive, String... message) {
    assertThatThrownBy(
            () -> {
              try (ImageSource source = open(archive)) {
                source.root();
              }
            })
        .isInstanceOf(ImageException.class)
        .hasMessageContainingAll(message)
        .hasMessageStartingWith("docker-archive:" + directory);
    assertThat(files()).containsExactly("a.tar");
  }

  private List<String> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static TarFixture archive(String config, String... layers) {
    return tar()
        .file("c.json", config)
        .file("manifest.json", manifest(image("c.json", "null", layers)));
  }

  @Test
  void layers_in_each_other_s_place() {
    assertRefused(
        archive(config(LOWER, UPPER), "u", "l").file("l", LOWER).file("u", UPPER),
        "layer 'u'",
        "expected the diff_id " + ContentDigest.of(LOWER),
        "found " + ContentDigest.of(UPPER));
  }

  @Test
  void a_compressed_layer_in_another_one_s_place() {
    assertRefused(
        archive(config(LOWER), "l").file("l", Gzip.member(UPPER)), "layer 'l'", "diff_id");
  }

  @Test
  void a_compressed_layer_that_is_damaged() {
    byte[] gzip = Gzip.member(UPPER);
    gzip[gzip.length - 1]++;
    assertRefused(archive(config(UPPER), "l").file("l", gzip), "layer 'l'");
  }

  @Test
  void a_layer_that_is_not_there() {
    assertRefused(
        archive(config(LOWER), "l"), "has no member 'l', a layer that manifest.json names");
  }

  @Test
  void a_config_that_is_not_there() {
    assertRefused(
        tar().file("manifest.json", manifest(image("c", "null"))),
        "has no member 'c', the config that manifest.json names");
  }

  @Test
  void a_layer_too_few_or_too_many() {
    assertRefused(
        archive(config(LOWER), "l", "l").file("l", LOWER),
        "the config has 1 diff_ids, and manifest.json names 2 layers");
    assertRefused(archive(config(LOWER)), "1 diff_ids", "names 0 layers");
  }

  @Test
  void json_that_is_none() {
    assertRefused(tar().file("manifest.json", "{"), "manifest.json: not a JSON document");
    assertRefused(tar().file("manifest.json", "{}"), "manifest.json: expected a list");
    assertRefused(tar().file("manifest.json", "[{}]"), "an image without Config");
    assertRefused(tar().file("manifest.json", "[]"), "has no image; it has none");
    assertRefused(archive("[]", "l").file("l", LOWER), "config 'c.json'");
  }

  @Test
  void json_that_is_nested_without_end() {
    assertRefused(tar().file("manifest.json", "[".repeat(100_000)), "manifest.json");
    assertRefused(archive("{\"a\":".repeat(100_000), "l"), "config 'c.json'");
  }

  @Test
  void no_manifest() {
    assertRefused(tar().file("x", "y"), "is no docker archive: it has no member 'manifest.json'");
  }

  @Test
  void no_file() {
    assertThatThrownBy(
            () ->
                DockerArchive.source(
                    directory.resolve("gone.tar"), Optional.empty(), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("gone.tar: there is no such file");
    assertThatThrownBy(() -> DockerArchive.source(directory, Optional.empty(), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is a directory: expected a tar");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[17,IMAGE]",
        "[null,IMAGE]",
        "['x',IMAGE]",
        "{}",
        "[{'Config':'c','Layers':['l',17]}]",
        "[{'Config':'c','Layers':[null]}]",
        "[{'Config':'c','Layers':'l'}]",
        "[{'Config':'c','Layers':['l'],'RepoTags':[17]}]",
        "[{'Config':17,'Layers':['l']}]"
      })
  void what_would_shift_the_positions_of_images_or_layers(String json) {
    String manifest = DockerTar.json(json.replace("IMAGE", "{'Config':'c','Layers':['l']}"));

    assertRefused(
        tar().file("manifest.json", manifest).file("c", config(LOWER)).file("l", LOWER),
        "manifest.json");
  }

  @Test
  void no_layers_and_no_names_may_be_null_or_absent() throws IOException {
    for (String fields : List.of("", ",'Layers':null,'RepoTags':null")) {
      String manifest = DockerTar.json("[{'Config':'c'" + fields + "}]");
      try (ImageSource source = open(tar().file("manifest.json", manifest).file("c", config()))) {
        assertThat(layers(source)).isEmpty();
      }
    }
  }

  /** As docker 20.10 saves two images that share a layer. */
  @Test
  void images_that_share_a_layer_by_a_link_are_told_apart() throws IOException {
    TarFixture archive =
        tar()
            .file("1/layer.tar", LOWER)
            .file("1/json", "{}")
            .symlink("2/layer.tar", "../1/layer.tar")
            .file("3/layer.tar", UPPER)
            .file("c1.json", config(LOWER))
            .file("c2.json", config(LOWER, UPPER))
            .file(
                "manifest.json",
                manifest(
                    image("c1.json", "['app:1']", "1/layer.tar"),
                    image("c2.json", "['app:2']", "2/layer.tar", "3/layer.tar")));

    for (String reference : List.of("@1", "app:2")) {
      try (ImageSource source = open(archive, reference)) {
        assertThat(layers(source)).hasSize(2);
        assertThat(read(source, layers(source).get(0))).isEqualTo(LOWER);
        assertThat(read(source, layers(source).get(1))).isEqualTo(UPPER);
      }
    }
    try (ImageSource source = open(archive, "@0")) {
      assertThat(layers(source)).hasSize(1);
    }
  }
}
