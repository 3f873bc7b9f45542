package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.ImageTarget.ByteListener;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import dev.stargz.image.JsonScalar;
import dev.stargz.image.JsonValue;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import dev.stargz.local.DockerArchive;
import dev.stargz.local.OciArchive;
import dev.stargz.local.OciLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Layouts and archives: other tools read those that are written here, and those that they write are
 * read.
 */
class LocalFormsTest {
  private static final TarFixture LOWER =
      tar()
          .dir("etc/")
          .file("etc/name", "lower")
          .file("gone", "x")
          .hardlink("etc/link", "etc/name");
  private static final TarFixture UPPER =
      tar().file(".wh.gone", "").file("etc/name", "upper").symlink("s", "etc/name");

  @TempDir Path temp;

  private Path layout;
  private RawManifest image;

  @BeforeEach
  void writeLayout() throws IOException {
    layout = temp.resolve("layout");
    try (ImageTarget target = OciLayout.target(layout, Optional.of("v1"))) {
      image = push(target, "amd64");
      target.tag(image, Optional.empty());
      target.finish();
    }
  }

  /** Podman and others leave what a test's clean-up can't remove. */
  @AfterEach
  void removeTrees() throws IOException, InterruptedException {
    Command.bash("chmod -R u+rwX \"$1\"; rm -rf \"$1\"/*", temp);
  }

  // ---- an image of our own

  private static RawManifest push(ImageTarget target, String architecture) throws IOException {
    List<JsonValue> layers = new ArrayList<>();
    List<JsonValue> diffIds = new ArrayList<>();
    for (TarFixture layer : List.of(LOWER, UPPER, tar().file("arch", architecture))) {
      layers.add(push(target, MediaTypes.OCI_LAYER_GZIP, layer.gzip()).json());
      diffIds.add(JsonScalar.of(ContentDigest.of(layer.bytes()).toString()));
    }
    JsonObject rootfs = json("{'type':'layers'}").with("diff_ids", new JsonArray(diffIds));
    JsonObject config =
        json("{'os':'linux','created':'2024-01-01T00:00:00Z','config':{'Cmd':['/x']}}")
            .with("architecture", architecture)
            .with("rootfs", rootfs);
    JsonObject manifest =
        json("{'schemaVersion':2}")
            .with("mediaType", MediaTypes.OCI_MANIFEST)
            .with("config", push(target, MediaTypes.OCI_CONFIG, config.toBytes()).json())
            .with("layers", new JsonArray(layers))
            .with("annotations", json("{'x.kept':'yes'}"));
    return RawManifest.of(manifest.toBytes(), MediaTypes.OCI_MANIFEST);
  }

  private static Descriptor push(ImageTarget target, String type, byte[] bytes) throws IOException {
    Descriptor blob = Descriptor.of(type, ContentDigest.of(bytes), bytes.length);
    target.pushBlob(blob, BlobContent.of(bytes), ByteListener.NONE);
    return blob;
  }

  private static JsonObject json(String text) {
    return JsonObject.parse(text.replace('\'', '"').getBytes(UTF_8));
  }

  private static JsonObject parse(RawManifest manifest) {
    return JsonObject.parse(manifest.bytes());
  }

  /** Copies all that a source has, and closes both. */
  private static void copy(ImageSource source, ImageTarget target) throws IOException {
    try (source;
        target) {
      copy(source, source.root(), target);
      target.tag(source.root(), Optional.empty());
      target.finish();
    }
  }

  private static void copy(ImageSource source, RawManifest manifest, ImageTarget target)
      throws IOException {
    for (Descriptor child : descriptors(manifest, "manifests")) {
      RawManifest below = source.manifest(child);
      copy(source, below, target);
      target.pushManifest(below);
    }
    for (Descriptor blob : blobs(manifest)) {
      target.pushBlob(blob, () -> source.openBlob(blob), ByteListener.NONE);
    }
  }

  private static List<Descriptor> descriptors(RawManifest manifest, String field) {
    JsonArray array = parse(manifest).array(field).orElse(JsonArray.EMPTY);
    return array.objects().map(Descriptor::of).toList();
  }

  private static List<Descriptor> blobs(RawManifest manifest) {
    List<Descriptor> blobs = new ArrayList<>(descriptors(manifest, "layers"));
    parse(manifest).object("config").map(Descriptor::of).ifPresent(blobs::add);
    return blobs;
  }

  private ImageSource source() throws IOException {
    return OciLayout.source(layout, Optional.of("v1"));
  }

  private Path ociArchive() throws IOException {
    Path file = temp.resolve("oci.tar");
    copy(source(), OciArchive.target(file, Optional.of("v1"), Optional.of(temp)));
    return file;
  }

  private Path dockerArchive() throws IOException {
    Path file = temp.resolve("docker.tar");
    copy(source(), DockerArchive.target(file, Optional.of("app:v1"), Optional.of(temp)));
    return file;
  }

  private String diffIds(ImageSource source) throws IOException {
    Descriptor config = Descriptor.of(parse(source.root()).object("config").orElseThrow());
    try (source;
        InputStream in = source.openBlob(config)) {
      JsonObject json = JsonObject.parse(in.readAllBytes());
      return new String(json.object("rootfs").orElseThrow().toBytes(), UTF_8);
    }
  }

  private void assertWhole(ImageSource source) throws IOException {
    try (source) {
      assertThat(source.root()).isEqualTo(image);
      for (Descriptor blob : blobs(image)) {
        try (InputStream in = source.openBlob(blob)) {
          assertThat(blob.digest().matches(in.readAllBytes())).isTrue();
        }
      }
    }
  }

  // ---- skopeo

  private static byte[] manifestThatSkopeoSees(String reference) throws Exception {
    return Command.run("skopeo", "inspect", "--raw", reference);
  }

  @Test
  void skopeo_reads_every_byte_of_the_oci_side() throws Exception {
    Needs.these("skopeo");

    for (String reference :
        List.of(
            "oci:" + layout + ":v1",
            "oci-archive:" + ociArchive() + ":v1",
            "oci-archive:" + dockerArchive() + ":v1")) {
      assertThat(manifestThatSkopeoSees(reference)).as(reference).isEqualTo(image.bytes());
      Path copy = Files.createTempDirectory(temp, "copy");
      Command.run("skopeo", "copy", "-q", reference, "dir:" + copy);
      for (Descriptor blob : blobs(image)) {
        byte[] bytes = Files.readAllBytes(copy.resolve(blob.digest().hex()));
        assertThat(blob.digest().matches(bytes)).isTrue();
      }
    }
  }

  @Test
  void skopeo_reads_the_docker_side() throws Exception {
    Needs.these("skopeo");
    String reference = "docker-archive:" + dockerArchive();

    String config =
        new String(Command.run("skopeo", "inspect", "--config", "--raw", reference), UTF_8);

    Path copy = temp.resolve("copy");
    Command.run("skopeo", "copy", "-q", reference + ":app:v1", "oci:" + copy + ":v1");
    assertThat(diffIds(OciLayout.source(copy, Optional.of("v1")))).isEqualTo(diffIds(source()));
    assertThat(config).contains("\"architecture\":\"amd64\"");
  }

  @Test
  void what_skopeo_writes_is_read() throws Exception {
    Needs.these("skopeo");
    String from = "oci:" + layout + ":v1";
    Path copy = temp.resolve("copy");
    Path archive = temp.resolve("copy.tar");
    Path docker = temp.resolve("docker.tar");

    Command.run("skopeo", "copy", "-q", from, "oci:" + copy + ":v2");
    Command.run("skopeo", "copy", "-q", from, "oci-archive:" + archive + ":v2");
    Command.run("skopeo", "copy", "-q", from, "docker-archive:" + docker + ":quay.io/app:v2");

    assertWhole(OciLayout.source(copy, Optional.of("v2")));
    assertWhole(OciArchive.source(archive, Optional.of("v2"), Optional.empty()));
    assertThat(
            diffIds(DockerArchive.source(docker, Optional.of("quay.io/app:v2"), Optional.empty())))
        .isEqualTo(diffIds(source()));
    Command.run("gzip", docker);
    Path gzip = temp.resolve("docker.tar.gz");
    assertThat(diffIds(DockerArchive.source(gzip, Optional.empty(), Optional.empty())))
        .isEqualTo(diffIds(source()));
  }

  @Test
  void an_index_of_two_platforms_goes_to_skopeo_and_back() throws Exception {
    Needs.these("skopeo");
    RawManifest index;
    try (ImageTarget target = OciLayout.target(layout, Optional.of("both"))) {
      index = pushIndex(target);
      target.tag(index, Optional.empty());
    }
    Path theirs = temp.resolve("theirs");
    Path archive = temp.resolve("theirs.tar");

    Command.run("skopeo", "copy", "-q", "--all", "oci:" + layout + ":both", "oci:" + theirs + ":x");
    Command.run(
        "skopeo", "copy", "-q", "--all", "oci:" + theirs + ":x", "oci-archive:" + archive + ":x");

    for (ImageSource source :
        List.of(
            OciLayout.source(theirs, Optional.of("x")),
            OciArchive.source(archive, Optional.of("x"), Optional.empty()))) {
      try (source) {
        assertThat(source.root()).isEqualTo(index);
        for (Descriptor child : descriptors(index, "manifests")) {
          assertThat(source.manifest(child).digest()).isEqualTo(child.digest());
        }
      }
    }
  }

  private static RawManifest pushIndex(ImageTarget target) throws IOException {
    List<JsonValue> entries = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64")) {
      RawManifest manifest = push(target, architecture);
      target.pushManifest(manifest);
      JsonObject platform = json("{'os':'linux'}").with("architecture", architecture);
      entries.add(Descriptor.of(manifest).json().with("platform", platform));
    }
    JsonObject index =
        json("{'schemaVersion':2}")
            .with("mediaType", MediaTypes.OCI_INDEX)
            .with("manifests", new JsonArray(entries))
            .with("annotations", json("{'x.kept':'yes'}"));
    return RawManifest.of(index.toBytes(), MediaTypes.OCI_INDEX);
  }

  // ---- umoci

  @Test
  void umoci_unpacks_what_is_written() throws Exception {
    Needs.these("umoci");
    Needs.root();
    Path bundle = temp.resolve("bundle");

    Command.run("umoci", "unpack", "--image", layout + ":v1", bundle);

    Path root = bundle.resolve("rootfs");
    assertThat(root.resolve("etc/name")).hasContent("upper");
    assertThat(root.resolve("etc/link")).hasContent("lower");
    assertThat(root.resolve("arch")).hasContent("amd64");
    assertThat(root.resolve("s")).isSymbolicLink();
    assertThat(root.resolve("gone")).doesNotExist();
  }

  @Test
  void umoci_and_we_write_into_one_layout() throws Exception {
    Needs.these("umoci");
    Needs.root();

    Command.run("umoci", "tag", "--image", layout + ":v1", "theirs");
    Command.run("umoci", "new", "--image", layout + ":empty");
    copy(source(), OciLayout.target(layout, Optional.of("ours")));

    assertThat(new String(Command.run("umoci", "ls", "--layout", layout), UTF_8).lines())
        .containsExactlyInAnyOrder("v1", "theirs", "empty", "ours");
    assertWhole(OciLayout.source(layout, Optional.of("theirs")));
    assertWhole(OciLayout.source(layout, Optional.of("ours")));
    try (ImageSource empty = OciLayout.source(layout, Optional.of("empty"))) {
      assertThat(descriptors(empty.root(), "layers")).isEmpty();
    }
    Command.run("umoci", "gc", "--layout", layout);
    assertWhole(source());
  }

  // ---- podman

  private String podman(Object... arguments) throws Exception {
    List<Object> command = new ArrayList<>(List.of("podman", "--storage-driver", "vfs"));
    command.addAll(List.of("--root", temp.resolve("store"), "--runroot", temp.resolve("run")));
    command.addAll(List.of(arguments));
    return new String(Command.run(command.toArray()), UTF_8);
  }

  @Test
  void podman_loads_what_is_written() throws Exception {
    Needs.these("podman");
    Needs.root();

    assertThat(podman("load", "-i", dockerArchive())).contains("docker.io/library/app:v1");
    assertThat(podman("load", "-i", ociArchive())).contains("v1");

    assertThat(podman("image", "inspect", "--format", "{{.RootFS.Layers}}", "app:v1"))
        .contains(ContentDigest.of(UPPER.bytes()).hex());
  }

  @Test
  void what_podman_saves_is_read() throws Exception {
    Needs.these("podman");
    Needs.root();
    podman("load", "-i", dockerArchive());
    Path docker = temp.resolve("saved-docker.tar");
    Path oci = temp.resolve("saved-oci.tar");

    podman("save", "-o", docker, "app:v1");
    podman("save", "--format", "oci-archive", "-o", oci, "app:v1");

    assertThat(diffIds(DockerArchive.source(docker, Optional.of("app:v1"), Optional.empty())))
        .isEqualTo(diffIds(source()));
    assertThat(
            diffIds(
                OciArchive.source(oci, Optional.of("docker.io/library/app:v1"), Optional.empty())))
        .isEqualTo(diffIds(source()));
  }

  // ---- daemons

  @Test
  void containerd_imports_what_is_written_and_exports_what_is_read() throws Exception {
    Needs.these("snapshotter");
    Needs.root();
    Path socket = temp.resolve("c.sock");
    Path config = temp.resolve("c.toml");
    Files.writeString(
        config,
        """
        version = 2
        root = "%1$s/c-root"
        state = "%1$s/c-state"
        disabled_plugins = ["io.containerd.grpc.v1.cri"]
        [grpc]
          address = "%1$s/c.sock"
        """
            .formatted(temp));
    Path exported = temp.resolve("exported.tar");

    try (Daemon containerd = Daemon.start(temp, "containerd", "containerd", "-c", config)) {
      containerd.awaitSocket(socket);
      Command.run("ctr", "-a", socket, "images", "import", "--no-unpack", dockerArchive());
      Command.run("ctr", "-a", socket, "images", "export", exported, "docker.io/library/app:v1");
    }

    assertWhole(DockerArchive.source(exported, Optional.of("app:v1"), Optional.empty()));
    assertWhole(OciArchive.source(exported, Optional.of("app:v1"), Optional.empty()));
  }

  @Test
  void docker_loads_what_is_written_and_saves_what_is_read() throws Exception {
    Path saved = temp.resolve("saved.tar");
    Path ours = dockerArchive();
    Path zipped = temp.resolve("zipped.tar.gz");
    Command.bash("gzip -c \"$1\" > \"$2\"", ours, zipped);

    try (DockerDaemon docker = DockerDaemon.start(temp.resolve("d"))) {
      docker.docker("load", "-i", ours);
      docker.docker("load", "-i", zipped);
      docker.docker("tag", "app:v1", "other:v2");
      docker.docker("save", "-o", saved, "app:v1", "other:v2");
    }

    for (String reference : List.of("app:v1", "other:v2", "@0")) {
      assertThat(diffIds(DockerArchive.source(saved, Optional.of(reference), Optional.empty())))
          .isEqualTo(diffIds(source()));
    }
  }
}
