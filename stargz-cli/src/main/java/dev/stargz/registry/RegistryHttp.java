package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Requests to registries: with credentials, redirects followed, tried again when that may help. May
 * be used by several threads.
 */
final class RegistryHttp implements Closeable {
  private final RegistryOptions options;
  private final HttpTransport transport;
  private final Backoff backoff;
  private final Consumer<String> log;

  private RegistryHttp(RegistryOptions options, HttpTransport transport) {
    this.options = options;
    this.transport = transport;
    this.backoff = new Backoff(options);
    this.log = options.log();
  }

  static RegistryHttp open(RegistryOptions options) throws IOException {
    return new RegistryHttp(options, HttpTransport.open(options));
  }

  /** How often something is tried. */
  int tries() {
    return options.tries();
  }

  /** Waits before another try; for callers that repeat more than one request. */
  void pause(int failed, Optional<Response> answer) throws InterruptedIOException {
    backoff.pause(failed, answer);
  }

  /**
   * Sends a request.
   *
   * @return the answer, whatever its status; the caller closes it
   * @throws RequestBodyException if what is to be sent can't be read; its cause tells why
   * @throws InterruptedIOException if the thread is interrupted
   * @throws ImageException if no answer came, or the registry's answers must not be followed
   */
  Response send(Request request) throws IOException {
    for (int tried = 1; ; tried++) {
      boolean last = !request.retried() || tried >= tries();
      Optional<Response> answer = Optional.empty();
      try {
        Response response = transport.exchange(request, Map.of());
        if (last || !Backoff.isTransient(response.status())) {
          return response;
        }
        response.close();
        answer = Optional.of(response);
      } catch (ImageException | RequestBodyException e) {
        throw e;
      } catch (IOException e) {
        if (last || Thread.currentThread().isInterrupted()) {
          throw broken(request, e);
        }
      }
      backoff.pause(tried, answer);
    }
  }

  private static IOException broken(Request request, IOException e) {
    if (e instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
      return e;
    }
    return new ImageException(request.repository() + ": " + request + ": " + Failures.reason(e), e);
  }

  /** Asks whether anybody answers there; throws what the connection throws. */
  void probe(Repository registry) throws IOException {
    transport.exchange(Request.of(registry, "GET", registry.base()), Map.of()).close();
  }

  /**
   * An error about an answer that wasn't the one that was asked for.
   *
   * @param asked what for, such as {@code "push blob sha256:12ab…"}
   */
  RegistryException failure(Request request, String asked, Response answer) {
    return RegistryException.of(request.repository(), asked, answer, "");
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}
