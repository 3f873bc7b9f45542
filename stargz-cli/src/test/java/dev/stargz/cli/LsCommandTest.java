package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.local.OciLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code stargzify ls SRC [PATH...]} on an image of two layers:
 *
 * <pre>
 *   bin/  sh (setuid, 2 links)  shell (the same file)  gone (removed above)
 *   dev/  log (a pipe)  null
 *   etc/  passwd  shadow (with an owner)
 *   lib -> usr/lib  (a directory that only usr/lib/libc.so implies)
 *   nowhere -> gone
 *   tmp/  (sticky)
 * </pre>
 */
class LsCommandTest {
  private static final TarFixture LOWER =
      tar()
          .dir("bin/")
          .mode(0755)
          .file("bin/gone", "")
          .file("bin/sh", "#!")
          .mode(04755)
          .hardlink("bin/shell", "bin/sh")
          .dir("dev/")
          .mode(0755)
          .charDevice("dev/null", 1, 3)
          .mode(0666)
          .fifo("dev/log")
          .mode(0600)
          .dir("tmp/")
          .mode(01777)
          .mtime(1)
          .end();
  private static final TarFixture UPPER =
      tar()
          .file("bin/.wh.gone", "")
          .dir("etc/")
          .mode(0755)
          .file("etc/passwd", "root:x\n")
          .mode(0644)
          .file("etc/shadow", "secret")
          .mode(0640)
          .owner(0, 42)
          .ownerNames("root", "shadow")
          .xattr("user.a", latin1("\u00ff"))
          .file("usr/lib/libc.so", "0123456789")
          .mode(0644)
          .symlink("lib", "usr/lib")
          .mode(0777)
          .symlink("nowhere", "gone")
          .mode(0777)
          .end();

  @TempDir Path directory;

  @BeforeEach
  void makeImage() throws IOException {
    TinyImage.write(OciLayout.target(directory.resolve("in"), Optional.of("t")), LOWER, UPPER);
    assertThat(command().run("-q", "oci:in:t", "oci:image:t").exitCode()).isZero();
  }

  private CommandFixture command() {
    return CommandFixture.in(directory);
  }

  private Result ls(String... args) throws IOException {
    String[] all = new String[args.length + 1];
    all[0] = "ls";
    System.arraycopy(args, 0, all, 1, args.length);
    Result result = command().run(all);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    return result;
  }

  // ---- names

  @Test
  void the_root_is_listed_by_default_a_name_a_line_in_the_order_of_bytes() throws IOException {
    assertThat(ls("oci:image:t").lines())
        .containsExactly("bin", "dev", "etc", "lib", "nowhere", "tmp", "usr");
  }

  @Test
  void of_a_layer_file_all_that_is_stored_shows() throws IOException {
    CommandFixture command = command().file("x.stargz", Blobs.convert(UPPER).bytes());

    assertThat(command.run("ls", "file:x.stargz", "bin").lines()).containsExactly(".wh.gone");
    assertThat(command.run("ls", command.at("x.stargz")).lines())
        .contains(".no.prefetch.landmark", "etc");
  }

  @Test
  void one_layer_of_an_image_is_shown_as_it_is_stored() throws IOException {
    assertThat(ls("--layer=2", "oci:image:t", "bin").lines()).containsExactly(".wh.gone");
    assertThat(ls("--layer=1", "oci:image:t", "bin").lines())
        .containsExactly("gone", "sh", "shell");
    assertThat(command().run("ls", "--layer=3", "oci:image:t").err())
        .containsExactly("stargzify: oci:image:t: there is no layer 3, the highest is 2");
  }

  @Test
  void files_come_first_and_directories_under_their_names() throws IOException {
    assertThat(ls("oci:image:t", "etc", "bin/sh", "/dev/", "dev/null").lines())
        .containsExactly(
            "bin/sh", "dev/null", "", "etc:", "passwd", "shadow", "", "/dev/:", "log", "null");
  }

  @Test
  void recursion_goes_down_and_not_through_links() throws IOException {
    assertThat(ls("-R", "oci:image:t", "/usr", "lib").lines())
        .containsExactly("/usr:", "lib", "", "/usr/lib:", "libc.so", "", "lib:", "libc.so");
    assertThat(ls("-R", "oci:image:t").lines())
        .startsWith("/:", "bin", "dev")
        .contains("/bin:", "/usr/lib:")
        .doesNotContain("/lib:");
  }

  @Test
  void d_shows_a_directory_itself() throws IOException {
    assertThat(ls("-d", "oci:image:t", "etc", "lib").lines()).containsExactly("etc", "lib");
    assertThat(ls("-d", "oci:image:t").lines()).containsExactly("/");
  }

  @Test
  void a_link_to_a_directory_is_followed_unless_it_is_to_be_shown_itself() throws IOException {
    assertThat(ls("oci:image:t", "lib").lines()).containsExactly("libc.so");
    assertThat(ls("oci:image:t", "nowhere").lines()).containsExactly("nowhere");
    assertThat(ls("-l", "oci:image:t", "lib").line()).endsWith(" lib -> usr/lib");
    assertThat(ls("-l", "oci:image:t", "lib/").line()).endsWith(" libc.so");
  }

  @Test
  void what_isn_t_there_is_told_and_the_rest_listed() throws IOException {
    Result result = command().run("ls", "oci:image:t", "gone", "bin", "etc/passwd/");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.lines()).containsExactly("bin:", "sh", "shell");
    assertThat(result.err())
        .containsExactly(
            "stargzify: oci:image:t: there is no 'gone'",
            "stargzify: oci:image:t: there is no directory 'etc/passwd/'");
  }

  // ---- odd names

  private CommandFixture odd() throws IOException {
    TarFixture layer =
        tar()
            .file("a\nb", "")
            .file("c\033[31m", "")
            .file("zwj\u200d", "")
            .dir("dir\u200d/")
            .dir(latin1("d\u00ff/"))
            .file(latin1("d\u00ff/\u00fe"), latin1("x"))
            .file("d\\xFF", "");
    return command().file("odd.stargz", Blobs.convert(layer).bytes());
  }

  @Test
  void names_that_would_break_lines_are_escaped_in_a_pipe() throws IOException {
    assertThat(odd().run("ls", "file:odd.stargz").lines())
        .containsExactly(
            ".no.prefetch.landmark",
            "a\\nb",
            "c\\x1B[31m",
            "d\\xFF",
            "dir\u200d",
            "d\\xFF~2",
            "zwj\u200d");
    assertThat(odd().run("ls", "-R", "file:odd.stargz").lines()).contains("/dir\u200d:");
  }

  @Test
  void a_terminal_gets_nothing_that_moves_what_is_seen() throws IOException {
    Result result =
        odd().stdoutIsTerminal().variable("NO_COLOR", "1").run("ls", "-1", "file:odd.stargz");

    assertThat(result.lines()).contains("c\\x1B[31m", "zwj\\u200D");
  }

  @Test
  void names_that_are_no_utf8_are_taken_as_they_are_shown() throws IOException {
    assertThat(odd().run("ls", "file:odd.stargz", "d\\xFF~2").lines()).containsExactly("\\xFE");
    assertThat(odd().run("ls", "-d", "file:odd.stargz", "d\\xFF~2/\\xFE").lines())
        .containsExactly("d\\xFF~2/\\xFE");
  }

  @Test
  void with_0_the_bytes_of_whole_paths_end_with_nul() throws IOException {
    byte[] out = odd().run("ls", "-R0", "file:odd.stargz").out();

    assertThat(new String(out, ISO_8859_1).split("\0"))
        .contains("/a\nb", "/d\\xFF", "/d\u00ff", "/d\u00ff/\u00fe")
        .hasSize(8);
    assertThat(new String(ls("-0", "oci:image:t", "etc").out(), ISO_8859_1))
        .isEqualTo("etc/passwd\0etc/shadow\0");
  }

  // ---- more than names

  @Test
  void l_shows_attributes_in_columns() throws IOException {
    assertThat(ls("-l", "oci:image:t").lines())
        .containsExactly(
            "drwxr-xr-x 2 0 0 0 2001-09-09T01:46:40Z bin",
            "drwxr-xr-x 2 0 0 0 2001-09-09T01:46:40Z dev",
            "drwxr-xr-x 2 0 0 0 2001-09-09T01:46:40Z etc",
            "lrwxrwxrwx 1 0 0 7 2001-09-09T01:46:40Z lib -> usr/lib",
            "lrwxrwxrwx 1 0 0 4 2001-09-09T01:46:40Z nowhere -> gone",
            "drwxrwxrwt 2 0 0 0 1970-01-01T00:00:01Z tmp",
            "drwxr-xr-x 3 0 0 0 1970-01-01T00:00:00Z usr");
    assertThat(ls("-l", "oci:image:t", "bin", "dev").lines())
        .containsExactly(
            "bin:",
            "-rwsr-xr-x 2 0 0 2 2001-09-09T01:46:40Z sh",
            "-rwsr-xr-x 2 0 0 2 2001-09-09T01:46:40Z shell",
            "",
            "dev:",
            "prw------- 1 0 0    0 2001-09-09T01:46:40Z log",
            "crw-rw-rw- 1 0 0 1, 3 2001-09-09T01:46:40Z null");
  }

  @Test
  void bits_beside_the_permissions_stand_in_place_of_x() throws IOException {
    TarFixture layer = tar().dir("d/");
    for (int mode : new int[] {0, 04000, 02000, 01000, 07777, 0421}) {
      layer.file(String.format("d/%04o", mode), "").mode(mode);
    }
    CommandFixture command = command().file("x.stargz", Blobs.convert(layer).bytes());

    assertThat(command.run("ls", "-l", "file:x.stargz", "d").lines())
        .extracting(line -> line.substring(0, 10) + line.substring(line.lastIndexOf(' ')))
        .containsExactly(
            "---------- 0000",
            "-r---w---x 0421",
            "---------T 1000",
            "------S--- 2000",
            "---S------ 4000",
            "-rwsrwsrwt 7777");
  }

  @Test
  void owners_are_names_where_there_are_any_and_numbers_with_n() throws IOException {
    assertThat(ls("-l", "oci:image:t", "etc").lines())
        .containsExactly(
            "-rw-r--r-- 1 0    0      7 2001-09-09T01:46:40Z passwd",
            "-rw-r----- 1 root shadow 6 2001-09-09T01:46:40Z shadow");
    assertThat(ls("-n", "oci:image:t", "etc/shadow").line())
        .isEqualTo("-rw-r----- 1 0 42 6 2001-09-09T01:46:40Z etc/shadow");
  }

  @Test
  void json_is_an_object_a_line() throws IOException {
    List<String> lines = ls("--json", "oci:image:t", "etc").lines();

    assertThat(lines).hasSize(2);
    Map<String, Object> shadow = Json.parseObject(lines.get(1));
    assertThat(shadow)
        .containsEntry("name", "shadow")
        .containsEntry("path", "etc/shadow")
        .containsEntry("type", "reg")
        .containsEntry("mode", "0640")
        .containsEntry("uid", 0L)
        .containsEntry("gid", 42L)
        .containsEntry("userName", "root")
        .containsEntry("groupName", "shadow")
        .containsEntry("size", 6L)
        .containsEntry("mtime", "2001-09-09T01:46:40Z")
        .containsEntry("layer", 2L)
        .containsEntry("nlink", 1L)
        .containsEntry("xattrs", Map.of("user.a", "/w=="))
        .containsKeys("inode", "digest")
        .doesNotContainKeys("linkTarget", "devMajor", "nameBase64");
  }

  @Test
  void json_says_where_links_lead_and_which_names_are_one_file() throws IOException {
    Map<String, Object> sh = Json.parseObject(ls("--json", "oci:image:t", "bin/sh").line());
    Map<String, Object> shell = Json.parseObject(ls("--json", "oci:image:t", "bin/shell").line());

    assertThat(shell).containsEntry("inode", sh.get("inode")).containsEntry("nlink", 2L);
    assertThat(sh).containsEntry("layer", 1L);
    assertThat(Json.parseObject(ls("--json", "--layer=2", "oci:image:t", "etc/passwd").line()))
        .containsEntry("layer", 2L);
    assertThat(Json.parseObject(ls("--json", "-d", "oci:image:t", "nowhere").line()))
        .containsEntry("type", "symlink")
        .containsEntry("linkTarget", "gone");
    assertThat(Json.parseObject(ls("--json", "oci:image:t", "dev/null").line()))
        .containsEntry("type", "char")
        .containsEntry("devMajor", 1L)
        .containsEntry("devMinor", 3L);
    assertThat(Json.parseObject(ls("--json", "-d", "oci:image:t", "usr").line()))
        .doesNotContainKey("layer"); // it is nowhere stored
  }

  @Test
  void json_has_the_bytes_of_names_that_are_no_text() throws IOException {
    Result result = odd().run("ls", "--json", "file:odd.stargz", "d\\xFF~2");

    assertThat(Json.parseObject(result.line()))
        .containsEntry("name", "\\xFE")
        .containsEntry("nameBase64", "/g==")
        .containsEntry("layer", 1L);
  }

  // ---- terminals

  private List<String> onTerminal(int columns, String... args) throws IOException {
    Result result =
        command().stdoutIsTerminal().variable("COLUMNS", Integer.toString(columns)).run(args);
    assertThat(result.err()).isEmpty();
    return result.lines();
  }

  @Test
  void on_a_terminal_names_stand_in_columns_and_in_colour() throws IOException {
    assertThat(onTerminal(17, "ls", "oci:image:t"))
        .containsExactly(
            "\033[01;34mbin\033[0m  \033[01;36mlib\033[0m      \033[01;34musr\033[0m",
            "\033[01;34mdev\033[0m  \033[01;36mnowhere\033[0m",
            "\033[01;34metc\033[0m  \033[01;34mtmp\033[0m");
    assertThat(onTerminal(80, "ls", "oci:image:t", "dev"))
        .containsExactly("\033[33mlog\033[0m  \033[01;33mnull\033[0m");
    assertThat(onTerminal(3, "ls", "oci:image:t", "etc")).containsExactly("passwd", "shadow");
  }

  @Test
  void colour_is_the_user_s_choice() throws IOException {
    assertThat(ls("--color=always", "oci:image:t", "bin").lines())
        .containsExactly("\033[01;32msh\033[0m", "\033[01;32mshell\033[0m");
    assertThat(onTerminal(80, "ls", "--color=never", "oci:image:t", "bin"))
        .containsExactly("sh  shell");
    assertThat(
            command()
                .stdoutIsTerminal()
                .variable("NO_COLOR", "1")
                .variable("COLUMNS", "80")
                .run("ls", "oci:image:t", "bin")
                .lines())
        .containsExactly("sh  shell");
    assertThat(
            command()
                .stdoutIsTerminal()
                .variable("TERM", "dumb")
                .variable("COLUMNS", "80")
                .run("ls", "oci:image:t", "bin")
                .lines())
        .containsExactly("sh  shell");
  }

  @Test
  void wide_characters_take_two_cells() throws IOException {
    CommandFixture command =
        command()
            .file(
                "x.stargz",
                Blobs.convert(
                        tar()
                            .dir("d/")
                            .file("d/\u65e5\u672c", "")
                            .file("d/a", "")
                            .file("d/b", "")
                            .file("d/e\u0301", ""))
                    .bytes())
            .stdoutIsTerminal()
            .variable("COLUMNS", "8");

    assertThat(command.run("ls", "file:x.stargz", "d").lines())
        .containsExactly("a  e\u0301", "b  \u65e5\u672c");
  }

  // ---- sources that can't be listed

  @Test
  void a_layer_that_is_no_stargz_says_what_to_do() throws IOException {
    CommandFixture command = command().file("x.tar.gz", LOWER.gzip());

    assertThat(command.run("ls", "file:x.tar.gz").err())
        .singleElement()
        .asString()
        .startsWith("stargzify: file:x.tar.gz: ")
        .contains("not a stargz")
        .endsWith("convert it first: stargzify file:IN file:OUT");
    assertThat(command.run("ls", "oci:in:t").err())
        .singleElement()
        .asString()
        .startsWith("stargzify: oci:in:t: layer 1, sha256:")
        .contains("convert the image first: stargzify SRC DST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:gone", "oci:gone:t", "oci:image:gone", "oci-archive:gone"})
  void what_isn_t_there_is_one_line(String source) throws IOException {
    Result result = command().run("ls", source);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("gone");
  }

  @Test
  void an_archive_may_come_through_a_pipe() throws IOException {
    assertThat(command().run("-q", "oci:image:t", "oci-archive:image.tar:t").exitCode()).isZero();
    byte[] archive = command().content("image.tar");

    Result result = command().stdin(archive).run("ls", "oci-archive:-", "bin");

    assertThat(result.lines()).containsExactly("sh", "shell");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void a_pipe_is_no_layer() throws IOException {
    assertThat(command().run("ls", "/dev/null").err())
        .singleElement()
        .asString()
        .startsWith("stargzify: file:/dev/null is no regular file: a layer is read from its end");
  }

  @Test
  void what_no_annotation_vouches_for_is_warned_of() throws IOException {
    EditedLayout.at(directory.resolve("image"))
        .manifest(text -> text.replaceFirst("containerd.io/snapshot/stargz/toc.digest", "x"));

    Result result = command().run("ls", "oci:image:t", "bin");

    assertThat(result.exitCode()).isZero();
    assertThat(result.lines()).containsExactly("sh", "shell");
    assertThat(result.err())
        .containsExactly(
            "stargzify: warning: oci:image:t: no annotation has the digest of the TOC of layer 1:"
                + " what is read of it is checked for damage, not against the image's digest");
    assertThat(command().run("ls", "-q", "oci:image:t", "bin").err()).isEmpty();
    assertThat(command().run("ls", "--layer=2", "oci:image:t", "bin").err()).isEmpty();
  }

  @Test
  void a_directory_is_no_layer() throws IOException {
    assertThat(command().run("ls", "file:in/blobs").err())
        .containsExactly("stargzify: file:in/blobs is a directory: expected a layer's blob");
    assertThat(command().run("ls", command().at("in")).exitCode()).isEqualTo(2);
  }

  // ---- stdout

  @Test
  void who_has_read_enough_ends_it_quietly() throws IOException {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    Result result = command().stdout(closed).run("ls", "oci:image:t");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(command().stdout(closed).run("ls", "oci:image:t", "gone", "bin").exitCode())
        .isEqualTo(1);
    assertThat(command().stdout(closed).run("--json", "oci:in:t", "oci:out:t").exitCode())
        .isEqualTo(1);
  }
}
