package dev.stargz.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.impl.auth.BasicScheme;
import org.apache.http.impl.client.BasicAuthCache;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.conn.DefaultRoutePlanner;
import org.apache.http.impl.conn.DefaultSchemePortResolver;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Which proxy a request goes through, by the environment's usual variables. */
final class Proxies extends DefaultRoutePlanner {
  private final Optional<Proxy> http;
  private final Optional<Proxy> https;
  private final NoProxy exceptions;

  private Proxies(Optional<Proxy> http, Optional<Proxy> https, NoProxy exceptions) {
    super(DefaultSchemePortResolver.INSTANCE);
    this.http = http;
    this.https = https;
    this.exceptions = exceptions;
  }

  /**
   * Reads {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, in lower case too.
   *
   * @throws IllegalArgumentException if a proxy's URL can't be one
   */
  static Proxies of(Map<String, String> environment) {
    return new Proxies(
        Proxy.of("HTTP_PROXY", environment),
        Proxy.of("HTTPS_PROXY", environment),
        NoProxy.parse(variable("NO_PROXY", environment).orElse("")));
  }

  static Optional<String> variable(String name, Map<String, String> environment) {
    String lower = environment.get(name.toLowerCase(java.util.Locale.ROOT));
    String value = lower == null || lower.isBlank() ? environment.get(name) : lower;
    return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
  }

  /** The proxy for a URI; nothing if it is reached directly. */
  Optional<Proxy> proxy(URI uri) {
    if (exceptions.includes(uri)) {
      return Optional.empty();
    }
    return "http".equalsIgnoreCase(uri.getScheme()) ? http : https;
  }

  /** What a request needs to show to its proxy. */
  HttpClientContext context(URI uri) {
    HttpClientContext context = HttpClientContext.create();
    proxy(uri).ifPresent(proxy -> proxy.authenticate(context));
    return context;
  }

  @Override
  protected @Nullable HttpHost determineProxy(
      HttpHost target, HttpRequest request, HttpContext context) {
    return proxy(URI.create(target.toURI())).map(Proxy::host).orElse(null);
  }

  /**
   * A proxy.
   *
   * @param host where it is
   * @param credentials what it is shown
   */
  record Proxy(HttpHost host, Optional<UsernamePasswordCredentials> credentials) {
    static Optional<Proxy> of(String variable, Map<String, String> environment) {
      return variable(variable, environment).map(value -> parse(variable, value));
    }

    private static Proxy parse(String variable, String value) {
      URI uri;
      try {
        uri = URI.create(value.contains("://") ? value : "http://" + value);
      } catch (IllegalArgumentException e) {
        throw bad(variable); // without the cause, which quotes a password
      }
      if (uri.getHost() == null || !"http".equalsIgnoreCase(uri.getScheme())) {
        throw bad(variable);
      }
      HttpHost host = new HttpHost(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort(), "http");
      return new Proxy(host, Optional.ofNullable(uri.getUserInfo()).map(Proxy::credentials));
    }

    private static UsernamePasswordCredentials credentials(String userInfo) {
      int colon = userInfo.indexOf(':');
      return colon < 0
          ? new UsernamePasswordCredentials(userInfo, "")
          : new UsernamePasswordCredentials(
              userInfo.substring(0, colon), userInfo.substring(colon + 1));
    }

    private static IllegalArgumentException bad(String variable) {
      return new IllegalArgumentException(
          variable + ": expected http://[USER:PASSWORD@]HOST[:PORT], its value is none");
    }

    /** At once, not only when asked: a body can't be sent twice. */
    void authenticate(HttpClientContext context) {
      if (credentials.isEmpty()) {
        return;
      }
      BasicCredentialsProvider provider = new BasicCredentialsProvider();
      provider.setCredentials(new AuthScope(host), credentials.get());
      BasicAuthCache cache = new BasicAuthCache();
      cache.put(host, new ProxyBasic());
      context.setCredentialsProvider(provider);
      context.setAuthCache(cache);
    }

    /** Where it is; without credentials. */
    @Override
    public String toString() {
      return host.toString();
    }
  }

  /** Basic, shown to a proxy that hasn't asked yet. */
  private static final class ProxyBasic extends BasicScheme {
    private static final long serialVersionUID = 1L;

    ProxyBasic() {
      super(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isProxy() {
      return true;
    }
  }
}
