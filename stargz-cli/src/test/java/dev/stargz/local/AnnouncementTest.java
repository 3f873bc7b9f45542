package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.stargz.image.BlobContent;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.ImageTarget.ByteListener;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an archive can't be made of, or can't be written to, is known before work is done for it.
 */
class AnnouncementTest {
  private static final LocalImage IMAGE = LocalImage.of(tar().file("a", "hello"));
  private static final LocalImage ARM = LocalImage.forPlatform("arm64", tar().file("a", "arm"));

  @TempDir Path directory;

  private ImageTarget docker(String reference) throws IOException {
    return DockerArchive.target(
        directory.resolve("out.tar"), Optional.of(reference), Optional.of(directory));
  }

  private ImageTarget oci(String tag) throws IOException {
    return OciArchive.target(
        directory.resolve("oci.tar"), Optional.of(tag), Optional.of(directory));
  }

  @Test
  void several_images_are_refused_when_they_are_announced() throws IOException {
    try (ImageTarget target = docker("app:1");
        ImageTarget any = oci("1")) {
      List<RawManifest> two = List.of(IMAGE.root(), ARM.root());
      any.announce(two);
      any.announce(List.of());
      assertThatThrownBy(() -> target.announce(two))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("takes one image, and the source is an index of 2")
          .hasMessageContaining("--platform OS/ARCH and --only-platform");
      assertThatThrownBy(() -> target.announce(List.of())).hasMessageContaining("is an index of 0");
      target.announce(List.of(IMAGE.root()));
    }
  }

  @Test
  void what_is_no_image_is_refused_when_it_is_announced() throws IOException {
    String image = new String(IMAGE.root().bytes(), UTF_8);
    try (ImageTarget target = docker("app:1")) {
      for (String other :
          List.of(
              image.replace(MediaTypes.OCI_CONFIG, "application/vnd.cncf.helm.config.v1+json"),
              "{}")) {
        RawManifest chart = RawManifest.of(other.getBytes(UTF_8), MediaTypes.OCI_MANIFEST);
        assertThatThrownBy(() -> target.announce(List.of(chart)))
            .isInstanceOf(ImageException.class)
            .hasMessageContaining(chart.digest() + " is none: write to oci-archive:FILE");
      }
      RawManifest odd = RawManifest.of("{\"config\":{}}".getBytes(UTF_8), "x");
      assertThatThrownBy(() -> target.announce(List.of(odd)))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("a descriptor without digest");
    }
  }

  @Test
  void a_directory_that_nothing_can_be_written_in_is_refused_at_once() {
    assumeThat(Path.of("/sys")).isDirectory();

    assertThatThrownBy(
            () -> OciArchive.target(Path.of("/sys/x.tar"), Optional.empty(), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(
            "oci-archive:/sys/x.tar: nothing can be written in its directory /sys: ")
        .hasMessageMatching(".*: [A-Za-z].*[a-z]")
        .hasMessageNotContaining("null");
  }

  @Test
  void a_full_disk_is_named() throws IOException {
    Path device = Path.of("/dev/full");
    assumeThat(device).exists();

    assertThatThrownBy(
            () ->
                IMAGE.writeTo(OciArchive.target(device, Optional.empty(), Optional.of(directory))))
        .isInstanceOf(ImageException.class)
        .hasMessage("oci-archive:/dev/full: can't write a file in /dev: No space left on device");
    Descriptor layer = IMAGE.layer(0);
    BlobContent content = BlobContent.of(IMAGE.blobs().get(layer));
    assertThatThrownBy(
            () -> new HashedCopy(layer).write(content, device, ByteListener.NONE, "oci:x", true))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("oci:x: can't write a file in /dev: ");
  }
}
