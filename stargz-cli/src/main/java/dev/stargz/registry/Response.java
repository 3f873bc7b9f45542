package dev.stargz.registry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An answer. Whoever got it closes it, which ends the connection unless the body was read to its
 * end. The body of an error (status 400 and up) has already been read, as far as it may.
 */
final class Response implements Closeable {
  // Of a few MiB at most.
  private static final Duration LONGEST_DOCUMENT = Duration.ofMinutes(5);

  private final URI uri;
  private final int status;
  private final Map<String, List<String>> headers;
  private final InputStream body;
  private final byte[] errorBody;

  private Response(
      URI uri, int status, Map<String, List<String>> headers, InputStream body, byte[] errorBody) {
    this.uri = uri;
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.errorBody = errorBody;
  }

  static Response success(
      URI uri, int status, Map<String, List<String>> headers, InputStream body) {
    return new Response(uri, status, headers, body, new byte[0]);
  }

  static Response error(URI uri, int status, Map<String, List<String>> headers, byte[] body) {
    return new Response(uri, status, headers, new ByteArrayInputStream(body), body);
  }

  /** The same answer, without secrets in what an error says. */
  Response without(Set<String> secrets) {
    return errorBody.length == 0
        ? this
        : error(uri, status, headers, Secrets.removed(errorBody, secrets));
  }

  /** Who answered, after all redirects. */
  URI uri() {
    return uri;
  }

  int status() {
    return status;
  }

  /** The first header of a name, in any case. */
  Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /** All headers of a name, in any case. */
  List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** The type of the body without parameters, in lower case; empty if it isn't said. */
  String contentType() {
    String type = header("Content-Type").orElse("");
    return type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
  }

  /** The length that the answer announces; -1 if it does not or it is no number. */
  long contentLength() {
    return header("Content-Length")
        .filter(length -> length.strip().matches("\\d{1,18}"))
        .map(length -> Long.parseLong(length.strip()))
        .orElse(-1L);
  }

  /** The bytes, as they arrive. */
  InputStream body() {
    return body;
  }

  /**
   * The body, if it is a document.
   *
   * @param most how many bytes are read
   * @throws IOException if the connection breaks, or they come one by one and take too long
   */
  byte[] document(int most) throws IOException {
    return document(most, LONGEST_DOCUMENT);
  }

  byte[] document(int most, Duration longest) throws IOException {
    long start = System.nanoTime();
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    byte[] buffer = new byte[16 << 10];
    int count = 0;
    while (count >= 0 && document.size() < most) {
      document.write(buffer, 0, count);
      count = body.read(buffer, 0, Math.min(buffer.length, most - document.size()));
      if (System.nanoTime() - start > longest.toNanos()) {
        throw new IOException("took more than " + longest.toSeconds() + " s to send a document");
      }
    }
    return document.toByteArray();
  }

  /** What went wrong, in the registry's words. */
  List<OciError> errors() {
    return OciError.parse(errorBody);
  }

  /** Whether the registry gives this as what went wrong. */
  boolean has(String code) {
    return errors().stream().anyMatch(error -> error.code().equals(code));
  }

  /** What went wrong on one line, without secrets; empty if the registry gives no reason. */
  String errorText() {
    return OciError.text(errorBody, contentType());
  }

  /** Status, its name, and what the registry says. */
  String outcome() {
    String reason = StatusName.of(status);
    String text = errorText();
    return status + (reason.isEmpty() ? "" : " " + reason) + (text.isEmpty() ? "" : ": " + text);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
