package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.ImageTarget.ByteListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written in any of the forms is read from it as it was, to the byte. */
class RoundTripTest {
  private static final LocalImage IMAGE =
      LocalImage.of(tar().file("a", "hello"), tar().file("b", "x".repeat(10_000)));

  @TempDir Path directory;

  /** Where an image can be. */
  private enum Form {
    LAYOUT {
      @Override
      ImageTarget target(Path directory) throws IOException {
        return OciLayout.target(directory.resolve("layout"), Optional.of("v1"));
      }

      @Override
      ImageSource source(Path directory) throws IOException {
        return OciLayout.source(directory.resolve("layout"), Optional.of("v1"));
      }
    },
    OCI_ARCHIVE {
      @Override
      ImageTarget target(Path directory) throws IOException {
        return OciArchive.target(
            directory.resolve("a.tar"), Optional.of("v1"), Optional.of(directory));
      }

      @Override
      ImageSource source(Path directory) throws IOException {
        return OciArchive.source(directory.resolve("a.tar"), Optional.of("v1"), Optional.empty());
      }
    },
    DOCKER_ARCHIVE {
      @Override
      ImageTarget target(Path directory) throws IOException {
        return DockerArchive.target(
            directory.resolve("d.tar"), Optional.of("app:v1"), Optional.of(directory));
      }

      @Override
      ImageSource source(Path directory) throws IOException {
        return DockerArchive.source(
            directory.resolve("d.tar"), Optional.of("app:v1"), Optional.empty());
      }
    };

    abstract ImageTarget target(Path directory) throws IOException;

    abstract ImageSource source(Path directory) throws IOException;
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void an_image(Form form) throws IOException {
    IMAGE.writeTo(form.target(directory));

    assertThat(files()).isEqualTo(1);
    IMAGE.assertIn(form.source(directory));
  }

  @ParameterizedTest
  @EnumSource(names = {"LAYOUT", "OCI_ARCHIVE"})
  void an_index(Form form) throws IOException {
    LocalImage arm = LocalImage.forPlatform("arm64", tar().file("a", "arm"));
    LocalImage index = LocalImage.index(IMAGE, arm);

    index.writeTo(form.target(directory));

    index.assertIn(form.source(directory));
  }

  @Test
  void an_index_of_one_image_in_a_docker_archive() throws IOException {
    LocalImage index = LocalImage.index(IMAGE);

    index.writeTo(Form.DOCKER_ARCHIVE.target(directory));

    index.assertIn(Form.DOCKER_ARCHIVE.source(directory));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void parts_of_a_blob(Form form) throws IOException {
    IMAGE.writeTo(form.target(directory));
    Descriptor layer = IMAGE.layer(1);
    byte[] bytes = IMAGE.blobs().get(layer);

    try (ImageSource source = form.source(directory);
        RandomAccessSource ranges = source.openRanges(layer)) {
      RandomAccessSource.Tail tail = ranges.readTail(10);

      assertThat(tail.size()).isEqualTo(bytes.length);
      assertThat(tail.bytes())
          .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 10, bytes.length));
      assertThat(ranges.read(3, 20)).isEqualTo(Arrays.copyOfRange(bytes, 3, 23));
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void nothing_is_there_under_its_name_before_the_end(Form form) throws IOException {
    try (ImageTarget target = form.target(directory)) {
      IMAGE.push(target);
      assertThat(target.tagged(Optional.empty())).isEmpty();
      assertThat(target.hasBlob(IMAGE.layer(0))).isTrue();
    }

    assertThat(directory.resolve("a.tar")).doesNotExist();
    assertThat(directory.resolve("d.tar")).doesNotExist();
    if (form == Form.LAYOUT) {
      assertThatThrownBy(() -> form.source(directory).root()).hasMessageContaining("it has none");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OCI_ARCHIVE", "DOCKER_ARCHIVE"})
  void an_archive_has_the_same_bytes_whatever_the_order_of_its_blobs(Form form) throws IOException {
    IMAGE.writeTo(form.target(directory));
    Path file = directory.resolve(form == Form.OCI_ARCHIVE ? "a.tar" : "d.tar");
    byte[] first = Files.readAllBytes(file);

    try (ImageTarget target = form.target(directory)) {
      target.pushManifest(IMAGE.root());
      IMAGE.push(target);
      target.tag(IMAGE.root(), Optional.empty());
      target.finish();
    }

    assertThat(Files.readAllBytes(file)).isEqualTo(first);
  }

  @Test
  void archives_through_pipes() throws IOException {
    ByteArrayOutputStream oci = new ByteArrayOutputStream();
    ByteArrayOutputStream docker = new ByteArrayOutputStream();
    Optional<Path> temp = Optional.of(directory);
    IMAGE.writeTo(OciArchive.target(oci, Optional.of("v1"), temp));
    IMAGE.writeTo(DockerArchive.target(docker, Optional.empty(), temp));

    ByteArrayInputStream ociIn = new ByteArrayInputStream(oci.toByteArray());
    IMAGE.assertIn(OciArchive.source(ociIn, Optional.empty(), temp));
    ByteArrayInputStream dockerIn = new ByteArrayInputStream(docker.toByteArray());
    IMAGE.assertIn(DockerArchive.source(dockerIn, Optional.empty(), temp));
    assertThat(files()).isZero();
  }

  /** {@code docker save x | stargzify docker-archive:- oci-archive:- | …}, and back. */
  @Test
  void from_pipe_to_pipe() throws IOException {
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    Optional<Path> temp = Optional.of(directory);
    IMAGE.writeTo(DockerArchive.target(first, Optional.of("app:v1"), temp));
    ByteArrayInputStream in = new ByteArrayInputStream(first.toByteArray());
    ByteArrayOutputStream second = new ByteArrayOutputStream();

    try (ImageSource source = DockerArchive.source(in, Optional.of("app:v1"), temp);
        ImageTarget target = OciArchive.target(second, Optional.of("v1"), temp)) {
      for (Descriptor blob : IMAGE.blobs().keySet()) {
        target.pushBlob(blob, () -> source.openBlob(blob), ByteListener.NONE);
      }
      target.tag(source.root(), Optional.empty());
      target.finish();
    }

    ByteArrayInputStream again = new ByteArrayInputStream(second.toByteArray());
    IMAGE.assertIn(OciArchive.source(again, Optional.of("v1"), temp));
    assertThat(files()).isZero();
  }

  @Test
  void what_a_pipe_brings_is_read_no_further_than_it_is_needed_and_named() throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream("no tar at all".getBytes(UTF_8));

    assertThatThrownBy(() -> OciArchive.source(in, Optional.empty(), Optional.of(directory)))
        .hasMessageStartingWith("oci-archive:- ");
    assertThat(files()).isZero();
  }
}
