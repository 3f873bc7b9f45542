package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.conformance.Launcher.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code ./stargzify SRC DST} as a process, on a machine of its own: an empty home, no credentials,
 * no proxy, an empty directory for temporary files.
 */
final class Stargzify {

  private final Launcher launcher;
  private final Path home;
  private final Path temp;

  private Stargzify(Launcher launcher, Path home, Path temp) {
    this.launcher = launcher;
    this.home = home;
    this.temp = temp;
  }

  /** A machine with its files below {@code directory}, which is made. */
  static Stargzify in(Path directory) throws IOException {
    Launcher launcher = Launcher.built(Files.createDirectories(directory.resolve("project")));
    Path home = Files.createDirectories(directory.resolve("home"));
    Path temp = Files.createDirectories(directory.resolve("temp"));
    for (String variable : List.of("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")) {
      launcher = launcher.with(variable, "");
    }
    launcher =
        launcher
            .with("HOME", home.toString())
            .with("XDG_CONFIG_HOME", home.resolve(".config").toString())
            .with("XDG_RUNTIME_DIR", home.resolve(".run").toString())
            .with("REGISTRY_AUTH_FILE", "")
            .with("DOCKER_CONFIG", home.resolve(".docker").toString())
            .with("TMPDIR", temp.toString())
            .with("STARGZIFY_JAVA_OPTS", "-Djava.io.tmpdir=" + temp);
    return new Stargzify(launcher, home, temp);
  }

  /** The same, with another variable in the environment. */
  Stargzify with(String variable, String value) {
    return new Stargzify(launcher.with(variable, value), home, temp);
  }

  /** Lets the user have logged in to a registry, as {@code docker login} does. */
  void logIn(String address, String password) throws IOException {
    String pair = DockerRegistry.USER + ":" + password;
    String auth = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    Path config = Files.createDirectories(home.resolve(".docker"));
    Files.writeString(
        config.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(address, auth));
  }

  /** Names of the temporary files that are left. */
  List<String> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.walk(temp)) {
      return files
          .filter(file -> !file.equals(temp))
          .map(file -> temp.relativize(file).toString())
          .toList();
    }
  }

  /** Runs it to its end. */
  Running.Result run(String... args) throws IOException, InterruptedException {
    return launcher.run(home, args);
  }

  /** Runs a Bash script in which {@code stargzify} is a command. */
  Running.Result bash(String script) throws IOException, InterruptedException {
    return launcher.bash(home, script);
  }

  /** Starts it. */
  Running start(String... args) throws IOException {
    return launcher.start(home, args);
  }

  /** Runs it with a text on its stdin. */
  Running.Result runWithStdin(String stdin, String... args)
      throws IOException, InterruptedException {
    Running running = launcher.start(home, args);
    running.stdin().write(stdin.getBytes(UTF_8));
    return running.end();
  }

  /** Runs it; fails unless it ends well; returns the digest of what it made. */
  String convert(String... args) throws IOException, InterruptedException {
    return digest(run(args));
  }

  /** The digest of what a run made; fails unless it ended well. */
  static String digest(Running.Result result) {
    assertThat(result.exitCode()).as("exit code; it said:\n%s", result.err()).isZero();
    assertThat(result.out()).matches("\\S+@sha256:[0-9a-f]{64}\\R");
    return result.out().strip().substring(result.out().indexOf('@') + 1);
  }

  /** Runs it with {@code --json}; fails unless it ends well and prints a line of JSON. */
  JsonNode convertToJson(String... args) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("--json"));
    all.addAll(List.of(args));
    Running.Result result = run(all.toArray(String[]::new));
    assertThat(result.exitCode()).as("exit code; it said:\n%s", result.err()).isZero();
    return Json.parse(result.out());
  }
}
