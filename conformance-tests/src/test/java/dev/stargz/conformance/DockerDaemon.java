package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Docker's daemon with all it keeps below one directory, and without a network of its own. */
final class DockerDaemon implements AutoCloseable {
  private final Daemon daemon;
  private final String host;

  private DockerDaemon(Daemon daemon, String host) {
    this.daemon = daemon;
    this.host = host;
  }

  /**
   * Starts one.
   *
   * @param directory short: a socket in it has a name of at most 107 bytes
   */
  static DockerDaemon start(Path directory) throws IOException, InterruptedException {
    Needs.these("dockerd");
    Needs.root();
    Files.createDirectories(directory);
    String host = "unix://" + directory.resolve("d.sock");
    Daemon daemon =
        Daemon.start(
            directory,
            "dockerd",
            "dockerd",
            "--data-root=" + directory.resolve("root"),
            "--exec-root=" + directory.resolve("exec"),
            "--pidfile=" + directory.resolve("pid"),
            "--host=" + host,
            "--iptables=false",
            "--bridge=none",
            "--storage-driver=vfs");
    try {
      daemon.awaitErr("API listen on");
      return new DockerDaemon(daemon, host);
    } catch (AssertionError | IOException | InterruptedException e) {
      daemon.close();
      throw e;
    }
  }

  /** Where clients reach it: {@code unix://PATH}. */
  String host() {
    return host;
  }

  /** Runs {@code docker} with these arguments; returns what it prints. */
  String docker(Object... arguments) throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of("docker", "--host=" + host));
    command.addAll(List.of(arguments));
    return new String(Command.run(command.toArray()), UTF_8);
  }

  @Override
  public void close() {
    daemon.close();
  }
}
