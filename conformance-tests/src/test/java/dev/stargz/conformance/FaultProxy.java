package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands in front of a registry on plain HTTP, passes on what is asked and answered, and does to
 * some of it what a test says. Each connection serves one exchange.
 */
final class FaultProxy implements AutoCloseable {
  /** What a client begins with that tries TLS first (RFC 8446, 5.1). */
  private static final int TLS_HANDSHAKE = 22;

  /** What a registry on plain HTTP says to that. */
  private static final byte[] BAD_REQUEST =
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);

  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);

  private final String registry;
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<HttpHead> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private FaultProxy(String registry, ServerSocket listener) {
    this.registry = registry;
    this.listener = listener;
  }

  /** Starts one on a free port. */
  static FaultProxy before(DockerRegistry registry) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    FaultProxy proxy = new FaultProxy(registry.address(), listener);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  /** {@code 127.0.0.1:PORT}. */
  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The reference of something in the registry, through here. */
  String reference(String nameAndTag) {
    return address() + "/" + nameAndTag;
  }

  /** All requests that came here. */
  List<HttpHead> requests() {
    return List.copyOf(requests);
  }

  /** A rule for each exchange that matches; see {@link #on(String, int, int, Fault)}. */
  Rule on(String regex, Fault fault) {
    return on(regex, 0, Integer.MAX_VALUE, fault);
  }

  /** A rule for the first exchange that matches. */
  Rule once(String regex, Fault fault) {
    return on(regex, 0, 1, fault);
  }

  /**
   * A rule: what is done to an exchange. Of several the first that matches counts.
   *
   * @param regex found in {@code METHOD PATH?QUERY range:VALUE length:NUMBER}; the range is empty
   *     for a whole blob, the length is the body's
   * @param skipped how many of those that match pass untouched before
   * @param times how many it is done to
   */
  Rule on(String regex, int skipped, int times, Fault fault) {
    Rule rule = new Rule(Pattern.compile(regex), skipped, times, fault, new AtomicInteger());
    rules.add(rule);
    return rule;
  }

  /**
   * What is done to which exchanges.
   *
   * @param matched how many have matched so far
   */
  record Rule(Pattern pattern, int skipped, int times, Fault fault, AtomicInteger matched) {
    private boolean applies(HttpHead request) {
      String range = request.header("Range").orElse("");
      String length = request.header("Content-Length").orElse("0");
      String text =
          "%s %s range:%s length:%s".formatted(request.method(), request.target(), range, length);
      if (!pattern.matcher(text).find()) {
        return false;
      }
      int before = matched.getAndIncrement();
      return before >= skipped && before - skipped < times;
    }

    /** Whether it was ever done. */
    boolean applied() {
      return matched.get() > skipped;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      in.mark(1);
      if (in.read() == TLS_HANDSHAKE) {
        client.getOutputStream().write(BAD_REQUEST);
        return;
      }
      in.reset();
      Optional<HttpHead> request = HttpHead.read(in);
      if (request.isPresent()) {
        requests.add(request.get());
        exchange(request.get(), in, client.getOutputStream());
      }
    } catch (IOException e) {
      // Both connections are cut, which is what a fault may ask for.
    } finally {
      open.remove(client);
    }
  }

  private void exchange(HttpHead request, InputStream in, OutputStream out) throws IOException {
    Fault fault =
        rules.stream()
            .filter(rule -> rule.applies(request))
            .map(Rule::fault)
            .findFirst()
            .orElse(new Fault() {});
    Optional<byte[]> answer = fault.answer();
    if (answer.isEmpty()) {
      pass(request, in, out, fault);
      return;
    }
    if (request.header("Expect").isEmpty()) {
      copyBody(request, in, OutputStream.nullOutputStream());
    }
    out.write(answer.get());
  }

  private void pass(HttpHead request, InputStream in, OutputStream out, Fault fault)
      throws IOException {
    int colon = registry.indexOf(':');
    int port = Integer.parseInt(registry.substring(colon + 1));
    try (Socket socket = new Socket(registry.substring(0, colon), port)) {
      open.add(socket);
      OutputStream to = socket.getOutputStream();
      to.write(request.with("Connection", "close").with("Expect", "").bytes());
      if (request.header("Expect").isPresent()) {
        out.write(CONTINUE);
      }
      copyBody(request, in, fault.request(to));
      InputStream from = new BufferedInputStream(socket.getInputStream());
      HttpHead answer = HttpHead.read(from).orElseThrow(() -> new IOException("no answer"));
      fault.answered();
      out.write(answer.with("Connection", "close").bytes());
      copy(from, fault.answer(out), Long.MAX_VALUE);
      open.remove(socket);
    }
  }

  private static void copyBody(HttpHead request, InputStream in, OutputStream to)
      throws IOException {
    if (request.header("Transfer-Encoding").isPresent()) {
      copyChunks(in, to);
    } else {
      copy(in, to, request.header("Content-Length").map(Long::parseLong).orElse(0L));
    }
  }

  /** RFC 9112, 7.1. */
  private static void copyChunks(InputStream in, OutputStream to) throws IOException {
    long size;
    do {
      String line = HttpHead.line(in);
      size = Long.parseLong(line.split(";", -1)[0], 16);
      to.write((line + "\r\n").getBytes(ISO_8859_1));
      copy(in, to, size + 2); // with its end of line
    } while (size > 0);
  }

  private static void copy(InputStream in, OutputStream to, long most) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = most;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read == -1) {
        break;
      }
      to.write(buffer, 0, read);
      left -= read;
    }
    to.flush();
  }

  /** The requests of a method to paths that contain a text. */
  List<HttpHead> requests(String method, String part) {
    List<HttpHead> found = new ArrayList<>(requests);
    found.removeIf(head -> !head.method().equals(method) || !head.target().contains(part));
    return found;
  }
}
