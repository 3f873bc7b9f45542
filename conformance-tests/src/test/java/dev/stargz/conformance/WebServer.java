package dev.stargz.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code nginx} with the files of a directory, on a free port of the loopback. */
final class WebServer implements AutoCloseable {
  private final Daemon daemon;
  private final Path log;
  private final String origin;

  private WebServer(Daemon daemon, Path log, String origin) {
    this.daemon = daemon;
    this.log = log;
    this.origin = origin;
  }

  /**
   * Starts one.
   *
   * @param files what it serves
   * @param settings lines for its configuration, such as {@code max_ranges 0;}
   * @param directory for its own files
   */
  static WebServer of(Path files, String settings, Path directory)
      throws IOException, InterruptedException {
    Needs.these("nginx");
    Files.createDirectories(directory);
    int port = freePort();
    Path log = directory.resolve("access.log");
    Path config = directory.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off;
        user root;
        worker_processes 1;
        pid %1$s/nginx.pid;
        error_log stderr notice;
        events {}
        http {
          access_log %2$s combined;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          server {
            listen 127.0.0.1:%3$d;
            root %4$s;
            %5$s
          }
        }
        """
            .formatted(directory, log, port, files, settings));
    Daemon daemon =
        Daemon.start(directory, "web", "nginx", "-e", "stderr", "-p", directory, "-c", config);
    try {
      daemon.awaitErr("start worker process \\d+");
      return new WebServer(daemon, log, "http://127.0.0.1:" + port);
    } catch (AssertionError | IOException | InterruptedException e) {
      daemon.close();
      throw e;
    }
  }

  /** It takes no port 0. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The URL of one of its files. */
  String url(String path) {
    return origin + "/" + path;
  }

  /** All requests so far that it has written down. */
  List<Access> accesses() throws IOException {
    return Access.parse(Files.readString(log));
  }

  @Override
  public void close() {
    daemon.close();
  }
}
