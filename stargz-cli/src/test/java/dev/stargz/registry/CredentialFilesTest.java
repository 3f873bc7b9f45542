package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialFilesTest {
  private static final Repository REPOSITORY = new Repository("https", "r.example:5000", "a/b/c");
  private static final Repository HUB =
      new Repository("https", Repository.DOCKER_HUB, "library/ubuntu");

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  @TempDir Path dir;

  @BeforeEach
  void home() {
    environment.put("HOME", dir.resolve("home").toString());
    environment.put("PATH", System.getenv("PATH"));
  }

  private static String auth(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "{\"auth\":\"" + Base64.getEncoder().encodeToString(pair) + "\"}";
  }

  private Path write(String path, String json) throws IOException {
    Path file = dir.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, json);
  }

  private Optional<Credential> find(Repository repository) throws IOException {
    return new CredentialFiles(environment, log::add).find(repository);
  }

  private String user(Repository repository) throws IOException {
    return find(repository).map(Credential::username).orElse("nobody");
  }

  private Path helper(String script) throws IOException {
    Path helper = write("docker-credential-test", "#!/bin/sh\ncat >/dev/null\n" + script + "\n");
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
    return helper;
  }

  @Test
  void without_files_nobody_asks() throws Exception {
    assertThat(find(REPOSITORY)).isEmpty();
  }

  @Test
  void the_files_are_looked_through_in_their_order() throws Exception {
    environment.put("REGISTRY_AUTH_FILE", dir.resolve("named.json").toString());
    environment.put("XDG_RUNTIME_DIR", dir.resolve("run").toString());
    environment.put("DOCKER_CONFIG", dir.resolve("docker").toString());
    List<String> files =
        List.of(
            "named.json",
            "run/containers/auth.json",
            "home/.config/containers/auth.json",
            "docker/config.json");
    for (String file : files) {
      write(file, "{\"auths\":{\"r.example:5000\":" + auth(file, "p") + "}}");
    }
    write("home/.docker/config.json", "{\"auths\":{\"r.example:5000\":" + auth("no", "p") + "}}");
    write("home/.dockercfg", "{\"r.example:5000\":" + auth("legacy", "p") + "}");

    for (String file : files) {
      assertThat(user(REPOSITORY)).isEqualTo(file);
      write(file, "{\"auths\":{}}");
    }
    assertThat(user(REPOSITORY)).isEqualTo("legacy");
    environment.remove("DOCKER_CONFIG");
    assertThat(user(REPOSITORY)).isEqualTo("no");
  }

  @Test
  void a_file_that_the_environment_names_must_be_there() {
    environment.put("REGISTRY_AUTH_FILE", dir.resolve("absent.json").toString());

    assertThatThrownBy(() -> find(REPOSITORY))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("REGISTRY_AUTH_FILE");
  }

  @Test
  void the_most_specific_key_counts() throws Exception {
    write(
        "home/.docker/config.json",
        "{\"auths\":{\"r.example:5000\":"
            + auth("host", "p")
            + ",\"r.example:5000/a/b\":"
            + auth("team", "p:q")
            + ",\"r.example\":"
            + auth("portless", "p")
            + "}}");

    assertThat(find(REPOSITORY).orElseThrow().secret()).isEqualTo("p:q");
    assertThat(user(new Repository("https", "r.example:5000", "a/bb"))).isEqualTo("host");
    assertThat(user(new Repository("https", "other.example", "a/b"))).isEqualTo("nobody");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://index.docker.io/v1/",
        "index.docker.io",
        "docker.io",
        "docker.io/library",
        "https://registry-1.docker.io/v2/",
      })
  void docker_hub_has_many_names(String key) throws Exception {
    write("home/.docker/config.json", "{\"auths\":{\"" + key + "\":" + auth("me", "p") + "}}");

    assertThat(user(HUB)).isEqualTo("me");
  }

  @ParameterizedTest
  @CsvSource({
    "r.example:5000",
    "https://r.example:5000",
    "https://r.example:5000/",
    "https://r.example:5000/v2/",
    "R.Example:5000",
  })
  void a_registry_is_found_in_any_spelling(String key) throws Exception {
    write("home/.docker/config.json", "{\"auths\":{\"" + key + "\":" + auth("me", "p") + "}}");

    assertThat(user(REPOSITORY)).isEqualTo("me");
  }

  @Test
  void an_identity_token_goes_before_a_password() throws Exception {
    String entry = auth("00000000", "").replace("}", ",\"identitytoken\":\"tok+/=\"}");
    write("home/.docker/config.json", "{\"auths\":{\"r.example:5000\":" + entry + "}}");

    Credential found = find(REPOSITORY).orElseThrow();

    assertThat(found.identityToken()).isTrue();
    assertThat(found.secret()).isEqualTo("tok+/=");
    assertThat(found.username()).isEqualTo("00000000");
  }

  @Test
  void helpers_go_before_logins_and_the_store_behind() throws Exception {
    Path helper = helper("echo '{\"Username\":\"helped\",\"Secret\":\"s\"}'");
    write(
        "home/.docker/config.json",
        "{\"credsStore\":\""
            + helper
            + "\",\"credHelpers\":{\"r.example:5000\":\""
            + helper
            + "\"},\"auths\":{\"r.example:5000\":"
            + auth("login", "p")
            + ",\"x.example\":"
            + auth("login", "p")
            + ",\"y.example\":{}}}");

    assertThat(user(REPOSITORY)).isEqualTo("helped");
    assertThat(user(new Repository("https", "x.example", "a"))).isEqualTo("login");
    assertThat(user(new Repository("https", "y.example", "a"))).isEqualTo("helped");
    assertThat(find(REPOSITORY).orElseThrow().toString()).contains("docker-credential-test");
  }

  @Test
  void a_helper_may_give_an_identity_token_or_have_nothing() throws Exception {
    Path helper = helper("echo '{\"Username\":\"<token>\",\"Secret\":\"tok\"}'");
    CredentialHelper asked = new CredentialHelper(helper.toString(), environment);
    assertThat(asked.ask("r.example").orElseThrow().identityToken()).isTrue();

    helper("echo 'credentials not found in native keychain'; exit 1");
    assertThat(asked.ask("r.example")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo hunter2; exit 0",
        "echo hunter2 >&2; exit 3",
        "echo '{\"Secret\":\"hunter2\"}'",
        "exit 0",
      })
  void what_a_broken_helper_prints_is_not_shown(String script) throws Exception {
    Path helper = helper(script);
    CredentialHelper asked = new CredentialHelper(helper.toString(), environment);

    assertThatThrownBy(() -> asked.ask("r.example"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("docker-credential-test")
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @Test
  void a_store_that_is_not_installed_is_said_and_a_helper_is_an_error() throws Exception {
    write("home/.docker/config.json", "{\"credsStore\":\"no-such-store\"}");
    assertThat(find(REPOSITORY)).isEmpty();
    assertThat(log.get(0)).contains("docker-credential-no-such-store isn't there");

    write("home/.docker/config.json", "{\"credHelpers\":{\"r.example:5000\":\"no-such\"}}");
    assertThatThrownBy(() -> find(REPOSITORY))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("docker-credential-no-such isn't there");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        "{\"auths\":{\"r.example:5000\":{\"auth\":\"hunter2\"}}}",
        "{\"auths\":{\"r.example:5000\":{\"auth\":\"***hunter2\"}}}",
      })
  void a_broken_file_is_named_and_not_quoted(String json) throws Exception {
    Path file = write("home/.docker/config.json", json);

    assertThatThrownBy(() -> find(REPOSITORY))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @Test
  @Timeout(20)
  void a_helper_that_waits_for_somebody_is_left() throws Exception {
    Path helper = helper("exec sleep 30");
    CredentialHelper asked =
        new CredentialHelper(helper.toString(), environment, Duration.ofMillis(300));

    assertThatThrownBy(() -> asked.ask("r.example"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("docker-credential-test said nothing about r.example");
  }

  @Test
  @Timeout(20)
  void an_interrupt_ends_the_wait_for_a_helper() throws Exception {
    CredentialHelper asked = new CredentialHelper(helper("exec sleep 30").toString(), environment);

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> asked.ask("r.example")).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void an_empty_file_holds_nothing_and_one_without_end_is_not_read() throws Exception {
    environment.put("REGISTRY_AUTH_FILE", write("empty.json", "").toString());
    assertThat(find(REPOSITORY)).isEmpty();

    environment.put("REGISTRY_AUTH_FILE", "/dev/zero");
    assertThatThrownBy(() -> find(REPOSITORY)).hasMessageContaining("/dev/zero: the file of cred");
  }

  @Test
  void a_namespace_named_like_an_api_is_a_namespace() throws Exception {
    write("home/.docker/config.json", "{\"auths\":{\"quay.io/v1\":" + auth("robot", "p") + "}}");

    assertThat(user(new Repository("https", "quay.io", "v1/a"))).isEqualTo("robot");
    assertThat(user(new Repository("https", "quay.io", "team/a"))).isEqualTo("nobody");
  }

  @Test
  void where_a_clouds_helper_is_not_installed_nobody_asks() throws Exception {
    RegistryOptions options =
        RegistryOptions.builder().environment(environment).log(log::add).build();
    Credentials credentials = new Credentials(options, new HashSet<>());

    assertThat(credentials.find(new Repository("https", "gcr.io", "p/a"))).isEmpty();
    assertThat(credentials.find(new Repository("https", "r.example", "p/a"))).isEmpty();
  }
}
