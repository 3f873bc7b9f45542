package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.apache.http.Header;
import org.apache.http.HttpRequest;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.impl.client.CloseableHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * One request, one answer: no redirects, no credentials, no second try. On Apache's HttpClient, for
 * what that of the JDK can't do: it loses the body of an answer that comes instead of {@code 100
 * Continue} and then never returns, waits without end for a server that ignores the expectation,
 * and doesn't see an answer that comes while it still sends.
 *
 * <p>A connection that stands still for the timeout is broken off, in either direction; an
 * interrupt ends what waits.
 */
final class HttpTransport implements Closeable {
  private static final int MAX_ERROR_BODY = 64 << 10;
  // Smaller ones are sent at once: to wait for leave costs more than they do.
  private static final int EXPECT_CONTINUE_FROM = 64 << 10;

  private final CloseableHttpClient client;
  private final Proxies proxies;
  private final Watchdog watchdog;
  private final RequestConfig config;

  private HttpTransport(
      CloseableHttpClient client, Proxies proxies, Watchdog watchdog, RequestConfig config) {
    this.client = client;
    this.proxies = proxies;
    this.watchdog = watchdog;
    this.config = config;
  }

  static HttpTransport open(RegistryOptions options) throws IOException {
    Proxies proxies = Proxies.of(options.environment());
    return new HttpTransport(
        ClientSetup.client(options, proxies),
        proxies,
        new Watchdog(options.timeout()),
        ClientSetup.config(options));
  }

  /**
   * Sends a request and awaits the head of the answer, and of an error the body too.
   *
   * @throws RequestBodyException if what is to be sent can't be read
   * @throws InterruptedIOException if the thread is interrupted
   * @throws IOException if the connection can't be made or breaks
   */
  Response exchange(Request request, Map<String, String> headers) throws IOException {
    SentBody body = request.body().map(SentBody::new).orElse(null);
    HttpUriRequest message = message(request, headers, body);
    HttpClientContext context = proxies.context(request.uri());
    Watchdog.Watch watch = watchdog.watch(message, body);
    try {
      CloseableHttpResponse answer = client.execute(message, context);
      if (isOfProxy(context)) {
        throw refusedTunnel(request, answer);
      }
      return response(request.uri(), message, answer);
    } catch (IOException e) {
      throw told(e, body);
    } catch (IllegalStateException e) {
      throw new IOException("the connection was closed", e);
    } catch (IllegalArgumentException e) {
      throw new ImageException(request.repository() + ": " + request + ": no address", e);
    } finally {
      watch.close();
    }
  }

  /** Whether it was asked for a tunnel last, and so refused it. */
  private static boolean isOfProxy(HttpClientContext context) {
    HttpRequest last = context.getRequest();
    return last != null && last.getRequestLine().getMethod().equals("CONNECT");
  }

  /** What a proxy answers to CONNECT is never the registry's answer: it might lead us anywhere. */
  private IOException refusedTunnel(Request request, CloseableHttpResponse answer)
      throws IOException {
    answer.close();
    int status = answer.getStatusLine().getStatusCode();
    String proxy = proxies.proxy(request.uri()).map(Object::toString).orElse("");
    String why =
        "the proxy " + proxy + " refuses a tunnel: " + status + " " + StatusName.of(status);
    return Backoff.isTransient(status)
        ? new IOException(why)
        : new ImageException(request.repository() + ": " + request + ": " + why);
  }

  private HttpUriRequest message(
      Request request, Map<String, String> headers, @Nullable SentBody body) {
    RequestBuilder message = RequestBuilder.create(request.method()).setUri(request.uri());
    request.headers().forEach(message::setHeader);
    headers.forEach(message::setHeader);
    if (body != null) {
      message.setEntity(body);
    } else if (request.method().startsWith("P")) {
      message.setEntity(new SentBody(RequestBody.of(new byte[0]))); // for its Content-Length: 0
    }
    boolean large = body != null && body.getContentLength() >= EXPECT_CONTINUE_FROM;
    message.setConfig(RequestConfig.copy(config).setExpectContinueEnabled(large).build());
    return message.build();
  }

  private Response response(URI uri, HttpUriRequest message, CloseableHttpResponse answer)
      throws IOException {
    int status = answer.getStatusLine().getStatusCode();
    Map<String, List<String>> headers = headers(answer);
    if (status >= 300) { // read to its end, so that the connection can be used again
      return Response.error(uri, status, headers, errorBody(status, message, answer));
    }
    InputStream content =
        answer.getEntity() == null
            ? InputStream.nullInputStream()
            : answer.getEntity().getContent();
    return Response.success(uri, status, headers, new ReceivedBody(content, answer));
  }

  private static Map<String, List<String>> headers(CloseableHttpResponse answer) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Header header : answer.getAllHeaders()) {
      String name = header.getName().toLowerCase(Locale.ROOT);
      String value = header.getValue() == null ? "" : header.getValue();
      headers.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }
    return headers;
  }

  /**
   * Reads what an error says, but not for long: docker-registry's 416 announces the length of the
   * blob and sends 33 bytes.
   */
  private byte[] errorBody(int status, HttpUriRequest message, CloseableHttpResponse answer)
      throws IOException {
    byte[] buffer = new byte[MAX_ERROR_BODY];
    int length = 0;
    ScheduledFuture<?> limit = watchdog.abortSoon(message);
    try (answer) {
      if (status != 416 && answer.getEntity() != null) {
        InputStream content = answer.getEntity().getContent();
        int count = 0;
        while (count >= 0 && length < buffer.length) {
          length += count;
          count = content.read(buffer, length, buffer.length - length);
        }
      }
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw told(e, null);
      }
      // what came so far has to do
    } finally {
      limit.cancel(false);
    }
    return Arrays.copyOf(buffer, length);
  }

  static IOException told(IOException e, @Nullable SentBody body) {
    if (body != null && body.failure() != null) {
      return body.failure();
    }
    if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      return interrupted;
    }
    if (body != null && body.isStalled()) {
      return new IOException("the registry stopped reading what was sent", e);
    }
    return e;
  }

  @Override
  public void close() throws IOException {
    watchdog.close();
    client.close();
  }
}
