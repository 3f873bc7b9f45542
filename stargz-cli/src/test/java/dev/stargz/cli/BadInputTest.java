package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What can't be converted: one line that says where and what, exit code 1, and no file left behind.
 * The rows of FORMAT.md, "Hard inputs", that are errors.
 */
class BadInputTest {
  @TempDir Path directory;

  /** Name, layer, message. */
  static Stream<Arguments> inputs() {
    return Stream.of(
            badHeaders(),
            cutTars(),
            badExtensions(),
            cutCompression(),
            badCompression(),
            unsupported(),
            notUnpackable())
        .flatMap(each -> each);
  }

  private static Arguments input(String name, byte[] layer, String message) {
    return Arguments.of(name, layer, message);
  }

  private static TarFixture good() {
    return tar().file("good", "0123456789");
  }

  private static Stream<Arguments> badHeaders() {
    String directories = "d/".repeat(60);
    return Stream.of(
        input(
            "a header with a bad checksum",
            good().file("usr/bin/bad", "x").badChecksum().bytes(),
            "byte 1024 of the tar: not a tar header, its checksum is wrong: it starts with"
                + " 'usr/bin/bad.....'; expected a tar, a tar.gz or a tar.zst"),
        input(
            "a long name before a header with a bad checksum",
            good().in(Dialect.GNU).file(directories + "bad", "x").badChecksum().bytes(),
            "entry '"
                + directories
                + "bad' (byte 2048 of the tar): not a tar header, its checksum"),
        input(
            "no tar at all",
            "The quick brown fox jumps. ".repeat(40).getBytes(UTF_8),
            "byte 0 of the tar: not a tar header, its checksum is wrong: it starts with"
                + " 'The quick brown '; expected a tar, a tar.gz or a tar.zst"),
        input(
            "a size that is no number",
            good().file("x", "").patch(124, "zzzz".getBytes(UTF_8)).bytes(),
            "entry 'x' (byte 1024 of the tar): "),
        input(
            "a lone zero block with data behind it",
            good().raw(new byte[512]).file("behind", "x").bytes(),
            "byte 1024 of the tar: a lone zero block with data behind it: expected two at the"
                + " archive's end"));
  }

  private static Stream<Arguments> cutTars() {
    byte[] good = good().bytes();
    return Stream.of(
        input(
            "a truncated payload",
            Arrays.copyOf(good, 515),
            "entry 'good' (byte 515 of the tar): the archive ends inside a payload: expected at"
                + " least 7 more bytes"),
        input(
            "a payload that is missing",
            Arrays.copyOf(good, 512),
            "entry 'good' (byte 512 of the tar): the archive ends inside a payload: expected at"
                + " least 10 more bytes"),
        input(
            "a truncated padding",
            Arrays.copyOf(good, 1000),
            "entry 'good' (byte 1000 of the tar): the archive ends inside the padding behind a"
                + " payload: expected at least 24 more bytes"),
        input(
            "a truncated header",
            Arrays.copyOf(good, 1025),
            "byte 1024 of the tar: the archive ends inside a header block: expected 512 bytes,"
                + " found 1"));
  }

  private static Stream<Arguments> badExtensions() {
    byte[] paxAlone = Arrays.copyOf(tar().file("x", "").pax("a", "b").bytes(), 1024);
    return Stream.of(
        input(
            "a PAX header without its entry",
            good().raw(paxAlone).bytes(),
            "byte 2048 of the tar: the archive ends between an extension and its entry"),
        input(
            "a malformed PAX record",
            good().file("x", "").paxRaw("99 path=y\n").bytes(),
            "byte 2048 of the tar: malformed PAX record at its byte 0: expected"
                + " '<length> <key>=<value>\\n'"),
        input(
            "a PAX header of more than 16 MiB",
            good().file("x", "").pax("comment", new byte[(16 << 20) + 1]).bytes(),
            "byte 1024 of the tar: a PAX header of 16777"));
  }

  private static Stream<Arguments> cutCompression() {
    byte[] gzip = tar().file("noise", noise(100_000)).gzip();
    byte[] zstd = tar().file("noise", noise(400_000)).zstd();
    return Stream.of(
        input(
            "a truncated gzip",
            Arrays.copyOf(gzip, 50_000),
            "entry 'noise' (byte 50000 of the source): the data ends inside a gzip member"),
        input(
            "a gzip header alone",
            Arrays.copyOf(gzip, 10),
            "byte 10 of the source: the data ends inside a gzip member"),
        input(
            "a truncated zstd frame",
            Arrays.copyOf(zstd, 300_000),
            "entry 'noise' (byte 300000 of the source): damaged zstd data ("),
        input(
            "a zstd frame that is cut before the first entry",
            Arrays.copyOf(zstd, 10),
            "byte 10 of the source: damaged zstd data ("));
  }

  private static Stream<Arguments> badCompression() {
    byte[] gzip = tar().file("good", "0123456789").file("large", pattern(100_000)).gzip();
    byte[] garbage = "garbage".getBytes(UTF_8);
    byte[] flipped = gzip.clone();
    flipped[gzip.length - 8] ^= 1;
    return Stream.of(
        input(
            "a gzip member with a wrong checksum",
            flipped,
            "byte " + (gzip.length - 8) + " of the source: CRC-32 of a gzip member: expected "),
        input(
            "bytes behind the last gzip member",
            concat(gzip, garbage),
            "byte " + gzip.length + " of the source: expected a further gzip member or the end"),
        input(
            "bytes behind zeros behind the last gzip member",
            concat(gzip, new byte[20], garbage),
            "byte "
                + (gzip.length + 20)
                + " of the source: expected a further gzip member or the end behind 20 zeros"),
        input(
            "xz",
            concat(new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0}, new byte[100]),
            "byte 0 of the source: compressed with xz: expected gzip, zstd or a plain tar;"
                + " decompress it first"));
  }

  private static Stream<Arguments> unsupported() {
    return Stream.of(
        input(
            "an unknown typeflag",
            good().entry('s', "run/socket").bytes(),
            "entry 'run/socket' (byte 1024 of the tar): an entry of typeflag 's', which nothing"
                + " unpacks; the option skip-unsupported leaves it out"),
        input(
            "a sparse file of more than 64 GiB",
            good().sparse(SparseFile.Form.PAX_1_0, "huge", SparseFile.ofSize(65L << 30)).bytes(),
            "entry 'huge' (byte 1024 of the tar): sparse files expand to more than 68719476736"
                + " bytes, this one to 69793218560"),
        input(
            "an entry below a name that belongs to the format",
            good().file(".prefetch.landmark/x", "").bytes(),
            "entry '.prefetch.landmark/x' (byte 1024 of the tar): an entry below a name that"
                + " belongs to the format; the option skip-unsupported leaves it out"));
  }

  private static Stream<Arguments> notUnpackable() {
    return Stream.of(
        input(
            "a hard link to a directory",
            good().dir("d/").hardlink("link", "d").bytes(),
            "entry 'link' (byte 1536 of the tar): a hard link to the directory 'd': nothing unpacks"
                + " that"),
        input(
            "an entry below a file",
            good().file("good/below", "").bytes(),
            "entry 'good/below' (byte 1024 of the tar): it lies below 'good', which is a reg, not a"
                + " directory"),
        input(
            "a root that is a file",
            good().file("./", "x").bytes(),
            "entry './' (byte 1024 of the tar): the root of the layer can't be a reg"));
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Stream.of(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputs")
  void is_refused_and_leaves_no_file_behind(String name, byte[] layer, String message)
      throws IOException {
    Result result =
        CommandFixture.in(directory).file("in.tar", layer).run("file:in.tar", "file:out.stargz");

    assertRefused(result, "file:in.tar", message);
    assertThat(result.files()).containsExactly("in.tar");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputs")
  void is_refused_and_leaves_an_existing_target_as_it_was(String name, byte[] layer, String message)
      throws IOException {
    CommandFixture command =
        CommandFixture.in(directory).stdin(layer).file("out.stargz", "what was there");

    Result result = command.run("file:-", "file:out.stargz", "--threads", "8");

    assertRefused(result, "file:-", message);
    assertThat(result.files()).containsExactly("out.stargz");
    assertThat(command.path("out.stargz")).hasContent("what was there");
  }

  private static void assertRefused(Result result, String source, String message) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .singleElement()
        .asString()
        .startsWith("stargzify: " + source + ": " + message);
  }
}
