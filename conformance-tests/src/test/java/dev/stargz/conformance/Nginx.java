package dev.stargz.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code nginx} with TLS in front of a registry that doesn't know of it, and so answers with
 * locations in plain HTTP. Bodies are limited, as they are unless somebody thinks of it.
 */
final class Nginx implements AutoCloseable {
  private final Daemon daemon;
  private final Path log;
  private final String address;

  private Nginx(Daemon daemon, Path log, String address) {
    this.daemon = daemon;
    this.log = log;
    this.address = address;
  }

  /**
   * Starts one.
   *
   * @param bodyLimit the longest body of a request, such as {@code 5m}
   */
  static Nginx before(
      DockerRegistry registry, Certificate certificate, String bodyLimit, Path directory)
      throws IOException, InterruptedException {
    Needs.these("nginx");
    Files.createDirectories(directory);
    String address = "127.0.0.1:" + freePort();
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
          client_max_body_size %3$s;
          server {
            listen %4$s ssl;
            ssl_certificate %5$s;
            ssl_certificate_key %6$s;
            location / {
              proxy_pass http://%7$s;
              proxy_set_header Host $http_host;
            }
          }
        }
        """
            .formatted(
                directory,
                log,
                bodyLimit,
                address,
                certificate.file(),
                certificate.key(),
                registry.address()));
    Daemon daemon =
        Daemon.start(directory, "nginx", "nginx", "-e", "stderr", "-p", directory, "-c", config);
    try {
      daemon.awaitErr("start worker process \\d+");
      return new Nginx(daemon, log, address);
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

  /** The reference of something in the registry, through here. */
  String reference(String nameAndTag) {
    return address + "/" + nameAndTag;
  }

  /** The lines of its access log so far. */
  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    daemon.close();
  }
}
