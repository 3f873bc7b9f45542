package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which image of a layout is meant, and what is wrong with layouts. */
class LayoutSourceTest {
  private static final LocalImage ONE = LocalImage.of(tar().file("a", "1"));
  private static final LocalImage TWO = LocalImage.of(tar().file("a", "2"));
  private static final String REF = "org.opencontainers.image.ref.name";
  private static final String NAME = "io.containerd.image.name";

  @TempDir Path directory;

  @BeforeEach
  void fillLayout() throws IOException {
    ONE.writeTo(OciLayout.target(directory, Optional.of("one")));
    TWO.writeTo(OciLayout.target(directory, Optional.of("two")));
  }

  private ImageSource open(String name) throws IOException {
    return OciLayout.source(directory, Optional.of(name));
  }

  private void index(String... entries) throws IOException {
    String json = "{'schemaVersion':2,'manifests':[" + String.join(",", entries) + "]}";
    Files.writeString(directory.resolve("index.json"), json.replace('\'', '"'));
  }

  private static String entry(LocalImage image, String annotations) {
    return new String(Descriptor.of(image.root()).json().toBytes(), UTF_8)
        .replaceFirst("}$", ",'annotations':{" + annotations + "}}");
  }

  private static String ref(String tag) {
    return "'" + REF + "':'" + tag + "'";
  }

  private static String named(String reference, String tag) {
    return "'" + NAME + "':'" + reference + "'," + ref(tag);
  }

  private void assertRefused(Optional<String> name, String... message) {
    assertThatThrownBy(
            () -> {
              try (ImageSource source = OciLayout.source(directory, name)) {
                source.root();
              }
            })
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("oci:" + directory)
        .hasMessageContainingAll(message);
  }

  // ---- choosing

  @Test
  void an_image_is_chosen_by_its_tag() throws IOException {
    ONE.assertIn(open("one"));
    TWO.assertIn(open("two"));
    try (ImageSource source = open("two")) {
      assertThat(source.name()).isEqualTo("oci:" + directory + ":two");
    }
  }

  @Test
  void an_image_is_chosen_by_its_digest() throws IOException {
    TWO.assertIn(open("@" + TWO.root().digest()));
    try (ImageSource source = open("@" + TWO.root().digest())) {
      assertThat(source.name()).isEqualTo("oci:" + directory + "@" + TWO.root().digest());
    }
  }

  @Test
  void an_image_is_chosen_by_the_whole_reference_that_containerd_keeps() throws IOException {
    index(
        entry(ONE, named("docker.io/library/app:latest", "latest")),
        entry(TWO, named("quay.io/app:latest", "latest")));

    ONE.assertIn(open("app"));
    ONE.assertIn(open("docker.io/app:latest"));
    TWO.assertIn(open("quay.io/app"));
    assertRefused(Optional.of("latest"), "has several images of the name 'latest'");
  }

  @Test
  void an_image_that_is_alone_needs_no_name() throws IOException {
    index(entry(TWO, ""));

    TWO.assertIn(OciLayout.source(directory, Optional.empty()));
  }

  @Test
  void an_image_that_is_alone_may_have_several_names() throws IOException {
    index(entry(TWO, ref("a")), entry(TWO, ref("b")));

    TWO.assertIn(OciLayout.source(directory, Optional.empty()));
  }

  @Test
  void several_images_and_no_name_is_an_error_that_lists_them() throws IOException {
    String bare = "{'digest':'" + ONE.root().digest() + "','size':" + ONE.root().size();
    index(bare + "}", entry(TWO, named("quay.io/app:1", "1")), bare.replace("1'", "2'") + "}");

    assertRefused(
        Optional.empty(),
        "has several images: choose one by its tag, or by @ and its digest",
        "@" + ONE.root().digest(),
        "quay.io/app:1");
  }

  @Test
  void a_name_that_is_not_there_is_an_error_that_lists_them() {
    assertRefused(Optional.of("three"), "has no image 'three'; it has one, two");
    assertRefused(
        Optional.of("@" + ContentDigest.of(new byte[0])), "has no image '@sha256:e3b0c442");
  }

  @Test
  void two_images_of_one_name_are_an_error() throws IOException {
    index(entry(ONE, ref("x")), entry(TWO, ref("x")));

    assertRefused(Optional.of("x"), "has several images of the name 'x'");
  }

  @Test
  void what_can_not_be_a_digest_is_an_error() {
    assertRefused(Optional.of("@sha256:abc"), "not a digest");
    assertRefused(Optional.of(""), "expected an image's tag, found nothing");
  }

  @Test
  void no_images_at_all() throws IOException {
    index();
    assertRefused(Optional.empty(), "has no image; it has none");
    Files.writeString(directory.resolve("index.json"), "{\"manifests\":null}");
    assertRefused(Optional.empty(), "has no image; it has none");
  }

  @Test
  void the_root_stays_what_it_was() throws IOException {
    try (ImageSource source = open("one")) {
      RawManifest before = source.root();
      TWO.writeTo(OciLayout.target(directory, Optional.of("one")));

      assertThat(source.root()).isSameAs(before);
    }
  }

  // ---- media types

  private static String untyped(RawManifest manifest) {
    return "{'digest':'" + manifest.digest() + "','size':" + manifest.size() + "}";
  }

  private RawManifest put(JsonObject json) throws IOException {
    RawManifest raw = RawManifest.of(json.toBytes(), "");
    Files.write(directory.resolve("blobs/sha256/" + raw.digest().hex()), raw.bytes());
    return raw;
  }

  private String sniffed(RawManifest manifest) throws IOException {
    index(untyped(manifest));
    try (ImageSource source = OciLayout.source(directory, Optional.empty())) {
      return source.root().mediaType();
    }
  }

  @Test
  void a_type_that_no_descriptor_tells_is_found_in_the_document() throws IOException {
    JsonObject manifest = JsonObject.parse(ONE.root().bytes());

    assertThat(sniffed(ONE.root())).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(sniffed(put(manifest.without("mediaType")))).isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(sniffed(put(LocalImage.json("{'schemaVersion':2,'manifests':[]}"))))
        .isEqualTo(MediaTypes.OCI_INDEX);
    assertThat(sniffed(put(manifest.with("mediaType", MediaTypes.DOCKER_MANIFEST))))
        .isEqualTo(MediaTypes.DOCKER_MANIFEST);
    assertThat(sniffed(put(LocalImage.json("{'schemaVersion':1,'fsLayers':[]}"))))
        .isEqualTo(MediaTypes.DOCKER_SCHEMA1);
  }

  @Test
  void a_type_that_nothing_tells_is_an_error() throws IOException {
    index(untyped(put(LocalImage.json("{'schemaVersion':2}"))));

    assertRefused(Optional.empty(), "has no media type, and neither the fields of a manifest");
  }

  // ---- what is wrong

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'imageLayoutVersion':'1.1.0'}", "{'imageLayoutVersion':1}", "x", ""})
  void an_unknown_version(String content) throws IOException {
    Files.writeString(directory.resolve("oci-layout"), content.replace('\'', '"'));

    assertRefused(Optional.of("one"), "oci-layout: ");
    assertThatThrownBy(() -> OciLayout.target(directory, Optional.of("one")))
        .isInstanceOf(ImageException.class);
  }

  @Test
  void no_layout() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> OciLayout.source(file, Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is a file: expected a directory; the tar of a layout is oci-arch");
    assertThatThrownBy(() -> OciLayout.source(directory.resolve("gone"), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("there is no such directory");
    Files.delete(directory.resolve("oci-layout"));
    assertRefused(Optional.of("one"), "is no OCI layout: it has no file 'oci-layout'");
  }

  @Test
  void no_index() throws IOException {
    Files.delete(directory.resolve("index.json"));

    assertRefused(Optional.of("one"), "is no OCI layout: it has no file 'index.json'");
  }

  @Test
  void an_index_that_is_no_json() throws IOException {
    Files.writeString(directory.resolve("index.json"), "[".repeat(50_000));

    assertRefused(Optional.of("one"), "index.json: ");
  }

  @Test
  void an_entry_without_digest_or_size() throws IOException {
    index("{'annotations':{" + ref("x") + "}}");
    assertRefused(Optional.of("x"), "index.json: a descriptor without digest");
    index("{'digest':'" + ONE.root().digest() + "'}");
    assertRefused(Optional.empty(), "index.json: the descriptor of", "has no size");
    index("{'digest':'sha256:../../../etc/passwd','size':3}");
    assertRefused(Optional.empty(), "not a digest");
  }

  private Path blob(ContentDigest digest) {
    return directory.resolve("blobs/sha256/" + digest.hex());
  }

  @Test
  void a_blob_that_is_not_there() throws IOException {
    Files.delete(blob(ONE.layer(0).digest()));

    try (ImageSource source = open("one")) {
      assertThatThrownBy(() -> source.openBlob(ONE.layer(0)))
          .isInstanceOf(BlobMissingException.class)
          .hasMessageContaining("has no blob " + ONE.layer(0).digest());
      assertThatThrownBy(() -> source.openRanges(ONE.layer(0)))
          .isInstanceOf(BlobMissingException.class);
    }
  }

  @Test
  void a_blob_of_another_size() throws IOException {
    Files.writeString(blob(ONE.layer(0).digest()), "short");

    try (ImageSource source = open("one")) {
      assertThatThrownBy(() -> source.openBlob(ONE.layer(0)))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("is damaged: expected " + ONE.layer(0).size())
          .hasMessageContaining("found 5");
    }
  }

  @Test
  void a_manifest_of_other_bytes() throws IOException {
    byte[] bytes = ONE.root().bytes().clone();
    bytes[3]++;
    Files.write(blob(ONE.root().digest()), bytes);

    assertRefused(Optional.of("one"), "is damaged: its bytes have the digest");
  }

  @Test
  void a_manifest_beyond_all_measure() throws IOException {
    String digest = "sha256:" + "0".repeat(64);
    index("{'digest':'" + digest + "','size':" + (5 << 20) + "}");
    Files.write(directory.resolve("blobs/sha256/" + "0".repeat(64)), new byte[5 << 20]);

    assertRefused(Optional.empty(), "has 5242880 bytes: expected no more than 4194304");
  }

  @Test
  void a_platform_that_is_not_there_is_an_error_that_names_the_option() throws IOException {
    LocalImage arm = LocalImage.forPlatform("arm64", tar().file("a", "arm"));
    LocalImage index = LocalImage.index(ONE, arm);
    index.writeTo(OciLayout.target(directory, Optional.of("both")));
    Files.delete(blob(arm.root().digest()));

    try (ImageSource source = open("both")) {
      JsonObject json = JsonObject.parse(source.root().bytes());
      Descriptor gone =
          Descriptor.of(json.array("manifests").orElseThrow().objects().toList().get(1));
      assertThatThrownBy(() -> source.manifest(gone))
          .isInstanceOf(BlobMissingException.class)
          .hasMessageContaining("(linux/arm64), which its index names")
          .hasMessageContaining("--platform OS/ARCH and --only-platform");
    }
  }

  @Test
  void a_manifest_that_is_not_there_and_of_no_platform_is_an_error_that_names_none()
      throws IOException {
    LocalImage inner = LocalImage.index(TWO);
    LocalImage index = LocalImage.index(ONE, inner);
    index.writeTo(OciLayout.target(directory, Optional.of("both")));
    Files.delete(blob(inner.root().digest()));

    try (ImageSource source = open("both")) {
      assertThatThrownBy(() -> source.manifest(Descriptor.of(inner.root())))
          .isInstanceOf(BlobMissingException.class)
          .hasMessage("oci:" + directory + " has no manifest " + inner.root().digest());
    }
  }

  @Test
  void annotations_may_be_null() throws IOException {
    index(entry(ONE, "").replace("{}", "null"), entry(TWO, ref("two")));

    TWO.assertIn(open("two"));
    ONE.assertIn(open("@" + ONE.root().digest()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:../../x", "sha256:", "md5:" + "d41d8cd98f00b204e9800998ecf8427e"})
  void a_digest_that_is_none(String digest) throws IOException {
    index("{'mediaType':'x/y','digest':'" + digest + "','size':1}");

    assertRefused(Optional.empty(), "index.json: not a digest", digest);
  }

  @Test
  void blobs_that_are_no_directory() throws IOException {
    Path blobs = directory.resolve("blobs");
    Files.move(blobs, directory.resolve("moved"));
    Files.createFile(blobs);

    // "Not a directory" on JDK 17; to a newer one there just is nothing
    assertRefused(Optional.of("one"), ONE.root().digest().hex());
  }

  @Test
  void a_blob_that_is_a_directory() throws IOException {
    Path blob = blob(ONE.root().digest());
    Files.delete(blob);
    Files.createDirectory(blob);

    assertRefused(
        Optional.of("one"),
        "oci:" + directory + ": blobs/sha256/" + ONE.root().digest().hex() + " is no regular");
  }

  @Test
  void a_blob_that_is_a_link_to_itself() throws IOException {
    Path blob = blob(ONE.root().digest());
    Files.delete(blob);
    Files.createSymbolicLink(blob, blob.getFileName());

    assertRefused(Optional.of("one"), "can't be read: Too many levels of symbolic links");
  }
}
