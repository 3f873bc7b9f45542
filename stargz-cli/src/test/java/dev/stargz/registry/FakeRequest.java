package dev.stargz.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as it arrived. Its body is read when somebody wants it. */
final class FakeRequest {
  private static final long MOST_DRAINED = 256 << 10;

  private final String method;
  private final String target;
  private final Map<String, List<String>> headers;
  private final InputStream in;
  private final OutputStream out;
  private byte[] body;
  private boolean begun;

  private FakeRequest(
      String method,
      String target,
      Map<String, List<String>> headers,
      InputStream in,
      OutputStream out) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.in = in;
    this.out = out;
  }

  /** Reads a request's head; nothing at the connection's end. */
  static Optional<FakeRequest> read(InputStream in, OutputStream out) throws IOException {
    String first = line(in);
    if (first == null || first.isEmpty()) {
      return Optional.empty();
    }
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      headers
          .computeIfAbsent(name, any -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    String[] parts = first.split(" ", -1);
    return Optional.of(new FakeRequest(parts[0], parts[1], headers, in, out));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  String method() {
    return method;
  }

  /** Path and query as they were sent. */
  String target() {
    return target;
  }

  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The values of a parameter of the query, decoded. */
  List<String> query(String name) {
    int query = target.indexOf('?');
    return query < 0 ? List.of() : values(target.substring(query + 1), name);
  }

  /** The values of a field of a form in the body, decoded. */
  List<String> form(String name) throws IOException {
    return values(new String(body(), StandardCharsets.UTF_8), name);
  }

  private static List<String> values(String form, String name) {
    List<String> values = new ArrayList<>();
    for (String pair : form.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts[0].equals(name)) {
        values.add(parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }

  boolean expectsContinue() {
    return header("Expect").filter("100-continue"::equalsIgnoreCase).isPresent();
  }

  long contentLength() {
    return header("Content-Length").map(Long::parseLong).orElse(0L);
  }

  boolean isBodyRead() {
    return body != null || contentLength() == 0;
  }

  /** The body; tells a client that waits to send it. */
  synchronized byte[] body() throws IOException {
    if (body == null) {
      begun = true;
      if (expectsContinue()) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
      byte[] read = in.readNBytes((int) contentLength());
      if (read.length < contentLength()) {
        throw new IOException("the client closed in the middle of the body");
      }
      body = read;
    }
    return body;
  }

  /**
   * Reads a short body that nobody wanted and that is on its way, as servers do: a connection that
   * is closed over unread bytes takes the answer with it.
   */
  synchronized void drain() throws IOException {
    if (!begun && !expectsContinue() && contentLength() <= MOST_DRAINED) {
      body();
    }
  }

  /** Reads so much of the body and leaves the rest in the connection. */
  synchronized byte[] bodyUpTo(int length) throws IOException {
    begun = true;
    if (expectsContinue()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    return in.readNBytes(length);
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
