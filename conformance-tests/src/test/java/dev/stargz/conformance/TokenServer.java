package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Hands out the tokens that a registry asks for (Docker's token authentication): whoever says the
 * password gets what is asked, all others get leave to pull.
 */
final class TokenServer implements AutoCloseable {
  static final String SERVICE = "registry of a test";
  static final String ISSUER = "issuer of a test";

  /** What a registry grants beyond a token's end, for clocks that differ. */
  private static final int LEEWAY_SECONDS = 60;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Certificate certificate;
  private final PrivateKey key;
  private final int lifeSeconds;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> handedOut = new CopyOnWriteArrayList<>();

  private TokenServer(HttpServer server, Certificate certificate, int lifeSeconds)
      throws IOException {
    this.server = server;
    this.certificate = certificate;
    this.key = privateKey(certificate.key());
    this.lifeSeconds = lifeSeconds;
  }

  /**
   * Starts one.
   *
   * @param lifeSeconds how long the registry takes its tokens for valid
   */
  static TokenServer start(Path directory, int lifeSeconds)
      throws IOException, InterruptedException {
    Certificate certificate = Certificate.selfSigned(Files.createDirectories(directory));
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TokenServer server = new TokenServer(http, certificate, lifeSeconds);
    http.createContext("/token", server::answer);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** Where tokens are asked for; its query has to be kept. */
  String realm() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token?account=none";
  }

  /** What the registry knows its tokens by. */
  Path certificate() {
    return certificate.file();
  }

  /** The queries so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** The tokens that somebody got. */
  List<String> handedOut() {
    return List.copyOf(handedOut);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    requests.add(query);
    String credentials = exchange.getRequestHeaders().getFirst("Authorization");
    boolean known = credentials != null && credentials.equals(basic());
    int status = credentials == null || known ? 200 : 401;
    String body =
        status == 200 ? token(query, known) : "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}";
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String basic() {
    String pair = DockerRegistry.USER + ":" + DockerRegistry.PASSWORD;
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private String token(String query, boolean known) throws IOException {
    String access =
        Arrays.stream(query.split("&"))
            .filter(parameter -> parameter.startsWith("scope="))
            .map(parameter -> URLDecoder.decode(parameter.substring(6), UTF_8))
            .flatMap(scopes -> Arrays.stream(scopes.split(" ", -1)))
            .map(scope -> access(scope, known))
            .collect(Collectors.joining(","));
    long now = Instant.now().getEpochSecond();
    // The registry takes it for longer than it says, and whoever asked is told what it really
    // takes.
    String claims =
        """
        {"iss":"%s","sub":"%s","aud":"%s","iat":%d,"nbf":%d,"exp":%d,"jti":"%d","access":[%s]}"""
            .formatted(
                ISSUER,
                known ? DockerRegistry.USER : "",
                SERVICE,
                now - 3600,
                now - 3600,
                now + lifeSeconds - LEEWAY_SECONDS,
                requests.size(),
                access);
    String token = signed(claims);
    handedOut.add(token);
    return "{\"token\":\"%s\",\"expires_in\":%d}".formatted(token, lifeSeconds);
  }

  /** What a scope such as {@code repository:a/b:pull,push} comes to. */
  private static String access(String scope, boolean known) {
    String type = scope.substring(0, scope.indexOf(':'));
    String name = scope.substring(type.length() + 1, scope.lastIndexOf(':'));
    String actions =
        Arrays.stream(scope.substring(scope.lastIndexOf(':') + 1).split(","))
            .filter(action -> known || action.equals("pull"))
            .map(action -> '"' + action + '"')
            .collect(Collectors.joining(","));
    return "{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[%s]}".formatted(type, name, actions);
  }

  /** As a JSON web token (RFC 7519) that has the certificate with it. */
  private String signed(String claims) throws IOException {
    String header =
        "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"%s\"]}".formatted(body(certificate.file()));
    String text = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(UTF_8));
      return text + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static PrivateKey privateKey(Path pem) throws IOException {
    try {
      byte[] bytes = Base64.getDecoder().decode(body(pem));
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** What stands between the first and the last line. */
  private static String body(Path pem) throws IOException {
    return Files.readAllLines(pem).stream()
        .filter(line -> !line.startsWith("-----"))
        .collect(Collectors.joining());
  }
}
