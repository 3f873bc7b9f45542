package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The head of an HTTP/1.1 request or answer.
 *
 * @param start the first line
 * @param headers the other lines
 */
record HttpHead(String start, List<String> headers) {
  private static final int MAX_SIZE = 1 << 16;

  /** Copies the list. */
  HttpHead {
    headers = List.copyOf(headers);
  }

  /** Reads one; nothing at the end of the stream. */
  static Optional<HttpHead> read(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      lines.add(line);
    }
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(new HttpHead(lines.get(0), lines.subList(1, lines.size())));
  }

  /** Reads a line to its CR and LF; an empty one at the end of the stream. */
  static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b == -1 && line.size() == 0) {
        return "";
      }
      if (b == -1 || line.size() > MAX_SIZE) {
        throw new EOFException("no end of line after " + line);
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).strip();
  }

  String method() {
    return start.split(" ", -1)[0];
  }

  /** Path and query. */
  String target() {
    return start.split(" ", -1)[1];
  }

  int status() {
    return Integer.parseInt(start.split(" ", -1)[1]);
  }

  /** A header's value. */
  Optional<String> header(String name) {
    String prefix = name + ":";
    return headers.stream()
        .filter(line -> line.regionMatches(true, 0, prefix, 0, prefix.length()))
        .map(line -> line.substring(prefix.length()).strip())
        .findFirst();
  }

  /** The same with another value of a header; without the header if that is empty. */
  HttpHead with(String name, String value) {
    List<String> changed = new ArrayList<>(headers);
    String prefix = name + ":";
    changed.removeIf(line -> line.regionMatches(true, 0, prefix, 0, prefix.length()));
    if (!value.isEmpty()) {
      changed.add(prefix + " " + value);
    }
    return new HttpHead(start, changed);
  }

  byte[] bytes() {
    String lines = String.join("\r\n", headers);
    return (start + "\r\n" + lines + (lines.isEmpty() ? "\r\n" : "\r\n\r\n")).getBytes(ISO_8859_1);
  }
}
