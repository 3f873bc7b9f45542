package dev.stargz.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/**
 * What is answered, truly or not. Immutable.
 *
 * @param announced the Content-Length to be claimed instead of the true one
 * @param cutAfter close the connection after so many bytes of the body
 * @param heldAfter wait for {@code latch} after so many bytes of the body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FakeAnswer(
    int status,
    List<String> headers,
    byte[] body,
    OptionalLong announced,
    OptionalInt cutAfter,
    OptionalInt heldAfter,
    CountDownLatch latch) {
  static FakeAnswer of(int status, String... headers) {
    return new FakeAnswer(
        status,
        List.of(headers),
        new byte[0],
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        new CountDownLatch(0));
  }

  /** An error as registries word it. */
  static FakeAnswer error(int status, String code, String message) {
    String json =
        "{\"errors\":[{\"code\":\""
            + code
            + "\",\"message\":\""
            + message
            + "\",\"detail\":null}]}";
    return of(status).with("Content-Type: application/json").withBody(json);
  }

  /** No answer at all: the connection is closed. */
  static FakeAnswer nothing() {
    return of(0);
  }

  FakeAnswer with(String header) {
    List<String> more = new ArrayList<>(headers);
    more.add(header);
    return copy(status, more, body, announced, cutAfter);
  }

  FakeAnswer without(String header) {
    List<String> fewer = new ArrayList<>(headers);
    fewer.removeIf(line -> line.regionMatches(true, 0, header + ":", 0, header.length() + 1));
    return copy(status, fewer, body, announced, cutAfter);
  }

  FakeAnswer withStatus(int newStatus) {
    return copy(newStatus, headers, body, announced, cutAfter);
  }

  FakeAnswer withBody(String text) {
    return withBody(text.getBytes(StandardCharsets.UTF_8));
  }

  FakeAnswer withBody(byte[] bytes) {
    return copy(status, headers, bytes, announced, cutAfter);
  }

  /** Claims a Content-Length; -1 for none at all. */
  FakeAnswer announcing(long length) {
    return copy(status, headers, body, OptionalLong.of(length), cutAfter);
  }

  FakeAnswer cutAfter(int bytes) {
    return copy(status, headers, body, announced, OptionalInt.of(bytes));
  }

  /** Sends so much of the body, then waits. */
  FakeAnswer heldAfter(int bytes, CountDownLatch until) {
    return new FakeAnswer(status, headers, body, announced, cutAfter, OptionalInt.of(bytes), until);
  }

  private FakeAnswer copy(
      int newStatus,
      List<String> newHeaders,
      byte[] newBody,
      OptionalLong newAnnounced,
      OptionalInt newCut) {
    return new FakeAnswer(
        newStatus, List.copyOf(newHeaders), newBody, newAnnounced, newCut, heldAfter, latch);
  }

  /** Writes it; whether the connection may go on. */
  boolean write(OutputStream out, boolean head) throws IOException, InterruptedException {
    if (status == 0) {
      return false;
    }
    StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
    headers.forEach(line -> text.append(line).append("\r\n"));
    long length = announced.orElse(body.length);
    if (length >= 0 && status != 204 && status != 304) {
      text.append("Content-Length: ").append(length).append("\r\n");
    }
    out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    if (head) {
      return true;
    }
    int sent = cutAfter.orElse(body.length);
    int first = Math.min(sent, heldAfter.orElse(sent));
    out.write(body, 0, first);
    out.flush();
    latch.await();
    out.write(body, first, sent - first);
    out.flush();
    return cutAfter.isEmpty() && length >= 0;
  }
}
