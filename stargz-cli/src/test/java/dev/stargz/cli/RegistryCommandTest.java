package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.local.OciLayout;
import dev.stargz.registry.LoopbackRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images to, from and within a registry. */
class RegistryCommandTest {
  private static final TarFixture BASE = tar().dir("bin/").file("bin/sh", "#!").end();
  private static final TarFixture APP = tar().file("app", pattern(50_000)).end();
  private static final String PASSWORD = "hush-hush";

  @TempDir Path directory;
  private LoopbackRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = LoopbackRegistry.start();
    TinyImage.write(OciLayout.target(directory.resolve("in"), Optional.of("t")), BASE, APP);
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private CommandFixture command() {
    return CommandFixture.in(directory);
  }

  private String at(String image) {
    return "http://" + registry.authority() + "/" + image;
  }

  private static void assertDone(Result result) {
    assertThat(result.exitCode()).as(String.join("\n", result.err())).isZero();
  }

  @Test
  void an_image_goes_into_a_registry_and_back() throws IOException {
    Result there = command().run("oci:in:t", at("a/b:lazy"));
    assertDone(there);
    assertThat(there.line()).matches(registry.authority() + "/a/b@sha256:[0-9a-f]{64}");

    Result back = command().run(at("a/b:lazy"), "oci:back:t");
    assertDone(back);
    assertThat(back.err()).anyMatch(line -> line.contains("passed through"));
    String digest = there.line().substring(there.line().indexOf('@'));
    assertThat(back.line()).endsWith(digest);
  }

  @Test
  void the_second_run_sends_no_layer() throws IOException {
    assertDone(command().run("oci:in:t", at("a/b:lazy")));
    int before = registry.requests().size();

    Result second = command().run("oci:in:t", at("a/b:lazy"));

    assertDone(second);
    List<String> requests = registry.requests().subList(before, registry.requests().size());
    assertThat(requests).noneMatch(line -> line.startsWith("POST") || line.startsWith("PUT"));
    assertThat(second.err()).last().asString().endsWith("; tag as before");
  }

  @Test
  void upgrade_overwrites_in_place_and_adds_tags() throws IOException {
    TinyImage.write(new RegistryPlace(registry).target("a/b:t"), BASE, APP);

    Result result = command().run("--upgrade", at("a/b:t"), "--tag=also", "--backup-tag=before");

    assertDone(result);
    assertThat(registry.requests())
        .contains(
            "PUT /v2/a/b/manifests/t",
            "PUT /v2/a/b/manifests/also",
            "PUT /v2/a/b/manifests/before");
  }

  @Test
  void a_dry_run_sends_nothing() throws IOException {
    Result result = command().run("oci:in:t", at("a/b:lazy"), "--dry-run", "--json");

    assertDone(result);
    assertThat(result.line()).contains("\"dryRun\":true", "\"action\":\"converted\"");
    assertThat(registry.requests()).noneMatch(line -> line.matches("(POST|PUT|PATCH|DELETE) .*"));
  }

  // ---- credentials

  @Test
  void the_password_comes_from_stdin_or_the_environment() throws IOException {
    registry.login("joe", PASSWORD);

    assertDone(
        command()
            .stdin((PASSWORD + "\n").getBytes(StandardCharsets.UTF_8))
            .run("oci:in:t", at("a/b:1"), "--to-username=joe", "--to-password-stdin"));
    assertDone(
        command()
            .variable("STARGZIFY_FROM_USERNAME", "joe")
            .variable("STARGZIFY_FROM_PASSWORD", PASSWORD)
            .run(at("a/b:1"), "oci:back:t"));
    assertDone(
        command()
            .variable("STARGZIFY_TO_USERNAME", "joe")
            .variable("STARGZIFY_TO_PASSWORD", PASSWORD)
            .run("--upgrade", "--force", at("a/b:1")));
  }

  @Test
  void without_credentials_the_error_names_registry_and_status() throws IOException {
    registry.login("joe", PASSWORD);

    Result result = command().run("oci:in:t", at("a/b:1"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).last().asString().contains(registry.authority(), "401");
  }

  @Test
  void no_password_is_ever_printed() throws IOException {
    registry.login("joe", "another");

    Result result =
        command()
            .variable("STARGZIFY_TO_USERNAME", "joe")
            .variable("STARGZIFY_TO_PASSWORD", PASSWORD)
            .run("oci:in:t", at("a/b:1"), "-vv", "--stacktrace");

    assertThat(result.exitCode()).isEqualTo(1);
    String basic =
        java.util.Base64.getEncoder()
            .encodeToString(("joe:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    assertThat(String.join("\n", result.err())).doesNotContain(PASSWORD, basic);
  }

  @Test
  void the_password_for_dst_is_shown_to_no_other_registry() throws IOException {
    registry.login("joe", PASSWORD);
    try (LoopbackRegistry other = LoopbackRegistry.start()) {
      other.login("joe", PASSWORD); // who would let us in with it, and mustn't learn it
      CommandFixture command =
          command()
              .variable("STARGZIFY_TO_USERNAME", "joe")
              .variable("STARGZIFY_TO_PASSWORD", PASSWORD);
      String there = "http://" + other.authority() + "/a/b:meta";

      Result meta = command.run("oci:in:t", at("a/b:1"), "--meta", there);
      Result reuse = command.run("oci:in:t", at("a/b:1"), "--reuse-from", there);

      assertThat(meta.exitCode()).isEqualTo(1);
      assertThat(meta.err()).last().asString().contains(other.authority(), "401");
      assertDone(reuse);
      assertThat(reuse.err())
          .anyMatch(line -> line.contains("nothing is reused from") && line.contains("401"));
    }
  }

  @Test
  void in_the_same_registry_the_password_is_for_the_variant_too() throws IOException {
    registry.login("joe", PASSWORD);

    Result result =
        command()
            .variable("STARGZIFY_TO_USERNAME", "joe")
            .variable("STARGZIFY_TO_PASSWORD", PASSWORD)
            .run("oci:in:t", at("a/b:1"), "--meta", at("a/b:meta"));

    assertDone(result);
    assertThat(result.err())
        .anyMatch(line -> line.matches("meta " + registry.authority() + "/a/b@sha256:[0-9a-f]+"));
  }

  @Test
  void a_proxy_that_can_t_be_used_is_a_usage_error() throws IOException {
    Result result =
        command().variable("HTTPS_PROXY", "socks5://p:1").run("https://x.invalid/y", "oci:out:t");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0)).startsWith("stargzify: HTTPS_PROXY");
  }

  // ---- what is said

  @Test
  void vv_shows_each_request() throws IOException {
    Result result = command().run("oci:in:t", at("a/b:lazy"), "-vv");

    assertDone(result);
    assertThat(result.err()).anyMatch(line -> line.contains("PUT") && line.contains("/v2/a/b/"));
    assertThat(command().run("oci:in:t", at("a/c:lazy"), "-v").err())
        .noneMatch(line -> line.contains("/v2/"));
  }

  @Test
  void what_a_registry_refuses_is_one_line_that_says_who_and_what() throws IOException {
    registry.fail("PUT", "/v2/a/b/manifests/.*", 403);

    Result result = command().run("oci:in:t", at("a/b:lazy"), "--retries=0");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).last().asString().startsWith("stargzify: ").contains("/a/b", "403");
  }

  @Test
  void a_registry_that_isn_t_there_is_one_line_that_names_it() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    Result result = command().run("http://127.0.0.1:" + port + "/a/b", "oci:out:t", "--retries=0");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("127.0.0.1:" + port, "refused");
  }

  @Test
  void an_unknown_host_is_one_line_that_names_it() throws IOException {
    Result result = command().run("https://nowhere.invalid/a/b", "oci:out:t", "--retries=0");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("nowhere.invalid");
  }

  /** Writes to the registry without the command. */
  private record RegistryPlace(LoopbackRegistry registry) {
    dev.stargz.image.ImageTarget target(String image) throws IOException {
      return dev.stargz.registry.RegistryConnection.open(
              dev.stargz.registry.RegistryOptions.builder().environment(java.util.Map.of()).build())
          .target("http://" + registry.authority() + "/" + image);
    }
  }
}
