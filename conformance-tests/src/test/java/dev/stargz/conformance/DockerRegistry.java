package dev.stargz.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Debian's {@code docker-registry} on a free port of the loopback. Several may serve one storage:
 * what is behind TLS and passwords in one is open in the other.
 */
final class DockerRegistry implements AutoCloseable {
  /** The one user of registries that ask for a password. */
  static final String USER = "ci";

  /** The user's password. */
  static final String PASSWORD = "s3cret-of-ci";

  /** The same, by bcrypt. */
  private static final String HTPASSWD =
      USER + ":$2y$05$RhZjTuMuX9P5CycEJFYcSuw0m32toz/kh1zWatKTlfkY/E4psCgC2";

  private final Daemon daemon;
  private final String address;
  private final boolean tls;

  private DockerRegistry(Daemon daemon, String address, boolean tls) {
    this.daemon = daemon;
    this.address = address;
    this.tls = tls;
  }

  /** A registry as it is without further settings, on plain HTTP and open to all. */
  static DockerRegistry plain(Path directory) throws IOException, InterruptedException {
    return settings().start(directory);
  }

  /** How a registry is to be. */
  static Settings settings() {
    return new Settings();
  }

  /** {@code 127.0.0.1:PORT}. */
  String address() {
    return address;
  }

  /** The reference of something in it. */
  String reference(String nameAndTag) {
    return address + "/" + nameAndTag;
  }

  /** Requests to it in plain words; on plain HTTP alone. */
  RegistryApi api() {
    if (tls) {
      throw new IllegalStateException("open another registry on the same storage");
    }
    return new RegistryApi("http://" + address);
  }

  /** All requests so far. */
  List<Access> accesses() throws IOException {
    return Access.parse(daemon.out());
  }

  /** The requests that something makes. */
  List<Access> accessesOf(Action action) throws IOException, InterruptedException {
    int before = accesses().size();
    action.run();
    List<Access> all = accesses();
    return all.subList(before, all.size());
  }

  /** Something that asks a registry. */
  interface Action {
    /** Does it. */
    void run() throws IOException, InterruptedException;
  }

  /** What it says of its own work, besides the requests. */
  String log() throws IOException {
    return daemon.err();
  }

  @Override
  public void close() {
    daemon.close();
  }

  /** The lines of a registry's configuration. */
  static final class Settings {
    private final List<String> http = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private boolean htpasswd;

    /** TLS with a certificate for 127.0.0.1. */
    Settings tls(Certificate certificate) {
      http.add("  tls:");
      http.add("    certificate: " + certificate.file());
      http.add("    key: " + certificate.key());
      return this;
    }

    /** A password in each request. */
    Settings htpasswd() {
      htpasswd = true;
      return this;
    }

    /** Tokens of a server. */
    Settings tokens(TokenServer server) {
      others.addAll(
          List.of(
              "auth:",
              "  token:",
              "    realm: " + server.realm(),
              "    service: " + TokenServer.SERVICE,
              "    issuer: " + TokenServer.ISSUER,
              "    rootcertbundle: " + server.certificate()));
      return this;
    }

    /** Layers may be elsewhere, at addresses that match. */
    Settings allowUrls(String regex) {
      others.addAll(
          List.of(
              "validation:", "  manifests:", "    urls:", "      allow:", "        - " + regex));
      return this;
    }

    /** Starts a registry with a storage of its own in {@code directory}. */
    DockerRegistry start(Path directory) throws IOException, InterruptedException {
      return start(directory, directory.resolve("storage"));
    }

    /** Starts a registry that keeps its files in {@code directory} and serves {@code storage}. */
    DockerRegistry start(Path directory, Path storage) throws IOException, InterruptedException {
      Needs.these("docker-registry");
      Files.createDirectories(directory);
      Path config = Files.write(directory.resolve("config.yml"), config(directory, storage));
      Daemon daemon =
          Daemon.start(directory, "registry", "docker-registry", "serve", config.toAbsolutePath());
      try {
        String port = daemon.awaitErr("listening on 127\\.0\\.0\\.1:(\\d+)").group(1);
        return new DockerRegistry(daemon, "127.0.0.1:" + port, !http.isEmpty());
      } catch (AssertionError | IOException | InterruptedException e) {
        daemon.close();
        throw e;
      }
    }

    private List<String> config(Path directory, Path storage) throws IOException {
      List<String> lines =
          new ArrayList<>(
              List.of(
                  "version: 0.1",
                  "log:",
                  "  accesslog: {disabled: false}",
                  "  level: info",
                  "storage:",
                  "  filesystem: {rootdirectory: " + storage.toAbsolutePath() + "}",
                  "  delete: {enabled: true}",
                  "http:",
                  "  addr: 127.0.0.1:0"));
      lines.addAll(http);
      if (htpasswd) {
        Path file = Files.writeString(directory.resolve("htpasswd"), HTPASSWD + "\n");
        lines.addAll(List.of("auth:", "  htpasswd:", "    realm: test", "    path: " + file));
      }
      lines.addAll(others);
      return lines;
    }
  }
}
