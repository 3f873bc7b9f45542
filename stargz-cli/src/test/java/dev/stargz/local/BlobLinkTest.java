package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that one layout takes over from another: whole, and as private as all else in it. */
class BlobLinkTest {
  private static final LocalImage IMAGE = LocalImage.of(tar().file("a", "1"));

  @TempDir Path directory;

  private Path from;
  private Path to;

  @BeforeEach
  void writeSource() throws IOException {
    from = directory.resolve("from");
    to = directory.resolve("to");
    IMAGE.writeTo(OciLayout.target(from, Optional.of("t")));
  }

  private static Path layer(Path layout) {
    return layout.resolve("blobs/sha256").resolve(IMAGE.layer(0).digest().hex());
  }

  private boolean mount() throws IOException {
    try (ImageSource source = OciLayout.source(from, Optional.of("t"));
        ImageTarget target = OciLayout.target(to, Optional.of("t"))) {
      boolean mounted = target.mount(IMAGE.layer(0), source);
      assertThat(target.hasBlob(IMAGE.layer(0))).isEqualTo(mounted);
      return mounted;
    }
  }

  @Test
  void a_whole_blob_is_linked() throws IOException {
    assertThat(mount()).isTrue();

    assertThat(Files.getAttribute(layer(to), "unix:nlink")).isEqualTo(2);
    assertThat(layer(to)).hasBinaryContent(IMAGE.blobs().get(IMAGE.layer(0)));
    try (Stream<Path> files = Files.list(to)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".stargzify.lock", "blobs", "index.json", "oci-layout");
    }
  }

  @Test
  void a_damaged_blob_is_not() throws IOException {
    byte[] damaged = IMAGE.blobs().get(IMAGE.layer(0)).clone();
    damaged[20]++;
    Files.write(layer(from), damaged);

    assertThat(mount()).isFalse();

    assertThat(layer(to)).doesNotExist();
  }

  /** Bazel's and Nix's layouts are made of such. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void behind_a_symbolic_link_is_a_file_which_is_linked(boolean relative) throws IOException {
    Path real = directory.resolve("elsewhere");
    Files.move(layer(from), real);
    Files.createSymbolicLink(layer(from), relative ? Path.of("../../../elsewhere") : real);

    assertThat(mount()).isTrue();

    Files.delete(layer(from));
    Files.delete(real);
    assertThat(Files.isRegularFile(layer(to), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(layer(to)).hasBinaryContent(IMAGE.blobs().get(IMAGE.layer(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rw-rw-rw-", "rwxr-xr-x"})
  void a_file_that_others_may_use_otherwise_is_not_shared(String mode) throws IOException {
    Files.setPosixFilePermissions(layer(from), PosixFilePermissions.fromString(mode));

    assertThat(mount()).isFalse();

    assertThat(layer(to)).doesNotExist();
  }

  /** A process that copies by mounts, or by bytes where there is none. */
  static final class Copier {
    private Copier() {}

    public static void main(String[] args) throws IOException {
      try (ImageSource source = OciLayout.source(Path.of(args[0]), Optional.of("t"));
          ImageTarget target = OciLayout.target(Path.of(args[1]), Optional.of("t"))) {
        if (!target.mount(IMAGE.layer(0), source)) {
          IMAGE.push(target);
        }
        target.tag(IMAGE.root(), Optional.empty());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"077", "027", "022"})
  void all_files_are_as_the_umask_wants_them(String umask) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "umask " + umask + " && exec \"$@\"",
                "sh",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Copier.class.getName(),
                from.toString(),
                to.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();

    int hidden = Integer.parseInt(umask, 8);
    try (Stream<Path> files = Files.walk(to)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        int all = Files.isDirectory(file) ? 0777 : 0666;
        assertThat(mode(file)).as(file.toString()).isEqualTo(all & ~hidden);
      }
    }
  }

  private static int mode(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:mode") & 0777;
  }
}
