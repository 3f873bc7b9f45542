package dev.stargz.registry;

import java.io.IOException;
import java.util.List;

/** A {@link FakeRegistry} for the tests of other packages. */
public final class LoopbackRegistry implements AutoCloseable {
  private final FakeRegistry registry;

  private LoopbackRegistry(FakeRegistry registry) {
    this.registry = registry;
  }

  /** Starts one that lets everybody in. */
  public static LoopbackRegistry start() throws IOException {
    return new LoopbackRegistry(FakeRegistry.start());
  }

  /** Asks for a name and a password from now on. */
  public void login(String username, String password) {
    registry.auth(FakeAuth.basic(username, password));
  }

  /** Answers requests with a status instead of the truth. */
  public void fail(String method, String path, int status) {
    registry.on(method, path).answer(FakeAnswer.of(status));
  }

  /** Host and port. */
  public String authority() {
    return registry.authority();
  }

  /** Methods and paths of all requests so far. */
  public List<String> requests() {
    return registry.requests().stream().map(each -> each.method() + " " + each.path()).toList();
  }

  @Override
  public void close() throws IOException {
    registry.close();
  }
}
