package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.JsonObject;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the archives that are written, and when they appear. */
class ArchiveTargetTest {
  private static final LocalImage IMAGE =
      LocalImage.of(tar().file("a", "hello"), tar().file("b", "world"));
  private static final LocalImage ARM = LocalImage.forPlatform("arm64", tar().file("a", "arm"));

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("out.tar");
  }

  private Path tempDir() throws IOException {
    return Files.createDirectories(directory.resolve("temp"));
  }

  private ImageTarget docker(String reference) throws IOException {
    return DockerArchive.target(file(), Optional.ofNullable(reference), Optional.of(tempDir()));
  }

  private ImageTarget oci(String name) throws IOException {
    return OciArchive.target(file(), Optional.ofNullable(name), Optional.of(tempDir()));
  }

  private Map<String, String> members() throws IOException {
    Map<String, String> members = new LinkedHashMap<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(file())))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        members.put(entry.getName(), new String(tar.readAllBytes(), UTF_8).replace('"', '\''));
      }
    }
    return members;
  }

  private String member(String name) throws IOException {
    return String.valueOf(members().get(name));
  }

  private static String path(Descriptor blob) {
    return "blobs/sha256/" + blob.digest().hex();
  }

  private static Descriptor config(LocalImage image) {
    return Descriptor.of(JsonObject.parse(image.root().bytes()).object("config").orElseThrow());
  }

  private List<String> files(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // ---- content

  @Test
  void members_are_sorted_and_say_nothing_of_time_or_owner() throws IOException {
    IMAGE.writeTo(docker("app:1"));

    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(file())))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
        assertThat(entry.getLastModifiedTime().toMillis()).isZero();
        assertThat(entry.getLongUserId() + entry.getLongGroupId()).isZero();
        assertThat(entry.getUserName() + entry.getGroupName()).isEmpty();
        assertThat(entry.getMode()).isEqualTo(entry.isDirectory() ? 040755 : 0100644);
      }
    }
    assertThat(names)
        .isSorted()
        .startsWith("blobs/", "blobs/sha256/")
        .endsWith("index.json", "manifest.json", "oci-layout")
        .hasSize(9);
  }

  @Test
  void a_docker_archive_names_the_same_blobs_on_both_sides() throws IOException {
    IMAGE.writeTo(docker("app:1"));

    assertThat(member("manifest.json"))
        .isEqualTo(
            "[{'Config':'"
                + path(config(IMAGE))
                + "','RepoTags':['docker.io/library/app:1'],'Layers':['"
                + path(IMAGE.layer(0))
                + "','"
                + path(IMAGE.layer(1))
                + "']}]");
    assertThat(member("index.json"))
        .contains(
            IMAGE.root().digest().toString(),
            "'annotations':{'io.containerd.image.name':'docker.io/library/app:1',"
                + "'org.opencontainers.image.ref.name':'1'}");
    assertThat(member("oci-layout")).isEqualTo("{'imageLayoutVersion':'1.0.0'}");
    assertThat(members()).containsKeys(path(config(IMAGE)), path(IMAGE.layer(0)));
  }

  @Test
  void an_image_may_have_no_name() throws IOException {
    IMAGE.writeTo(docker(null));

    assertThat(member("manifest.json")).contains("'RepoTags':null");
    assertThat(member("index.json")).doesNotContain("annotations");
  }

  @Test
  void tags_collect() throws IOException {
    try (ImageTarget target = docker("quay.io/app:1")) {
      IMAGE.push(target);
      target.tag(IMAGE.root(), Optional.of("2"));
      target.tag(IMAGE.root(), Optional.empty());
      assertThat(target.tagged(Optional.of("2"))).contains(IMAGE.root().digest());
      assertThat(target.tagged(Optional.of("3"))).isEmpty();
      target.finish();
    }

    assertThat(member("manifest.json")).contains("'RepoTags':['quay.io/app:2','quay.io/app:1']");
    IMAGE.assertIn(DockerArchive.source(file(), Optional.of("quay.io/app:2"), Optional.empty()));
    IMAGE.assertIn(DockerArchive.source(file(), Optional.empty(), Optional.empty()));
    IMAGE.assertIn(OciArchive.source(file(), Optional.of("1"), Optional.empty()));
  }

  @Test
  void tags_of_an_oci_archive_collect() throws IOException {
    try (ImageTarget target = oci("1")) {
      IMAGE.push(target);
      target.tag(IMAGE.root(), Optional.of("2"));
      target.tag(IMAGE.root(), Optional.empty());
      target.finish();
    }

    IMAGE.assertIn(OciArchive.source(file(), Optional.of("1"), Optional.empty()));
    IMAGE.assertIn(OciArchive.source(file(), Optional.of("2"), Optional.empty()));
    assertThat(members()).doesNotContainKey("manifest.json");
  }

  @Test
  void a_tag_needs_a_name_in_a_docker_archive() throws IOException {
    try (ImageTarget target = docker(null)) {
      IMAGE.push(target);
      assertThatThrownBy(() -> target.tag(IMAGE.root(), Optional.of("2")))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("the tag '2' needs a name that it belongs to");
    }
  }

  // ---- what a docker archive doesn't take

  @Test
  void several_platforms_are_an_error_that_names_the_options() throws IOException {
    LocalImage index = LocalImage.index(IMAGE, ARM);

    assertThatThrownBy(() -> index.writeTo(docker("app:1")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("takes one image, and " + index.root().digest())
        .hasMessageContaining("is an index of 2")
        .hasMessageContaining("--platform OS/ARCH and --only-platform");
    assertThat(file()).doesNotExist();
  }

  @Test
  void an_index_in_an_index_is_looked_into() throws IOException {
    LocalImage index = LocalImage.index(LocalImage.index(ARM));

    index.writeTo(docker("app:1"));

    assertThat(member("manifest.json")).contains(path(config(ARM)));
    assertThatThrownBy(
            () -> LocalImage.index(index, LocalImage.index(IMAGE)).writeTo(docker("app:1")))
        .hasMessageContaining("is an index of 2");
  }

  @Test
  void an_attestation_is_no_second_image() throws IOException {
    RawManifest root =
        RawManifest.of(
            new String(LocalImage.index(IMAGE, ARM).root().bytes(), UTF_8)
                .replaceFirst(
                    "(" + ARM.root().digest() + "\",\"size\":\\d+)",
                    "$1,\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}")
                .getBytes(UTF_8),
            MediaTypes.OCI_INDEX);
    try (ImageTarget target = docker("app:1")) {
      LocalImage.index(IMAGE, ARM).push(target);
      target.tag(root, Optional.empty());
      target.finish();
    }

    assertThat(member("manifest.json")).contains(path(config(IMAGE)));
  }

  @Test
  void what_is_no_image_is_an_error() throws IOException {
    RawManifest chart =
        RawManifest.of(
            new String(IMAGE.root().bytes(), UTF_8)
                .replace(MediaTypes.OCI_CONFIG, "application/vnd.cncf.helm.config.v1+json")
                .getBytes(UTF_8),
            MediaTypes.OCI_MANIFEST);
    try (ImageTarget target = docker("app:1")) {
      IMAGE.push(target);
      assertThatThrownBy(() -> target.tag(chart, Optional.empty()))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("is none: write to oci-archive:FILE");
    }
  }

  @Test
  void a_layer_that_is_elsewhere_is_an_error_that_names_the_option() throws IOException {
    RawManifest foreign =
        RawManifest.of(
            new String(IMAGE.root().bytes(), UTF_8)
                .replace(MediaTypes.OCI_LAYER_GZIP, MediaTypes.OCI_FOREIGN_GZIP)
                .replace(IMAGE.layer(0).digest().hex(), "0".repeat(64))
                .getBytes(UTF_8),
            MediaTypes.OCI_MANIFEST);
    try (ImageTarget target = docker("app:1")) {
      IMAGE.push(target);
      assertThatThrownBy(() -> target.tag(foreign, Optional.empty()))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("sha256:000000")
          .hasMessageContaining("try --include-foreign");
    }
    try (ImageTarget target = oci("1")) {
      target.tag(foreign, Optional.empty());
      target.finish();
    }
    assertThat(file()).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@0", "App", "app:", "app@sha256:abc", "a b", "app:x:y", "-"})
  void what_can_not_be_a_name(String reference) {
    assertThatThrownBy(() -> docker(reference))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("can't be an image's name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@sha256:abc", "a b"})
  void what_can_not_be_a_tag(String name) {
    assertThatThrownBy(() -> oci(name))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("can't be a tag");
  }

  // ---- the file

  @Test
  void an_existing_file_stays_until_the_end() throws IOException {
    Files.writeString(file(), "what was there");
    try (ImageTarget target = oci("1")) {
      IMAGE.push(target);
      target.tag(IMAGE.root(), Optional.empty());
      assertThat(file()).hasContent("what was there");
      assertThat(files(directory)).containsExactly("out.tar", "temp");
    }
    assertThat(file()).hasContent("what was there");
    assertThat(files(tempDir())).isEmpty();

    IMAGE.writeTo(oci("1"));
    IMAGE.assertIn(OciArchive.source(file(), Optional.empty(), Optional.empty()));
    assertThat(files(directory)).containsExactly("out.tar", "temp");
    assertThat(files(tempDir())).isEmpty();
  }

  @Test
  void a_link_s_target_is_replaced_and_the_link_stays() throws IOException {
    Path real = directory.resolve("real.tar");
    Files.createSymbolicLink(file(), Path.of("real.tar"));

    IMAGE.writeTo(oci("1"));

    assertThat(file()).isSymbolicLink();
    IMAGE.assertIn(OciArchive.source(real, Optional.empty(), Optional.empty()));
  }

  @Test
  void a_device_is_written_as_it_is() throws IOException {
    Path device = Path.of("/dev/null");
    assumeThat(device).exists();

    IMAGE.writeTo(OciArchive.target(device, Optional.empty(), Optional.of(tempDir())));

    assertThat(Files.isRegularFile(device)).isFalse();
  }

  @Test
  void what_can_not_be_a_file_is_refused_before_anything_is_done() {
    assertThatThrownBy(() -> OciArchive.target(directory, Optional.empty(), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is a directory: expected the name of a file in it");
    assertThatThrownBy(
            () ->
                DockerArchive.target(
                    directory.resolve("no/x.tar"), Optional.empty(), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("there is no directory");
  }

  @Test
  void a_pipe_that_breaks_is_an_error() throws IOException {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    assertThatThrownBy(
            () ->
                IMAGE.writeTo(OciArchive.target(broken, Optional.empty(), Optional.of(tempDir()))))
        .hasMessageContaining("Broken pipe");
    assertThat(files(tempDir())).isEmpty();
  }

  @Test
  void an_interrupt_ends_it_and_leaves_what_was_there() throws IOException {
    Files.writeString(file(), "what was there");
    try (ImageTarget target = oci("1")) {
      IMAGE.push(target);
      target.tag(IMAGE.root(), Optional.empty());
      Thread.currentThread().interrupt();

      assertThatThrownBy(target::finish).isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(file()).hasContent("what was there");
    assertThat(files(directory)).containsExactly("out.tar", "temp");
  }

  @Test
  void a_long_digest_has_its_whole_name() throws Exception {
    byte[] bytes = "x".getBytes(UTF_8);
    var hash = ContentDigest.parse("sha512:" + "0".repeat(128)).newHash();
    hash.update(bytes);
    Descriptor blob = Descriptor.of("x/y", ContentDigest.of(hash), 1);
    try (ImageTarget target = oci("1")) {
      IMAGE.push(target);
      target.pushBlob(blob, () -> new ByteArrayInputStream(bytes), ImageTarget.ByteListener.NONE);
      target.tag(IMAGE.root(), Optional.empty());
      target.finish();
    }

    try (var source = OciArchive.source(file(), Optional.of("1"), Optional.empty());
        InputStream in = source.openBlob(blob)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
  }
}
