package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.JsonScalar;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker archives as Docker 25 and later write them: with an OCI layout, whole or not. */
class HybridSourceTest {
  private static final LocalImage AMD = LocalImage.of(tar().file("a", "amd"));
  private static final LocalImage ARM = LocalImage.forPlatform("arm64", tar().file("a", "arm"));
  private static final LocalImage BOTH = LocalImage.index(AMD, ARM);

  @TempDir Path directory;

  private final Map<String, byte[]> members = new LinkedHashMap<>();

  private void put(LocalImage image) {
    image.blobs().forEach((blob, bytes) -> put(blob.digest(), bytes));
    image.children().forEach(child -> put(child.digest(), child.bytes()));
    put(image.root().digest(), image.root().bytes());
  }

  private void put(ContentDigest digest, byte[] bytes) {
    members.put("blobs/sha256/" + digest.hex(), bytes);
  }

  private void drop(ContentDigest digest) {
    assertThat(members.remove("blobs/sha256/" + digest.hex())).isNotNull();
  }

  private void put(String name, String json) {
    members.put(name, DockerTar.json(json).getBytes(UTF_8));
  }

  /** The layout's side. */
  private void index(String manifests) {
    put("oci-layout", "{'imageLayoutVersion':'1.0.0'}");
    put("index.json", "{'schemaVersion':2,'manifests':" + manifests + "}");
  }

  private static String entry(RawManifest root, String name, String tag) {
    return new String(
        Descriptor.of(root)
            .withAnnotation("io.containerd.image.name", "docker.io/library/" + name)
            .withAnnotation("org.opencontainers.image.ref.name", tag)
            .json()
            .toBytes(),
        UTF_8);
  }

  /** Docker's side. */
  private void manifest(String... entries) {
    put("manifest.json", "[" + String.join(",", entries) + "]");
  }

  private static String image(LocalImage image, String tags) {
    JsonObject json = JsonObject.parse(image.root().bytes());
    String config = path(json.object("config").orElseThrow());
    List<String> layers =
        json.array("layers").orElseThrow().objects().map(HybridSourceTest::path).toList();
    return DockerTar.image(config, tags, layers.toArray(String[]::new));
  }

  private static String path(JsonObject descriptor) {
    return "blobs/sha256/" + Descriptor.of(descriptor).digest().hex();
  }

  private ImageSource open(Optional<String> reference) throws IOException {
    TarFixture tar = tar().dir("blobs/").dir("blobs/sha256/");
    members.forEach(tar::file);
    return DockerArchive.source(DockerTar.write(directory, tar), reference, Optional.empty());
  }

  private ImageSource open() throws IOException {
    return open(Optional.empty());
  }

  private void assertReadFromManifestJson(LocalImage image) throws IOException {
    try (ImageSource source = open()) {
      assertThat(source.root().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
      assertThat(new String(source.root().bytes(), UTF_8))
          .contains(image.layer(0).digest().toString());
    }
  }

  @Test
  void the_layout_is_taken_when_it_is_whole() throws IOException {
    put(AMD);
    index("[" + entry(AMD.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));

    AMD.assertIn(open());
    AMD.assertIn(open(Optional.of("app:1")));
    AMD.assertIn(open(Optional.of("@0")));
  }

  @Test
  void an_index_of_several_platforms_is_taken_as_it_is() throws IOException {
    put(BOTH);
    index("[" + entry(BOTH.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));

    try (ImageSource source = open()) {
      assertThat(source.warnings()).isEmpty();
    }
    BOTH.assertIn(open());
  }

  @Test
  void an_archive_without_manifest_json_may_have_a_layout() throws IOException {
    put(ARM);
    index("[" + entry(ARM.root(), "app:1", "1") + "]");

    ARM.assertIn(open());
    ARM.assertIn(open(Optional.of("docker.io/app:1")));
    assertThatThrownBy(() -> open(Optional.of("app:2"))).isInstanceOf(ImageException.class);
  }

  @Test
  void several_images_are_told_apart_by_their_names() throws IOException {
    put(AMD);
    put(ARM);
    index("[" + entry(AMD.root(), "a:1", "1") + "," + entry(ARM.root(), "b:1", "1") + "]");
    manifest(image(AMD, "['a:1']"), image(ARM, "['b:1']"));

    AMD.assertIn(open(Optional.of("a:1")));
    ARM.assertIn(open(Optional.of("b:1")));
    ARM.assertIn(open(Optional.of("@1")));
    assertThatThrownBy(this::open).hasMessageContaining("has several images");
  }

  // ---- what Docker 25.0.0 wrote

  @Test
  void a_layout_without_images_is_not_taken() throws IOException {
    put(AMD);
    index("null");
    manifest(image(AMD, "null"));

    assertReadFromManifestJson(AMD);
  }

  @Test
  void a_layout_whose_image_has_no_layers_is_not_taken() throws IOException {
    put(AMD);
    for (JsonObject broken :
        List.of(
            JsonObject.parse(AMD.root().bytes()).with("layers", JsonArray.EMPTY),
            JsonObject.parse(AMD.root().bytes()).with("layers", new JsonScalar("null", "null")))) {
      RawManifest root = RawManifest.of(broken.toBytes(), MediaTypes.OCI_MANIFEST);
      put(root.digest(), root.bytes());
      index("[" + entry(root, "app:1", "1") + "]");
      manifest(image(AMD, "['app:1']"));

      assertReadFromManifestJson(AMD);
    }
  }

  @Test
  void a_layout_without_its_manifest_or_index_json_is_not_taken() throws IOException {
    put(AMD);
    index("[" + entry(AMD.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));
    drop(AMD.root().digest());
    assertReadFromManifestJson(AMD);

    members.remove("index.json");
    assertReadFromManifestJson(AMD);
  }

  // ---- platforms that were never pulled

  @Test
  void platforms_that_are_not_there_are_dropped_with_a_warning() throws IOException {
    put(BOTH);
    drop(ARM.root().digest());
    index("[" + entry(BOTH.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));

    assertOnlyAmd();
  }

  private void assertOnlyAmd() throws IOException {
    try (ImageSource source = open()) {
      JsonObject index = JsonObject.parse(source.root().bytes());
      assertThat(source.root().mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
      assertThat(source.root().digest()).isEqualTo(ContentDigest.of(source.root().bytes()));
      assertThat(index.find("x-unknown")).isPresent();
      List<Descriptor> left =
          index.array("manifests").orElseThrow().objects().map(Descriptor::of).toList();
      assertThat(left).extracting(Descriptor::digest).containsExactly(AMD.root().digest());
      assertThat(source.manifest(left.get(0))).isEqualTo(AMD.root());
      assertThat(source.warnings())
          .containsExactly(
              "docker-archive:"
                  + directory.resolve("a.tar")
                  + ": linux/arm64 is named by the index and isn't in the archive: dropped");
    }
  }

  @Test
  void a_platform_without_its_layers_is_not_there() throws IOException {
    put(BOTH);
    drop(ARM.layer(0).digest());
    index("[" + entry(BOTH.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));

    assertOnlyAmd();
  }

  @Test
  void the_attestation_of_a_platform_that_is_not_there_goes_with_it() throws IOException {
    JsonObject index = JsonObject.parse(BOTH.root().bytes());
    LocalImage statement = LocalImage.of(tar().file("in-toto", "{}"));
    var entries = new ArrayList<>(index.array("manifests").orElseThrow().values());
    entries.add(
        Descriptor.of(statement.root())
            .withAnnotation("vnd.docker.reference.type", "attestation-manifest")
            .withAnnotation("vnd.docker.reference.digest", ARM.root().digest().toString())
            .json());
    RawManifest root =
        RawManifest.of(
            index.with("manifests", new JsonArray(entries)).toBytes(), MediaTypes.OCI_INDEX);
    put(BOTH);
    put(statement);
    drop(ARM.root().digest());
    put(root.digest(), root.bytes());
    index("[" + entry(root, "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));

    assertOnlyAmd();
  }

  @Test
  void an_index_of_which_nothing_is_there_is_not_taken() throws IOException {
    put(BOTH);
    drop(ARM.root().digest());
    drop(AMD.root().digest());
    index("[" + entry(BOTH.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));

    assertReadFromManifestJson(AMD);
  }

  @Test
  void a_manifest_of_other_bytes_is_an_error() throws IOException {
    put(AMD);
    byte[] bytes = AMD.root().bytes().clone();
    bytes[5]++;
    put(AMD.root().digest(), bytes);
    index("[" + entry(AMD.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));

    assertThatThrownBy(this::open)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void links_between_blobs_do_no_harm() throws IOException {
    put(AMD);
    index("[" + entry(AMD.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));
    String blob = "blobs/sha256/" + AMD.layer(0).digest().hex();
    members.remove(blob);
    TarFixture tar = tar().symlink(blob, "/etc/passwd");
    members.forEach(tar::file);
    Path file = DockerTar.write(directory, tar);

    assertThatThrownBy(() -> DockerArchive.source(file, Optional.empty(), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("leads out of the archive");
  }

  // ---- a layout that is odd

  private void assertOddLayoutIsNotTaken() throws IOException {
    manifest(image(AMD, "['app:1']"));
    assertReadFromManifestJson(AMD);
    members.remove("manifest.json");
    assertThatThrownBy(this::open)
        .isInstanceOf(ImageException.class)
        .hasMessageNotContaining("that is whole")
        .hasMessageStartingWith("docker-archive:" + directory);
  }

  @Test
  void a_layout_of_another_version_is_not_taken() throws IOException {
    put(AMD);
    index("[" + entry(AMD.root(), "app:1", "1") + "]");
    put("oci-layout", "{'imageLayoutVersion':'2.0.0'}");

    assertOddLayoutIsNotTaken();
  }

  @Test
  void an_index_that_is_none_is_not_taken() throws IOException {
    put(AMD);
    index("[]");
    for (String odd : List.of("{", "[]", " ".repeat(LayoutIndex.MAX_SIZE + 1))) {
      put("index.json", odd);

      assertOddLayoutIsNotTaken();
    }
  }

  @Test
  void an_entry_that_is_no_descriptor_is_not_taken() throws IOException {
    put(AMD);
    String digest = AMD.root().digest().toString();
    for (String odd :
        List.of(
            "{'size':1}",
            "{'digest':'" + digest + "'}",
            "{'digest':'sha256:../../x','size':1}",
            "{'digest':'" + digest + "','size':-1}")) {
      index("[" + odd + "]");

      assertOddLayoutIsNotTaken();
    }
  }

  @Test
  void an_entry_that_is_no_manifest_is_not_taken() throws IOException {
    put(AMD);
    for (byte[] odd : List.of("no JSON".getBytes(UTF_8), new byte[RawManifest.MAX_SIZE + 1])) {
      put(ContentDigest.of(odd), odd);
      index("[" + entry(RawManifest.of(odd, MediaTypes.OCI_MANIFEST), "app:1", "1") + "]");

      assertOddLayoutIsNotTaken();
    }
  }

  @Test
  void a_name_twice_is_an_error_on_either_side() throws IOException {
    put(AMD);
    index("[" + entry(AMD.root(), "app:1", "1") + "]");
    manifest(image(AMD, "['app:1']"));
    members.put("./index.json", "{}".getBytes(UTF_8));

    assertThatThrownBy(this::open)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("two members of the name 'index.json'");
  }

  // ---- no manifest.json

  @Test
  void several_images_without_manifest_json_need_a_choice() {
    put(AMD);
    put(ARM);
    index("[" + entry(AMD.root(), "a:1", "1") + "," + entry(ARM.root(), "b:1", "1") + "]");

    assertThatThrownBy(this::open)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("has several images: choose one by its name; it has no manifest.json")
        .hasMessageContaining("oci-archive:FILE")
        .hasMessageContaining("has docker.io/library/a:1, docker.io/library/b:1");
    assertThatThrownBy(() -> open(Optional.of("c:1")))
        .hasMessageContaining("has no image 'c:1' that is whole")
        .hasMessageContaining("has docker.io/library/a:1, docker.io/library/b:1");
  }

  @Test
  void an_image_without_manifest_json_that_is_not_whole() {
    put(AMD);
    index("[" + entry(AMD.root(), "a:1", "1") + "]");
    drop(AMD.layer(0).digest());

    assertThatThrownBy(this::open)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("has no image that is whole")
        .hasMessageContaining("has docker.io/library/a:1");
  }

  @Test
  void a_layout_without_images_and_without_manifest_json_is_no_docker_archive() {
    index("[]");

    assertThatThrownBy(this::open).hasMessageContaining("is no docker archive");
  }
}
