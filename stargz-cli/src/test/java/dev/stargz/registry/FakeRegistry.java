package dev.stargz.registry;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A registry on loopback that keeps what it is given in memory and can be told to misbehave.
 *
 * <pre>{@code
 * try (FakeRegistry registry = FakeRegistry.start()) {
 *   registry.store().putBlob("a/b", bytes);
 *   registry.on("GET", "/v2/.*").times(1).answer(FakeAnswer.of(503));   // instead of the truth
 *   registry.on("GET", ".*").change(answer -> answer.cutAfter(10));     // the truth, spoiled
 *   registry.auth(FakeAuth.basic("user", "secret"));
 *   assertThat(registry.requests("GET", "/v2/a/b/.*")).hasSize(2);
 * }
 * }</pre>
 */
final class FakeRegistry implements AutoCloseable {
  private final ServerSocket server;
  private final String scheme;
  private final FakeStore store = new FakeStore();
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();
  private final List<FakeRequest> log = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Optional<FakeAuth> auth = Optional.empty();

  private FakeRegistry(ServerSocket server, String scheme) {
    this.server = server;
    this.scheme = scheme;
  }

  static FakeRegistry start() throws IOException {
    return start(ServerSocketFactory.getDefault(), "http");
  }

  static FakeRegistry start(SSLContext tls) throws IOException {
    return start(tls.getServerSocketFactory(), "https");
  }

  private static FakeRegistry start(ServerSocketFactory sockets, String scheme) throws IOException {
    ServerSocket server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    FakeRegistry registry = new FakeRegistry(server, scheme);
    thread(registry::accept);
    return registry;
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "fake-registry");
    thread.setDaemon(true);
    thread.start();
  }

  FakeStore store() {
    return store;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Host and port. */
  String authority() {
    return "127.0.0.1:" + port();
  }

  /** Scheme, host and port. */
  String origin() {
    return scheme + "://" + authority();
  }

  /** A reference for {@link RegistryConnection}, with the scheme in front. */
  String reference(String image) {
    return origin() + "/" + image;
  }

  Repository repository(String name) {
    return new Repository(scheme, authority(), name);
  }

  void auth(FakeAuth checked) {
    auth = Optional.of(checked);
  }

  /** All requests so far, in the order of their arrival. */
  List<FakeRequest> requests() {
    return List.copyOf(log);
  }

  /** Those of a method whose path (without query) matches. */
  List<FakeRequest> requests(String method, String path) {
    Pattern pattern = Pattern.compile(path);
    return log.stream()
        .filter(request -> request.method().equals(method))
        .filter(request -> pattern.matcher(request.path()).matches())
        .toList();
  }

  int connections() {
    return connections.get();
  }

  /** Something else than the truth for requests whose path (without query) matches. */
  Hook on(String method, String path) {
    return new Hook(method, Pattern.compile(path));
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        connections.incrementAndGet();
        thread(() -> serve(socket));
      } catch (IOException e) {
        // closed, or a client that gave up
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = new BufferedOutputStream(socket.getOutputStream())) {
      boolean goesOn = true;
      while (goesOn) {
        Optional<FakeRequest> request = FakeRequest.read(in, out);
        goesOn = request.isPresent() && serve(request.get(), out);
      }
    } catch (IOException | RuntimeException e) {
      // The client went, or the test has closed the registry.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private boolean serve(FakeRequest request, OutputStream out)
      throws IOException, InterruptedException {
    log.add(request);
    FakeAnswer answer = answer(request);
    request.drain();
    boolean goesOn = answer.write(out, request.method().equals("HEAD"));
    return goesOn && request.isBodyRead();
  }

  private FakeAnswer answer(FakeRequest request) throws IOException {
    for (Hook hook : hooks) {
      if (hook.takes(request)) {
        return hook.behaviour.answer(request, this::truth);
      }
    }
    return truth(request);
  }

  private FakeAnswer truth(FakeRequest request) throws IOException {
    Optional<FakeAnswer> denied = auth.flatMap(checked -> checked.check(request, origin()));
    return denied.isPresent() ? denied.get() : store.answer(request);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Answers in place of the registry. */
  @FunctionalInterface
  interface Behaviour {
    FakeAnswer answer(FakeRequest request, Truth truth) throws IOException;
  }

  /** What the registry itself answers. */
  @FunctionalInterface
  interface Truth {
    FakeAnswer of(FakeRequest request) throws IOException;
  }

  /** A misbehaviour; the first one that matches and isn't used up counts. */
  final class Hook {
    private final String method;
    private final Pattern path;
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private Behaviour behaviour = (request, truth) -> truth.of(request);

    private Hook(String method, Pattern path) {
      this.method = method;
      this.path = path;
    }

    /** Only so often; for ever if this isn't called. */
    Hook times(int count) {
      left.set(count);
      return this;
    }

    void answer(FakeAnswer answer) {
      answer((request, truth) -> answer);
    }

    void answer(Behaviour instead) {
      behaviour = instead;
      hooks.add(this);
    }

    void change(UnaryOperator<FakeAnswer> spoil) {
      answer((request, truth) -> spoil.apply(truth.of(request)));
    }

    private boolean takes(FakeRequest request) {
      return request.method().equals(method)
          && path.matcher(request.path()).matches()
          && left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }
  }
}
