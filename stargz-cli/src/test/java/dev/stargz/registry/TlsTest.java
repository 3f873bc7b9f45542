package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.ImageTarget.ByteListener;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String MANIFEST = "{\"layers\":[]}";

  @TempDir static Path dir;

  @BeforeAll
  static void certificates() throws Exception {
    certificate("right", "san=ip:127.0.0.1,dns:localhost");
    certificate("wrong", "san=dns:another.example");
  }

  private static void certificate(String name, String extension) throws Exception {
    keytool(name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", extension);
    keytool(name, "-exportcert", "-rfc", "-file", dir.resolve(name + ".pem").toString());
  }

  private static void keytool(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "x", "-storepass", new String(PASSWORD)));
    command.addAll(List.of("-keystore", dir.resolve(name + ".p12").toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).as(name).isZero();
  }

  private static FakeRegistry registry(String name) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(dir.resolve(name + ".p12"))) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    FakeRegistry registry = FakeRegistry.start(tls);
    registry.store().putManifest("a", "t", MediaTypes.OCI_MANIFEST, MANIFEST);
    return registry;
  }

  private static RegistryOptions.Builder options() {
    return RegistryOptions.builder().environment(Map.of()).timeout(Duration.ofSeconds(20)).tries(1);
  }

  private static int read(RegistryOptions.Builder options, String reference) throws IOException {
    try (RegistryConnection connection = RegistryConnection.open(options.build())) {
      return connection.source(reference).root().size();
    }
  }

  private static Path bundle() throws IOException {
    return Files.writeString(
        dir.resolve("bundle.pem"),
        "# two of them\n"
            + Files.readString(dir.resolve("wrong.pem"))
            + Files.readString(dir.resolve("right.pem")));
  }

  @Test
  void a_private_ca_is_believed_when_its_file_is_given_and_only_then() throws Exception {
    try (FakeRegistry registry = registry("right")) {
      String reference = registry.authority() + "/a:t";

      assertThat(read(options().caFile(bundle()), reference)).isEqualTo(MANIFEST.length());
      assertThatThrownBy(() -> read(options(), reference))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(registry.authority() + "/a: GET https://")
          .hasMessageContaining("TLS: ");
    }
  }

  @Test
  void a_certificate_that_is_not_trusted_is_told_at_once_and_what_to_do() throws Exception {
    List<String> log = new ArrayList<>();
    List<Duration> pauses = new ArrayList<>();
    for (String name : List.of("right", "wrong")) {
      try (FakeRegistry registry = registry(name);
          RegistryConnection connection =
              RegistryConnection.open(
                  options()
                      .tries(5)
                      .caFile(dir.resolve("wrong.pem"))
                      .log(log::add)
                      .sleeper(pauses::add)
                      .build())) {
        ImageSource source = connection.source(registry.origin() + "/a:t");
        ImageTarget target = connection.target(registry.origin() + "/a:t");
        byte[] bytes = {1};
        Descriptor blob = Descriptor.of("x/y", ContentDigest.of(bytes), 1);

        for (ThrowingCallable call :
            List.<ThrowingCallable>of(
                source::root,
                () -> source.openBlob(blob),
                target::existing,
                () -> target.pushBlob(blob, BlobContent.of(bytes), ByteListener.NONE),
                () -> target.pushManifest(RawManifest.of(bytes, "x/y")))) {
          assertThatThrownBy(call)
              .isInstanceOf(ImageException.class)
              .hasMessageContaining("TLS: the certificate isn't trusted (")
              .hasMessageContaining("--ca-file")
              .hasMessageContaining("--insecure");
        }
      }
    }
    assertThat(log).hasSize(10);
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_file_of_certificates_adds_to_those_of_the_platform() throws Exception {
    TrustManagerFactory platform =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    platform.init((KeyStore) null);
    int known = ((X509TrustManager) platform.getTrustManagers()[0]).getAcceptedIssuers().length;

    TrustManager[] both = Trust.trusting(options().caFile(bundle()).build());

    assertThat(((X509TrustManager) both[0]).getAcceptedIssuers()).hasSize(known + 2);
    assertThat(Trust.trusting(options().build())).isNull();
  }

  @Test
  void the_name_must_be_the_hosts_unless_insecure() throws Exception {
    try (FakeRegistry registry = registry("wrong")) {
      String reference = "https://" + registry.authority() + "/a:t";

      assertThatThrownBy(() -> read(options().caFile(bundle()), reference))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("TLS: ");
      assertThat(read(options().insecure(true), reference)).isEqualTo(MANIFEST.length());
    }
  }

  @Test
  void loopback_without_a_scheme_is_tried_with_tls_and_then_without() throws Exception {
    try (FakeRegistry plain = FakeRegistry.start()) {
      plain.store().putManifest("a", "t", MediaTypes.OCI_MANIFEST, MANIFEST);

      assertThat(read(options(), plain.authority() + "/a:t")).isEqualTo(MANIFEST.length());
      assertThat(read(options(), "http://" + plain.authority() + "/a:t")).isEqualTo(13);
      assertThatThrownBy(() -> read(options(), "https://" + plain.authority() + "/a:t"))
          .isInstanceOf(ImageException.class);
    }
  }

  @Test
  void plain_http_elsewhere_has_to_be_allowed() {
    assertThatThrownBy(() -> read(options(), "http://r.example/a:t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--insecure");
  }

  @Test
  void who_does_not_answer_at_all_is_said_to() throws Exception {
    String closed;
    try (FakeRegistry registry = FakeRegistry.start()) {
      closed = registry.authority();
    }
    assertThatThrownBy(() -> read(options(), closed + "/a:t"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(
            "neither over HTTPS (connection refused) nor over HTTP (connection refused)");
  }

  @Test
  void a_file_without_certificates_is_an_error_that_names_it() throws Exception {
    Path empty = Files.writeString(dir.resolve("empty.pem"), "");
    Path junk = Files.writeString(dir.resolve("junk.pem"), "-----BEGIN CERTIFICATE-----\nx\n");

    for (Path file : List.of(empty, junk, dir.resolve("absent.pem"))) {
      assertThatThrownBy(() -> read(options().caFile(file), "https://127.0.0.1:1/a"))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void a_registry_with_tls_that_hangs_up_once_is_not_taken_for_a_plain_one() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      // As a registry with TLS that resets the first connection, and then refuses plain HTTP.
      List<String> asked = new CopyOnWriteArrayList<>();
      Thread thread = new Thread(() -> refusePlain(server, asked));
      thread.setDaemon(true);
      thread.start();

      assertThatThrownBy(() -> read(options(), "127.0.0.1:" + server.getLocalPort() + "/a:t"))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("nor over HTTP (400: it seems to want TLS)");
      assertThat(asked).containsExactly("tls", "plain");
      assertThatThrownBy(
              () ->
                  read(
                      options().tries(3).sleeper(pause -> {}),
                      "127.0.0.1:" + server.getLocalPort() + "/a:t"))
          .isInstanceOf(ImageException.class);
      assertThat(asked).hasSize(2 + 6);
    }
  }

  private static void refusePlain(ServerSocket server, List<String> asked) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        boolean tls = socket.getInputStream().read() == 22;
        asked.add(tls ? "tls" : "plain");
        if (!tls) {
          while (socket.getInputStream().available() > 0) {
            socket.getInputStream().read();
          }
          String answer =
              "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        // closed, or the client went
      }
    }
  }
}
