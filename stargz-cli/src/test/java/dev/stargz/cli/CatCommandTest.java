package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.ImageReader;
import dev.stargz.image.ImageSource;
import dev.stargz.local.OciLayout;
import dev.stargz.registry.LoopbackRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stargzify cat SRC PATH...}: files' bytes and nothing else. */
class CatCommandTest {
  private static final String PASSWORD = "hush-hush";
  private static final TarFixture LOWER =
      tar().dir("etc/").file("etc/a", "lower").file("etc/b", "b\n").end();
  private static final TarFixture UPPER =
      tar()
          .file("etc/a", "upper\n")
          .symlink("to-a", "/etc/./a")
          .hardlink("again", "etc/a")
          .symlink("loop", "loop")
          .fifo("pipe")
          .file("empty", "")
          .file(latin1("\u00ff"), latin1("x"))
          .end();

  @TempDir Path directory;

  private CommandFixture command() {
    return CommandFixture.in(directory);
  }

  private CommandFixture image() throws IOException {
    TinyImage.write(OciLayout.target(directory.resolve("in"), Optional.of("t")), LOWER, UPPER);
    assertThat(command().run("-q", "oci:in:t", "oci:image:t").exitCode()).isZero();
    return command();
  }

  private static String text(Result result) {
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    return new String(result.out(), UTF_8);
  }

  @Test
  void files_are_written_in_the_order_given() throws IOException {
    CommandFixture image = image();

    assertThat(text(image.run("cat", "oci:image:t", "etc/a"))).isEqualTo("upper\n");
    assertThat(text(image.run("cat", "oci:image:t", "/etc/b", "empty", "etc/../etc/a", "etc/b")))
        .isEqualTo("b\nupper\nb\n");
    assertThat(text(image.run("cat", "oci:image:t", "\\xFF"))).isEqualTo("x");
  }

  @Test
  void links_are_followed() throws IOException {
    assertThat(text(image().run("cat", "oci:image:t", "to-a", "again")))
        .isEqualTo("upper\nupper\n");
  }

  @Test
  void of_one_layer_it_is_that_layer_s_file() throws IOException {
    assertThat(text(image().run("cat", "--layer=1", "oci:image:t", "etc/a"))).isEqualTo("lower");
  }

  @Test
  void what_is_no_file_is_told_and_the_rest_written() throws IOException {
    Result result =
        image()
            .run(
                "cat",
                "oci:image:t",
                "gone",
                "etc",
                "etc/b",
                "loop",
                "pipe",
                "etc/b/x",
                "etc/b/",
                "etc/b/.");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.lines()).containsExactly("b");
    assertThat(result.err())
        .containsExactly(
            "stargzify: oci:image:t: there is no 'gone'",
            "stargzify: oci:image:t: 'etc' is a directory: expected a regular file",
            "stargzify: oci:image:t: 'loop' leads through too many symbolic links",
            "stargzify: oci:image:t: 'pipe' is a named pipe: expected a regular file",
            "stargzify: oci:image:t: there is no 'etc/b/x'",
            "stargzify: oci:image:t: there is no directory 'etc/b/'",
            "stargzify: oci:image:t: there is no directory 'etc/b/.'");
  }

  @Test
  void a_large_file_comes_whole_from_a_path() throws IOException {
    byte[] large = pattern(3_000_000);
    byte[] blob =
        Blobs.convert(
                tar().file("large", large), WriterOptions.builder().chunkSize(100_000).build())
            .bytes();
    CommandFixture command = command().file("x.stargz", blob);

    assertThat(command.run("cat", command.at("x.stargz"), "large").out()).isEqualTo(large);
  }

  @Test
  void of_a_damaged_chunk_nothing_is_written_but_of_the_next_file() throws IOException {
    byte[] blob =
        Blobs.convert(
                tar().file("a", pattern(100_000)).file("b", "next"),
                WriterOptions.builder().level(0).build())
            .bytes();
    blob[60_000] ^= 1;

    Result result = command().file("x.stargz", blob).run("cat", "file:x.stargz", "a", "b");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).asString(UTF_8).isEqualTo("next");
    assertThat(result.err()).singleElement().asString().startsWith("stargzify: file:x.stargz: ");
  }

  @Test
  void who_has_read_enough_ends_it_quietly() throws IOException {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    CommandFixture image = image().stdout(closed);

    Result result = image.run("cat", "oci:image:t", "etc/a");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(image.run("cat", "oci:image:t", "gone", "etc/a").exitCode()).isEqualTo(1);
  }

  @Test
  void a_full_disk_is_an_error() throws IOException {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    Result result = image().stdout(full).run("cat", "oci:image:t", "etc/a");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).containsExactly("stargzify: stdout: No space left on device");
  }

  // ---- registries

  @Test
  void an_image_in_a_registry_is_read_where_it_is() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.start()) {
      String there = "http://" + registry.authority() + "/a/b:t";
      assertThat(image().run("-q", "oci:image:t", there).exitCode()).isZero();
      int before = registry.requests().size();

      assertThat(text(command().run("cat", there, "to-a"))).isEqualTo("upper\n");
      assertThat(text(command().run("cat", "docker://" + there, "to-a"))).isEqualTo("upper\n");
      assertThat(registry.requests().subList(before, registry.requests().size()))
          .allMatch(line -> line.startsWith("GET ") || line.startsWith("HEAD "));

      Result verbose = command().run("cat", "-v", there, "to-a");
      assertThat(new String(verbose.out(), UTF_8)).isEqualTo("upper\n");
      assertThat(verbose.err()).anyMatch(line -> line.contains("/v2/a/b/manifests/t"));
    }
  }

  @Test
  void the_login_is_that_of_src() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.start()) {
      String there = "http://" + registry.authority() + "/a/b:t";
      assertThat(image().run("-q", "oci:image:t", there).exitCode()).isZero();
      registry.login("joe", PASSWORD);

      assertThat(
              text(
                  command()
                      .stdin((PASSWORD + "\n").getBytes(UTF_8))
                      .run("cat", "--username=joe", "--password-stdin", there, "etc/a")))
          .isEqualTo("upper\n");
      assertThat(
              text(
                  command()
                      .variable("STARGZIFY_FROM_USERNAME", "joe")
                      .variable("STARGZIFY_FROM_PASSWORD", PASSWORD)
                      .run("cat", there, "etc/a")))
          .isEqualTo("upper\n");
      Result refused = command().run("cat", there, "etc/a");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).singleElement().asString().contains(registry.authority(), "401");
    }
  }

  // ---- URLs

  /** Sends the image to a registry; returns the URL of its upper layer's blob there. */
  private String upperLayer(LoopbackRegistry registry) throws IOException {
    String there = "http://" + registry.authority() + "/a/b:t";
    assertThat(image().run("-q", "oci:image:t", there).exitCode()).isZero();
    try (ImageSource source = OciLayout.source(directory.resolve("image"), Optional.of("t"));
        ImageReader image = ImageReader.open(source, Optional.empty())) {
      ContentDigest digest = image.layers().get(1).descriptor().digest();
      return "http://" + registry.authority() + "/v2/a/b/blobs/" + digest;
    }
  }

  @Test
  void a_layer_is_read_from_its_url() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.start()) {
      String url = "url:" + upperLayer(registry);
      int before = registry.requests().size();

      assertThat(text(command().run("cat", url + "?sig=hush", "to-a"))).isEqualTo("upper\n");
      assertThat(registry.requests().subList(before, registry.requests().size()))
          .isNotEmpty()
          .allMatch(line -> line.startsWith("GET /v2/a/b/blobs/"));

      Result missing = command().run("cat", url + "?sig=hush", "gone");
      assertThat(missing.exitCode()).isEqualTo(1);
      assertThat(missing.err())
          .singleElement()
          .asString()
          .contains("there is no 'gone'")
          .doesNotContain("hush");
    }
  }

  @Test
  void the_login_is_for_the_server_of_the_url() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.start()) {
      String url = "url:" + upperLayer(registry);
      registry.login("joe", PASSWORD);
      CommandFixture command = command().stdin((PASSWORD + "\n").getBytes(UTF_8));

      assertThat(text(command.run("cat", "--username=joe", "--password-stdin", url, "etc/a")))
          .isEqualTo("upper\n");
      Result refused = command().run("cat", url + "?sig=hush", "etc/a");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err())
          .singleElement()
          .asString()
          .contains(registry.authority(), "401")
          .doesNotContain("hush");
    }
  }

  @Test
  void the_environment_s_login_is_for_registries_and_shown_to_no_web_server() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.start()) {
      String url = "url:" + upperLayer(registry);
      registry.login("joe", PASSWORD);

      Result refused =
          command()
              .variable("STARGZIFY_FROM_USERNAME", "joe")
              .variable("STARGZIFY_FROM_PASSWORD", PASSWORD)
              .run("cat", url, "etc/a");

      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).singleElement().asString().contains("401");
    }
  }

  @Test
  void a_url_that_leads_nowhere_is_one_line() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.start()) {
      String url = "http://" + registry.authority() + "/layer.stargz?sig=hush";

      Result result = command().run("cat", url, "a");

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err())
          .singleElement()
          .asString()
          .contains(registry.authority() + "/layer.stargz", "404")
          .doesNotContain("hush");
    }
  }
}
