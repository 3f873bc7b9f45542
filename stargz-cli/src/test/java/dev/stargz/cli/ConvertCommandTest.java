package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.BlobFormat;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.deflate.DeflateEngine;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code stargzify SRC [DST]}: what it makes, and what it says on stdout. */
class ConvertCommandTest {
  private static final TarFixture LAYER =
      tar().dir("d/").file("d/small", "hello").file("d/large", pattern(20_000)).symlink("s", "d");

  @TempDir Path directory;

  private CommandFixture command() throws IOException {
    return CommandFixture.in(directory).file("in.tar", LAYER.bytes());
  }

  private static Blob expected() throws IOException {
    return Blobs.convert(LAYER);
  }

  @Test
  void the_target_is_the_blob_that_the_library_makes() throws IOException {
    CommandFixture command = command();

    Result result = command.run("file:in.tar", "file:out.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(command.content("out.stargz")).isEqualTo(expected().bytes());
    assertThat(result.files()).containsExactly("in.tar", "out.stargz");
  }

  @Test
  void stdout_holds_the_digest_alone() throws IOException {
    Result result = command().run("file:in.tar", "file:out.stargz");

    assertThat(result.line()).isEqualTo(expected().facts().digest().toString());
  }

  @Test
  void stderr_holds_one_line_that_sums_up() throws IOException {
    Result result = command().run("file:in.tar", "file:out.stargz");

    assertThat(result.err())
        .singleElement()
        .asString()
        .matches(
            "file:in\\.tar -> file:out\\.stargz: 24\\.1 kB -> 1\\.3 kB \\(x 0\\.05\\), tar 26\\.6 kB,"
                + " \\d+\\.\\d s, \\d+(\\.\\d)? [kMG]?B/s");
  }

  @Test
  void with_quiet_stderr_is_empty_and_stdout_as_ever() throws IOException {
    for (String quiet : List.of("-q", "--quiet")) {
      Result result = command().run(quiet, "file:in.tar", "file:out.stargz");

      assertThat(result.err()).isEmpty();
      assertThat(result.line()).isEqualTo(expected().facts().digest().toString());
    }
  }

  // ---- where it goes

  @ParameterizedTest
  @CsvSource({
    "in.tar.gz, in.stargz",
    "in.tgz, in.stargz",
    "in.tar.zst, in.stargz",
    "in.tzst, in.stargz",
    "in.tar, in.stargz",
    "in.esgz, in.stargz",
    "in, in.stargz",
    "a.b.c, a.b.c.stargz",
    "in.gz, in.gz.stargz",
    ".tar, .tar.stargz",
  })
  void without_a_target_the_source_s_name_tells_it(String source, String target)
      throws IOException {
    CommandFixture command = CommandFixture.in(directory).file(source, LAYER.bytes());

    Result result = command.run("file:" + source);

    assertThat(result.exitCode()).isZero();
    assertThat(result.files()).containsExactlyInAnyOrder(source, target);
    assertThat(command.content(target)).isEqualTo(expected().bytes());
  }

  @Test
  void from_stdin_to_stdout() throws IOException {
    for (List<String> args : List.of(List.of("file:-"), List.of("file:-", "file:-"))) {
      Result result =
          CommandFixture.in(directory).stdin(LAYER.bytes()).run(args.toArray(String[]::new));

      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).isEqualTo(expected().bytes());
      assertThat(result.files()).isEmpty();
      assertThat(result.err()).singleElement().asString().startsWith("file:- -> file:-: ");
    }
  }

  @Test
  void from_stdin_to_a_file() throws IOException {
    CommandFixture command = CommandFixture.in(directory).stdin(LAYER.gzip());

    Result result = command.run("file:-", "file:out.stargz");

    assertThat(result.line()).isEqualTo(expected().facts().digest().toString());
    assertThat(command.content("out.stargz")).isEqualTo(expected().bytes());
  }

  @Test
  void from_a_file_to_stdout() throws IOException {
    Result result = command().run("file:in.tar", "file:-");

    assertThat(result.out()).isEqualTo(expected().bytes());
    assertThat(result.files()).containsExactly("in.tar");
  }

  @Test
  void a_blob_is_not_written_to_a_terminal() throws IOException {
    Result result = command().stdoutIsTerminal().run("file:in.tar", "file:-");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .first()
        .isEqualTo("stargzify: DST file:- would write a blob to the terminal: redirect stdout");
  }

  @Test
  void a_digest_is_written_to_a_terminal() throws IOException {
    Result result = command().stdoutIsTerminal().run("file:in.tar", "file:out.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(result.line()).startsWith("sha256:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:-", "file:out.stargz", "--json"})
  void a_result_that_cannot_be_written_is_an_error(String target) throws IOException {
    boolean json = target.equals("--json");
    Result result =
        command()
            .stdout(new FullDevice())
            .run(
                json
                    ? new String[] {"--json", "file:in.tar"}
                    : new String[] {"file:in.tar", target});

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .last()
        .asString()
        .isEqualTo("stargzify: stdout: No space left on device");
  }

  private static final class FullDevice extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  // ---- JSON

  @Test
  void json_has_what_the_library_says_of_the_blob() throws IOException {
    Result result = command().run("--json", "file:in.tar", "file:out.stargz");

    Blob blob = expected();
    assertThat(Json.parseObject(result.line()))
        .containsExactly(
            Map.entry("source", "file:in.tar"),
            Map.entry("target", "file:out.stargz"),
            Map.entry("format", "estargz"),
            Map.entry("sourceSize", (long) LAYER.bytes().length),
            Map.entry("sourceDiffId", Digest.of(LAYER.bytes()).toString()),
            Map.entry("digest", blob.facts().digest().toString()),
            Map.entry("size", (long) blob.bytes().length),
            Map.entry("diffId", blob.facts().diffId().toString()),
            Map.entry("uncompressedSize", (long) blob.tar().length),
            Map.entry("tocDigest", blob.facts().tocDigest().toString()),
            Map.entry("tocOffset", blob.facts().tocOffset()),
            Map.entry(
                "annotations",
                Map.of(
                    "containerd.io/snapshot/stargz/toc.digest", blob.facts().tocDigest().toString(),
                    "io.containers.estargz.uncompressed-size", String.valueOf(blob.tar().length),
                    "dev.stargz.toc.offset", String.valueOf(blob.facts().tocOffset()),
                    "dev.stargz.source.tail", "1024")),
            Map.entry("warnings", List.of()));
    assertThat(result.err()).hasSize(1);
  }

  @Test
  void json_lists_the_warnings() throws IOException {
    byte[] layer =
        tar()
            .global(Map.of("a", "b"))
            .symlink("l", ".")
            .file(latin1("l/\n\u00ff"), latin1(""))
            .bytes();

    Result result =
        CommandFixture.in(directory).stdin(layer).run("--json", "-q", "file:-", "file:o");

    assertThat(Json.parseObject(result.line()).get("warnings"))
        .isEqualTo(
            List.of(
                Map.of(
                    "kind",
                    "global_records",
                    "message",
                    "global PAX records (byte 0 of the tar) stay in the tar; container engines"
                        + " ignore them, and so does the TOC"),
                Map.of(
                    "kind",
                    "below_symlink",
                    "entry",
                    "l/\n\\xFF",
                    "message",
                    "entry 'l/\n\\xFF' lies below the symbolic link 'l'")));
  }

  // ---- options

  @Test
  void format_stargz_is_that_of_2019() throws IOException {
    CommandFixture command = command();

    Result result = command.run("--json", "--format", "stargz", "file:in.tar", "file:out");

    WriterOptions options = WriterOptions.builder().format(BlobFormat.STARGZ).build();
    assertThat(command.content("out")).isEqualTo(Blobs.convert(LAYER, options).bytes());
    assertThat(Json.parseObject(result.line())).containsEntry("format", "stargz");
  }

  @Test
  void format_estargz_is_the_default() throws IOException {
    CommandFixture command = command();

    command.run("--format=estargz", "file:in.tar", "file:out");

    assertThat(command.content("out")).isEqualTo(expected().bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 9})
  void the_level_is_the_deflater_s(int level) throws IOException {
    CommandFixture command = command();

    command.run("--level", String.valueOf(level), "file:in.tar", "file:out");

    WriterOptions options = WriterOptions.builder().level(level).build();
    assertThat(command.content("out")).isEqualTo(Blobs.convert(LAYER, options).bytes());
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "4096, 4096", "4k, 4096", "4K, 4096", "1m, 1048576", "256M, 268435456"})
  void the_chunk_size_is_in_bytes_kibibytes_or_mebibytes(String value, int bytes)
      throws IOException {
    CommandFixture command = command();

    Result result = command.run("--chunk-size", value, "file:in.tar", "file:out");

    WriterOptions options = WriterOptions.builder().chunkSize(bytes).build();
    assertThat(result.exitCode()).isZero();
    assertThat(command.content("out")).isEqualTo(Blobs.convert(LAYER, options).bytes());
  }

  @ParameterizedTest
  @CsvSource({"jdk, 6", "java, 6", "java, 12"})
  void the_deflater_is_the_one_asked_for(String deflater, int level) throws IOException {
    CommandFixture command = command();

    command.run("--deflater", deflater, "--level=" + level, "file:in.tar", "file:out");

    DeflateEngine engine = deflater.equals("jdk") ? DeflateEngine.jdk() : DeflateEngine.java();
    WriterOptions options = WriterOptions.builder().engine(engine).level(level).build();
    assertThat(command.content("out")).isEqualTo(Blobs.convert(LAYER, options).bytes());
  }

  @Test
  void one_thread_or_eight_write_the_same_bytes() throws IOException {
    CommandFixture command = command();

    Result one = command.run("--chunk-size=100", "--threads=1", "file:in.tar", "file:one");
    Result eight = command.run("--chunk-size=100", "--threads=8", "file:in.tar", "file:eight");

    assertThat(eight.line()).isEqualTo(one.line());
    assertThat(command.content("eight")).isEqualTo(command.content("one"));
  }

  @Test
  void what_nothing_unpacks_is_left_out_if_asked_for() throws IOException {
    TarFixture layer = tar().file("a", "x").entry('s', "socket").file("b", "y");
    CommandFixture command = CommandFixture.in(directory).file("in.tar", layer.bytes());

    Result result = command.run("--skip-unsupported", "file:in.tar", "file:out");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err())
        .first()
        .isEqualTo(
            "stargzify: warning: entry 'socket' was dropped: it is an entry of typeflag 's', which"
                + " nothing unpacks");
    assertThat(command.content("out"))
        .isEqualTo(Blobs.convert(tar().file("a", "x").file("b", "y")).bytes());
  }

  @Test
  void options_may_stand_anywhere() throws IOException {
    CommandFixture command = command();

    Result result = command.run("file:in.tar", "--level=0", "file:out", "-q", "--json");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(Json.parseObject(result.line())).containsEntry("target", "file:out");
  }

  @Test
  void an_empty_layer_is_fine() throws IOException {
    for (byte[] layer : List.of(new byte[0], new byte[1024], tar().gzip())) {
      CommandFixture command = CommandFixture.in(directory).file("in.tar", layer);

      assertThat(command.run("file:in.tar").exitCode()).isZero();
      assertThat(command.run("verify", "file:in.stargz").exitCode()).isZero();
    }
  }

  @Test
  void the_source_stays_as_it_was() throws IOException {
    CommandFixture command = command();
    Files.setLastModifiedTime(command.path("in.tar"), FileTime.fromMillis(0));

    command.run("file:in.tar");

    assertThat(command.content("in.tar")).isEqualTo(LAYER.bytes());
    assertThat(Files.getLastModifiedTime(command.path("in.tar")).toMillis()).isZero();
  }
}
