package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.ContentDigest;
import dev.stargz.local.OciLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images between local places: what is printed, written and left behind. */
class ImageCommandTest {
  private static final TarFixture BASE = tar().dir("bin/").file("bin/sh", "#!").end();
  private static final TarFixture APP = tar().file("app", pattern(50_000)).end();
  private static final String HEX = "[0-9a-f]{64}";

  @TempDir Path directory;
  private ContentDigest source;

  @BeforeEach
  void makeImage() throws IOException {
    source = TinyImage.write(layout("in", "t"), BASE, APP);
  }

  private dev.stargz.image.ImageTarget layout(String name, String tag) throws IOException {
    return OciLayout.target(directory.resolve(name), Optional.of(tag));
  }

  private CommandFixture command() {
    return CommandFixture.in(directory);
  }

  private String digestOf(String name, String tag) throws IOException {
    try (var image = OciLayout.source(directory.resolve(name), Optional.of(tag))) {
      return image.root().digest().toString();
    }
  }

  @Test
  void stdout_is_the_result_s_name_and_digest_alone() throws IOException {
    Result result = command().run("oci:in:t", "oci:out:lazy");

    assertThat(result.err()).noneMatch(line -> line.contains("warning"));
    assertThat(result.exitCode()).isZero();
    assertThat(result.line()).isEqualTo("oci:out:lazy@" + digestOf("out", "lazy"));
  }

  @Test
  void stderr_has_a_line_a_layer_one_a_manifest_and_a_summary() throws IOException {
    List<String> err = command().run("oci:in:t", "oci:out:lazy", "--threads=1").err();

    assertThat(err).hasSize(4);
    assertThat(err.subList(0, 2).stream().sorted().toList())
        .satisfiesExactly(
            line ->
                assertThat(line).matches("layer 1/2 \\w{12} -> \\w{12}: converted, pushed; .* s"),
            line ->
                assertThat(line).matches("layer 2/2 \\w{12} -> \\w{12}: converted, pushed; .* s"));
    assertThat(err.get(2)).matches("image linux/amd64 \\w{12} -> sha256:" + HEX);
    assertThat(err.get(3))
        .matches("oci:in:t -> oci:out:lazy: 2 layers, 2 converted; .* read, .* sent, x .*, .* s");
  }

  @Test
  void quiet_leaves_the_result() throws IOException {
    Result result = command().run("-q", "oci:in:t", "oci:out:lazy");

    assertThat(result.err()).isEmpty();
    assertThat(result.line()).matches("oci:out:lazy@sha256:" + HEX);
  }

  @Test
  void json_is_one_line_and_the_same_again() throws IOException {
    Result result = command().run("--json", "--reuse=off", "oci:in:t", "oci:a:lazy", "--tag=x");
    Result again = command().run("--json", "--reuse=off", "oci:in:t", "oci:b:lazy", "--tag=x");

    Map<String, Object> json = Json.parseObject(result.line());
    assertThat(json)
        .containsEntry("sourceDigest", source.toString())
        .containsEntry("digest", digestOf("a", "x"))
        .containsEntry("tags", List.of("x"))
        .containsEntry("dryRun", false)
        .containsKeys("mediaType", "size", "tagMoved", "manifests", "layers", "warnings");
    assertThat(again.line()).isEqualTo(result.line().replace("oci:a:lazy", "oci:b:lazy"));
  }

  @Test
  void the_second_run_reuses_and_says_so() throws IOException {
    Result first = command().run("oci:in:t", "oci:out:lazy");
    Result second = command().run("oci:in:t", "oci:out:lazy");

    assertThat(second.line()).isEqualTo(first.line());
    assertThat(second.err()).anyMatch(line -> line.contains(": reused, already there; "));
    assertThat(second.err()).last().asString().contains("2 reused; 0 B read, 0 B sent");
  }

  @Test
  void the_digest_file_has_the_digest_alone() throws IOException {
    String file = directory.resolve("digest").toString();

    Result result = command().run("oci:in:t", "oci:out:lazy", "--digest-file", file);

    assertThat(result.line()).endsWith("@" + Files.readString(Path.of(file)).strip());
    assertThat(Path.of(file)).content().matches("sha256:" + HEX + "\n");
  }

  @Test
  void the_digest_file_works_for_layers_too() throws IOException {
    String file = directory.resolve("digest").toString();

    Result result =
        command()
            .stdin(APP.bytes())
            .stdout(new ByteArrayOutputStream())
            .run("file:-", "--digest-file", file);

    assertThat(result.exitCode()).isZero();
    assertThat(Path.of(file)).content().matches("sha256:" + HEX + "\n");
  }

  @Test
  void a_failed_run_leaves_the_digest_file_as_it_was() throws IOException {
    CommandFixture command = command().file("digest", "before");
    String file = directory.resolve("digest").toString();

    Result result = command.run("oci:in:none", "oci:out:lazy", "--digest-file", file);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(Path.of(file)).hasContent("before");
    assertThat(result.files()).containsExactlyInAnyOrder("digest", "in");
  }

  @Test
  void a_digest_file_that_can_t_be_fails_before_anything_is_written() throws IOException {
    Result result =
        command().run("oci:in:t", "oci:out:lazy", "--digest-file=" + directory + "/gone/digest");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("there is no directory");
    assertThat(result.files()).containsExactly("in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:out:lazy", "docker-archive:out.tar", ""})
  void a_dry_run_says_what_would_be_done_and_writes_nothing(String target) throws IOException {
    String digest = directory.resolve("digest").toString();
    String[] places =
        target.isEmpty() ? new String[] {"oci:in:t"} : new String[] {"oci:in:t", target};

    Result result = command().run(concat(places, "--dry-run", "--digest-file", digest));

    assertThat(result.exitCode()).isZero();
    assertThat(result.files()).containsExactly("in");
    assertThat(digestOf("in", "t")).isEqualTo(source.toString());
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).anyMatch(line -> line.contains("would be converted"));
    assertThat(result.err()).last().asString().contains(": nothing was written; 2 layers, ");
  }

  private static String[] concat(String[] head, String... tail) {
    String[] all = java.util.Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--upgrade", "-upgrade"})
  void upgrade_overwrites_in_place(String option) throws IOException {
    Result result = command().run(option, "oci:in:t", "--backup-tag=before");

    assertThat(result.err().toString()).isNotEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.line()).isEqualTo("oci:in:t@" + digestOf("in", "t"));
    assertThat(digestOf("in", "t")).isNotEqualTo(source.toString());
    assertThat(digestOf("in", "before")).isEqualTo(source.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--flatten", "-flatten"})
  void flatten_makes_one_layer(String option) throws IOException {
    Result result = command().run("--json", option, "oci:in:t", "oci:out:lazy");

    assertThat(result.exitCode()).isZero();
    assertThat(result.line()).contains("\"action\":\"flattened\"").doesNotContain("converted\"");
  }

  @Test
  void a_dry_run_says_about_how_much_would_be_sent() throws IOException {
    Result result = command().run("--dry-run", "oci:in:t", "oci:out:lazy");

    assertThat(result.err())
        .last()
        .asString()
        .containsPattern(
            "nothing was written; 2 layers, 2 converted; (\\S+ k?B) to read, about \\1");
  }

  @Test
  void a_target_that_can_t_be_is_told_before_the_source_is_read() throws IOException {
    Result result = command().run("oci-archive:gone.tar", "docker-archive:nowhere/out.tar");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("nowhere");
  }

  @Test
  void a_digest_file_that_can_t_be_is_named_with_its_option() throws IOException {
    Result result = command().run("oci:in:t", "oci:out:lazy", "--digest-file", "/nowhere/d");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().startsWith("stargzify: --digest-file /now");
  }

  @Test
  void a_digest_that_stdout_doesn_t_take_is_in_its_file_all_the_same() throws IOException {
    Path file = directory.resolve("digest");
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    Result result =
        command().stdout(full).run("oci:in:t", "oci:out:lazy", "--digest-file", file.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).last().isEqualTo("stargzify: stdout: No space left on device");
    assertThat(file).hasContent(digestOf("out", "lazy"));
  }

  @Test
  void a_dry_run_says_where_the_variant_would_be() throws IOException {
    command().run("oci:in:t", "oci:out:lazy");

    Result result = command().run("--dry-run", "oci:in:t", "oci:out:lazy", "--meta", "oci:m:meta");

    assertThat(result.err())
        .anyMatch(line -> line.matches("meta would be oci:m:meta@sha256:" + HEX));
    assertThat(directory.resolve("m")).doesNotExist();
  }

  @Test
  void meta_is_written_beside() throws IOException {
    Result result = command().run("--json", "oci:in:t", "oci:out:lazy", "--meta", "oci:out:meta");

    assertThat(result.exitCode()).isZero();
    Map<String, Object> json = Json.parseObject(result.line());
    assertThat(json.get("meta").toString()).contains(digestOf("out", "meta"));
  }

  @Test
  void all_forms_give_the_same_digest() throws IOException {
    String layout = digest(command().run("-q", "oci:in:t", "oci:out:lazy").line());

    assertThat(digest(command().run("-q", "oci:in:t", "oci-archive:out.tar:lazy").line()))
        .isEqualTo(layout);
    assertThat(digest(command().run("-q", "oci:in:t", "docker-archive:d.tar:x/y:z").line()))
        .isEqualTo(layout);
  }

  private static String digest(String line) {
    return line.substring(line.indexOf('@'));
  }

  @Test
  void archives_go_through_stdin_and_stdout() throws IOException {
    Result out = command().run("oci:in:t", "oci-archive:-:lazy");

    assertThat(out.exitCode()).isZero();
    assertThat(out.err()).last().asString().startsWith("oci:in:t -> oci-archive:-:lazy: 2 layers");
    Result in = command().stdin(out.out()).run("oci-archive:-", "oci:back:lazy");
    assertThat(in.exitCode()).isZero();
    assertThat(in.err()).anyMatch(line -> line.contains("passed through"));
  }

  @Test
  void an_archive_is_not_written_to_a_terminal() throws IOException {
    Result result = command().stdoutIsTerminal().run("oci:in:t", "docker-archive:-");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0)).contains("would write an archive to the terminal: redirect");
  }

  @Test
  void of_an_index_platforms_are_chosen() throws IOException {
    TinyImage.writeIndex(layout("multi", "t"), BASE, APP);

    Map<String, Object> all = run("oci:multi:t", "oci:a:t");
    Map<String, Object> one = run("oci:multi:t", "oci:b:t", "--platform", "linux/arm64");
    Map<String, Object> only =
        run("oci:multi:t", "oci:c:t", "--platform=linux/arm64,linux/amd64", "--only-platform");

    assertThat(all.get("layers").toString()).doesNotContain("copied");
    assertThat(one.get("layers").toString()).contains("converted");
    assertThat((List<?>) one.get("manifests")).hasSize(3);
    assertThat(only.get("digest")).isEqualTo(all.get("digest"));
  }

  private Map<String, Object> run(String... args) throws IOException {
    Result result = command().run(concat(args, "--json"));
    assertThat(result.exitCode()).as(result.err().toString()).isZero();
    return Json.parseObject(result.line());
  }

  @Test
  void a_list_of_prioritized_files_is_matched_against_all_layers() throws IOException {
    String list = directory.resolve("list").toString();
    Files.write(Path.of(list), "{\"path\":\"app\"}\n{\"path\":\"bin/sh\"}\n".getBytes(UTF_8));

    Result result = command().run("oci:in:t", "oci:out:t", "--prioritized-files", list);

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).noneMatch(line -> line.contains("warning"));
  }

  @Test
  void an_image_that_is_not_there_is_an_error_that_names_it() throws IOException {
    Result result = command().run("oci:in:none", "oci:out:lazy");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).singleElement().asString().contains("oci:in", "none");
    assertThat(result.files()).containsExactly("in");
  }

  @Test
  void on_a_terminal_nothing_of_the_live_view_is_left() throws IOException {
    Result result = command().stderrIsTerminal().run("oci:in:t", "oci:out:lazy");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).last().asString().contains("oci:in:t -> oci:out:lazy: ");
  }
}
