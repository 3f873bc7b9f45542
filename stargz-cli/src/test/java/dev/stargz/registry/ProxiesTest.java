package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest extends RegistryFixture {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*|https://r.example|true",
        "example.com|https://example.com|true",
        "example.com|https://r.example.com|true",
        "example.com|https://notexample.com|false",
        ".example.com|https://r.example.com|true",
        ".example.com|https://example.com|false",
        "*.example.com|https://r.example.com|true",
        "a, example.com ,b|https://EXAMPLE.com|true",
        "example.com:8443|https://example.com:8443|true",
        "example.com:8443|https://example.com|false",
        "example.com:443|https://example.com|true",
        "10.1.2.3|https://10.1.2.3|true",
        "10.1.2.3|https://10.1.2.30|false",
        "10.0.0.0/8|https://10.200.1.1:5000|true",
        "10.0.0.0/8|https://11.0.0.1|false",
        "10.0.0.0/8|https://name.example|false",
        "192.168.4.0/22|https://192.168.7.255|true",
        "192.168.4.0/22|https://192.168.8.0|false",
        "fd00::/8|https://[fd12::1]:5000|true",
        "fd00::/8|https://[fe12::1]|false",
        "[fd12::1]:5000|https://[fd12::1]:5000|true",
        "[fd12::1]:5000|https://[fd12::1]|false",
        "nothing|https://localhost:5000|true",
        "nothing|https://127.0.0.9|true",
        "nothing|https://[::1]|true",
        "nothing|https://r.example|false",
      })
  void no_proxy_lists_what_is_reached_directly(String list, String uri, boolean direct) {
    Proxies proxies = Proxies.of(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", list));

    assertThat(proxies.proxy(URI.create(uri)).isEmpty()).isEqualTo(direct);
  }

  @Test
  void each_scheme_has_its_proxy_and_lower_case_counts_first() {
    Proxies proxies =
        Proxies.of(
            Map.of(
                "HTTP_PROXY", "plain.example:3128",
                "HTTPS_PROXY", "http://upper.example",
                "https_proxy", "http://lower.example:8080/"));

    assertThat(proxies.proxy(URI.create("http://r.example")).orElseThrow())
        .hasToString("http://plain.example:3128");
    assertThat(proxies.proxy(URI.create("https://r.example")).orElseThrow())
        .hasToString("http://lower.example:8080");
  }

  @ParameterizedTest
  @CsvSource({"http://me:p^ss@proxy", "socks5://me:p^ss@proxy", "https://me:p^ss@proxy:1"})
  void what_is_no_proxy_is_an_error_without_its_password(String value) {
    assertThatThrownBy(() -> Proxies.of(Map.of("HTTPS_PROXY", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageNotContaining("p^ss")
        .hasNoCause();
  }

  @Test
  void a_plain_registry_is_asked_through_the_proxy_which_is_shown_its_credentials()
      throws Exception {
    // The registry plays the proxy: it is given the whole URI.
    environment.put("http_proxy", "http://me:p%40ss@" + registry.authority());
    registry.on("GET", "http://r.example/.*").answer(FakeAnswer.of(200));
    Repository far = new Repository("http", "r.example", "a");

    try (Response answer = connect().http().send(Request.of(far, "GET", far.uri("x")))) {
      assertThat(answer.status()).isEqualTo(200);
    }
    assertThat(registry.requests().get(0).header("Proxy-Authorization"))
        .contains("Basic bWU6cEBzcw==");
    assertThat(registry.requests().get(0).header("Authorization")).isEmpty();
  }

  @Test
  void a_tunnel_is_asked_for_with_the_proxys_credentials_and_nothing_else() throws Exception {
    environment.put("https_proxy", "http://me:p%40ss@" + registry.authority());
    registry.on("CONNECT", ".*").answer(FakeAnswer.of(502));
    Repository far = new Repository("https", "r.example", "a");
    RegistryConnection connection = connect(options().login("user", "secret"));

    assertThatThrownBy(() -> connection.http().send(Request.of(far, "GET", far.uri("x")).once()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(
            "r.example/a: GET https://r.example/v2/a/x: the proxy http://127.0.0.1")
        .hasMessageContaining("refuses a tunnel: 502 Bad Gateway")
        .hasMessageNotContaining("p@ss");
    FakeRequest tunnel = registry.requests("CONNECT", ".*").get(0);
    assertThat(tunnel.target()).isEqualTo("r.example:443");
    assertThat(tunnel.header("Proxy-Authorization")).contains("Basic bWU6cEBzcw==");
    assertThat(tunnel.header("Authorization")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 407})
  void what_a_proxy_answers_is_never_the_registrys_answer(int status) throws Exception {
    environment.put("https_proxy", registry.origin());
    registry
        .on("CONNECT", ".*")
        .answer(FakeAnswer.of(status, "WWW-Authenticate: Bearer realm=\"https://evil.example/t\""));
    RegistryConnection connection = connect(options().login("user", "secret"));
    ImageTarget target = connection.target("https://r.example/a:t");

    assertThatThrownBy(target::existing)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("the proxy " + registry.origin() + " refuses a tunnel: " + status);

    assertThat(registry.requests())
        .extracting(FakeRequest::target)
        .containsExactly("r.example:443");
    assertThat(pauses).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n\r\n"})
  @Timeout(20)
  void a_proxy_or_what_is_behind_it_that_says_nothing_is_left(String answer) throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      environment.put("https_proxy", "http://127.0.0.1:" + proxy.getLocalPort());
      Thread server = new Thread(() -> serveSilently(proxy, answer));
      server.setDaemon(true);
      server.start();
      RegistryConnection connection = connect(options().timeout(Duration.ofMillis(300)).tries(1));
      ImageSource source = connection.source("https://r.example/a:t");

      assertThatThrownBy(source::root)
          .isInstanceOf(BrokenConnectionException.class)
          .hasMessageContaining("no byte came in time");
    }
  }

  private static void serveSilently(ServerSocket proxy, String answer) {
    List<Socket> open = new ArrayList<>();
    try {
      while (true) {
        Socket socket = proxy.accept();
        open.add(socket);
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      open.forEach(ProxiesTest::closeQuietly);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // the test is over
    }
  }
}
