package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static dev.stargz.local.DockerTar.config;
import static dev.stargz.local.DockerTar.image;
import static dev.stargz.local.DockerTar.manifest;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives made to lead the reader astray: each gets an error, soon, and no file is touched. */
@Timeout(10)
class HostileArchiveTest {
  private static final byte[] LAYER = tar().file("a", "x").bytes();

  @TempDir Path directory;

  private void assertRefused(TarFixture archive, String... message) throws IOException {
    assertRefused(DockerTar.write(directory, archive), message);
  }

  private static void assertRefused(Path file, String... message) {
    assertThatThrownBy(
            () -> {
              try (ImageSource source =
                  DockerArchive.source(file, Optional.empty(), Optional.empty())) {
                source.root();
              }
            })
        .isInstanceOf(ImageException.class)
        .hasMessageContainingAll(message)
        .hasMessageStartingWith("docker-archive:" + file);
  }

  private static TarFixture withLayer(String name) {
    return tar().file("c", config(LAYER)).file("manifest.json", manifest(image("c", "null", name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../../etc/passwd", "a/../../l", ".."})
  void a_name_that_leads_out(String name) throws IOException {
    assertRefused(withLayer(name).file("etc/passwd", LAYER), "'" + name + "' leads out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../etc/passwd", "x/../../../etc/passwd"})
  void a_symbolic_link_that_leads_out(String target) throws IOException {
    assertRefused(
        withLayer("d/l").symlink("d/l", "../" + target).symlink("l", target),
        target.startsWith("/") ? "isn't there" : "'d/l' leads out");
    assertRefused(withLayer("l").symlink("l", target), "'l' leads out of the archive");
  }

  @Test
  void a_hard_link_that_leads_out() throws IOException {
    assertRefused(withLayer("l").hardlink("l", "/etc/passwd"), "'l' leads out of the archive");
    assertRefused(withLayer("d/l").hardlink("d/l", "../x"), "'d/l' leads out of the archive");
  }

  @Test
  void a_link_to_itself() throws IOException {
    assertRefused(withLayer("l").symlink("l", "l"), "'l' is a chain of more than 8 links");
    assertRefused(
        withLayer("l").symlink("l", "m").hardlink("m", "l"), "'l' is a chain of more than 8");
  }

  @Test
  void a_chain_of_links_has_at_most_eight() throws IOException {
    TarFixture archive = withLayer("l9").file("l0", LAYER);
    for (int i = 1; i <= 9; i++) {
      archive.symlink("l" + i, "l" + (i - 1));
    }
    assertRefused(archive, "'l9' is a chain of more than 8 links");

    TarFixture shorter = withLayer("l8").file("l0", LAYER);
    for (int i = 1; i <= 8; i++) {
      shorter.symlink("l" + i, "l" + (i - 1));
    }
    Path file = DockerTar.write(directory, shorter);
    try (ImageSource source = DockerArchive.source(file, Optional.empty(), Optional.empty())) {
      source.root();
    }
  }

  @Test
  void a_link_to_what_is_not_there() throws IOException {
    assertRefused(withLayer("l").symlink("l", "gone"), "'l' is a link to one that isn't there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "manifest.json", "l"})
  void a_name_twice(String name) throws IOException {
    assertRefused(
        withLayer("l").file("l", LAYER).file("./" + name, "other"),
        "has two members of the name '" + name + "'");
    assertRefused(
        withLayer("l").file("l", LAYER).symlink(name, "elsewhere"),
        "has two members of the name '" + name + "'");
  }

  @Test
  void what_is_no_regular_file() throws IOException {
    assertRefused(withLayer("l").dir("l/"), "'l' is a directory: expected a regular file");
    assertRefused(withLayer("l").fifo("l"), "'l' is a device or pipe");
    assertRefused(withLayer("l").charDevice("l", 1, 3), "'l' is a device or pipe");
  }

  @Test
  void a_sparse_file() throws IOException {
    SparseFile file = SparseFile.ofSize(1L << 30).data(0, "x");
    for (SparseFile.Form form : SparseFile.Form.values()) {
      assertRefused(withLayer("l").sparse(form, "l", file), "'l' is sparse");
    }
  }

  @Test
  void a_member_that_claims_ten_gigabytes() throws IOException {
    assertRefused(
        withLayer("l").file("l", "x").headerSize(10L << 30),
        "is cut short: member 'l' says it has 10737418240 bytes");
    assertRefused(
        withLayer("l").file("l", "x").pax("size", String.valueOf(10L << 30)), "is cut short");
  }

  @Test
  void a_member_of_less_than_nothing() throws IOException {
    BigInteger minus = BigInteger.valueOf(-512);
    assertRefused(withLayer("l").file("l", "x").base256(124, 12, minus), "is no tar that can be");
    assertRefused(withLayer("l").file("l", "x").pax("size", "-512"), "is no tar that can be");
  }

  @Test
  void a_manifest_of_a_hundred_megabytes() throws IOException {
    Path file = DockerTar.write(directory, tar().file("manifest.json", "").headerSize(100 << 20));
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
      whole.setLength((100 << 20) + 2048);
    }

    assertRefused(file, "manifest.json has 104857600 bytes: expected no more than");
  }

  @Test
  void a_config_of_a_hundred_megabytes() throws IOException {
    byte[] before = tar().file("manifest.json", manifest(image("c", "null", "l"))).entries();
    TarFixture end = tar().file("c", "").headerSize(100 << 20);
    Path file = DockerTar.write(directory, tar().raw(before).raw(end.entries()).withoutEnd());
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
      whole.setLength((100 << 20) + before.length + 2048);
    }

    assertRefused(file, "config 'c' has 104857600 bytes: expected no more than");
  }

  @Test
  void a_header_of_a_megabyte() throws IOException {
    byte[] name = new byte[1 << 20];
    java.util.Arrays.fill(name, (byte) 'n');
    assertRefused(tar().file("x", "").gnuLongName(name), "a header of more than 65536 bytes");
    assertRefused(
        tar().file("x", "").pax("comment", "c".repeat(1 << 20)),
        "a header of more than 65536 bytes");
  }

  @Test
  void headers_upon_headers_without_a_member() throws IOException {
    TarFixture archive = tar();
    for (int i = 0; i < 5000; i++) {
      archive.entry('L', "././@LongLink").payload(new byte[0]);
    }
    assertRefused(archive, "is no tar that can be read");
  }

  @Test
  void a_million_members() throws IOException {
    byte[] header = tar().file("x", "").entries();
    Path file = directory.resolve("a.tar");
    try (var out = new java.io.BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (int i = 0; i < 200_000; i++) {
        out.write(header);
      }
    }

    assertRefused(file, "has more members than any image: gave up at 100000");
  }

  @Test
  void names_that_fill_the_memory() throws IOException {
    TarFixture archive = tar();
    for (int i = 0; i < 400; i++) {
      archive.file(i + "n".repeat(50_000), "");
    }
    assertRefused(archive, "has more members than any image");
  }

  @Test
  void what_is_no_tar() throws IOException {
    Path file = Files.write(directory.resolve("a.tar"), TarFixture.pattern(5000));

    assertRefused(file, "is no tar that can be read");
  }

  @Test
  void nothing() throws IOException {
    Path file = Files.createFile(directory.resolve("a.tar"));

    assertRefused(file, "is empty: expected a tar; did the command that was to write it fail?");
  }

  @Test
  void an_archive_cut_at_any_block() throws IOException {
    byte[] whole = withLayer("l").file("l", LAYER).bytes();
    for (int length = 0; length < whole.length - 1024; length += 512) {
      Path file = directory.resolve("cut.tar");
      Files.write(file, java.util.Arrays.copyOf(whole, length));

      assertRefused(file, "cut.tar");
    }
  }

  /** Some readers call it a directory and read its bytes as headers, others step over them. */
  @ParameterizedTest
  @ValueSource(chars = {'0', '\0', '5'})
  void a_directory_with_bytes(char type) throws IOException {
    byte[] hidden = tar().file("manifest.json", manifest()).bytes();

    assertRefused(
        tar().entry(type, "d/").payload(hidden),
        "is no tar that can be read: a directory of " + hidden.length + " bytes");
  }

  @Test
  void a_name_twice_that_nobody_asks_for_does_no_harm() throws IOException {
    TarFixture archive = withLayer("l").file("l", LAYER).file("x", "1").file("x", "2");
    Path file = DockerTar.write(directory, archive);

    try (ImageSource source = DockerArchive.source(file, Optional.empty(), Optional.empty())) {
      source.root();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:../../x", "sha256:/etc/passwd", "../x:0", "sha256:"})
  void a_digest_that_leads_out(String digest) throws IOException {
    String entry = "{'mediaType':'x','digest':'" + digest + "','size':1}";
    Path file =
        DockerTar.write(
            directory,
            tar()
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", DockerTar.json("{'manifests':[" + entry + "]}")));

    assertThatThrownBy(() -> OciArchive.source(file, Optional.empty(), Optional.empty()).root())
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("not a digest");
  }

  @Test
  void an_empty_pipe() {
    InputStream nothing = InputStream.nullInputStream();

    assertThatThrownBy(() -> DockerArchive.source(nothing, Optional.empty(), Optional.empty()))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "docker-archive:- is empty: expected a tar; did the command that was to write it"
                + " fail?");
  }
}
