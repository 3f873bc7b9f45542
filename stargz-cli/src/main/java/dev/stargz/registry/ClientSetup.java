package dev.stargz.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.HttpResponse;
import org.apache.http.auth.AuthOption;
import org.apache.http.auth.AuthScheme;
import org.apache.http.client.AuthenticationStrategy;
import org.apache.http.client.config.CookieSpecs;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.config.ConnectionConfig;
import org.apache.http.config.MessageConstraints;
import org.apache.http.config.Registry;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;

/** Makes Apache's client so that it does one request and nothing of its own accord. */
final class ClientSetup {
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_HEADER_LINE = 64 << 10;
  private static final int MAX_HEADERS = 500;
  // For one of the connections, if all of them are used.
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(30);

  private ClientSetup() {}

  static CloseableHttpClient client(RegistryOptions options, Proxies proxies) throws IOException {
    return HttpClients.custom()
        .setConnectionManager(connections(options))
        .setRequestExecutor(new EarlyAnswers())
        .setRoutePlanner(proxies)
        .setTargetAuthenticationStrategy(new NoAuthentication())
        .setUserAgent("stargzify")
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableCookieManagement()
        .disableConnectionState()
        .build();
  }

  private static PoolingHttpClientConnectionManager connections(RegistryOptions options)
      throws IOException {
    Registry<ConnectionSocketFactory> sockets =
        RegistryBuilder.<ConnectionSocketFactory>create()
            .register("http", new ChannelSockets.Plain())
            .register("https", new ChannelSockets.Tls(Trust.context(options), options.insecure()))
            .build();
    PoolingHttpClientConnectionManager connections =
        new PoolingHttpClientConnectionManager(sockets);
    connections.setMaxTotal(MAX_CONNECTIONS);
    connections.setDefaultMaxPerRoute(MAX_CONNECTIONS);
    connections.setValidateAfterInactivity(1000);
    MessageConstraints limits =
        MessageConstraints.custom()
            .setMaxLineLength(MAX_HEADER_LINE)
            .setMaxHeaderCount(MAX_HEADERS)
            .build();
    // Until a proxy has made a tunnel, and TLS stands in it, no other timeout counts.
    connections.setDefaultSocketConfig(
        SocketConfig.custom()
            .setSoTimeout((int) options.timeout().toMillis())
            .setTcpNoDelay(true)
            .build());
    connections.setDefaultConnectionConfig(
        ConnectionConfig.custom().setMessageConstraints(limits).build());
    return connections;
  }

  static RequestConfig config(RegistryOptions options) {
    int idle = (int) options.timeout().toMillis();
    return RequestConfig.custom()
        .setConnectTimeout((int) Math.min(idle, LONGEST_CONNECT.toMillis()))
        .setConnectionRequestTimeout((int) LONGEST_WAIT.toMillis())
        .setSocketTimeout(idle)
        .setRedirectsEnabled(false)
        .setCookieSpec(CookieSpecs.IGNORE_COOKIES)
        .setNormalizeUri(false) // a signature covers the URL as it is
        .build();
  }

  /** Credentials for registries are ours; Apache's are for proxies. */
  private static final class NoAuthentication implements AuthenticationStrategy {
    @Override
    public boolean isAuthenticationRequested(
        HttpHost host, HttpResponse response, HttpContext context) {
      return false;
    }

    @Override
    public Map<String, Header> getChallenges(
        HttpHost host, HttpResponse response, HttpContext context) {
      return Map.of();
    }

    @Override
    public Queue<AuthOption> select(
        Map<String, Header> challenges, HttpHost host, HttpResponse response, HttpContext context) {
      return new java.util.ArrayDeque<>();
    }

    @Override
    public void authSucceeded(HttpHost host, AuthScheme scheme, HttpContext context) {}

    @Override
    public void authFailed(HttpHost host, AuthScheme scheme, HttpContext context) {}
  }
}
