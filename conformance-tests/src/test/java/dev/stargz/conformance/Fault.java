package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What a {@link FaultProxy} does to one exchange; unless said otherwise, nothing. */
interface Fault {
  /** An answer, with head and body, that the registry is not asked for. */
  default Optional<byte[]> answer() {
    return Optional.empty();
  }

  /** Where the request's body goes. */
  default OutputStream request(OutputStream registry) throws IOException {
    return registry;
  }

  /** Told when the registry has done what was asked, before anybody hears of it. */
  default void answered() throws IOException {}

  /** Where the answer's body goes. */
  default OutputStream answer(OutputStream client) throws IOException {
    return client;
  }

  /** Answers something else; headers are lines such as {@code Retry-After: 1}. */
  static Fault answering(int status, String body, String... headers) {
    byte[] bytes = body.getBytes(UTF_8);
    String lines = List.of(headers).stream().map(line -> line + "\r\n").reduce("", String::concat);
    String head =
        "HTTP/1.1 %d Fault\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"
            .formatted(status, bytes.length, lines);
    return new Fault() {
      @Override
      public Optional<byte[]> answer() {
        return Optional.of((head + body).getBytes(UTF_8));
      }
    };
  }

  /** Answers an error as registries spell it (OCI distribution spec, "Error Codes"). */
  static Fault error(int status, String code, String... headers) {
    String body = "{\"errors\":[{\"code\":\"%s\",\"message\":\"a fault\"}]}".formatted(code);
    return answering(status, body, headers);
  }

  /** Cuts the connections when so much of the request's body has passed. */
  static Fault cuttingRequest(long bytes) {
    return onRequest(to -> new Passing(to, bytes, Fault::cut));
  }

  /** Cuts the connection when so much of the answer's body has passed. */
  static Fault cuttingAnswer(long bytes) {
    return onAnswer(to -> new Passing(to, bytes, Fault::cut));
  }

  private static void cut() throws IOException {
    throw new IOException("cut");
  }

  /** Cuts the connection when the registry has done what was asked. */
  static Fault losingAnswer() {
    return new Fault() {
      @Override
      public void answered() throws IOException {
        cut();
      }
    };
  }

  /** Changes one byte of the request's body. */
  static Fault corruptingRequest(long at) {
    return onRequest(to -> new Corrupting(to, at));
  }

  /** Changes one byte of the answer's body. */
  static Fault corruptingAnswer(long at) {
    return onAnswer(to -> new Corrupting(to, at));
  }

  /** Lets pass so many bytes a second, either way, and takes half a second to answer. */
  static Fault slow(long bytesPerSecond) {
    return new Fault() {
      @Override
      public OutputStream request(OutputStream registry) {
        return new Slow(registry, bytesPerSecond);
      }

      @Override
      public void answered() {
        LockSupport.parkNanos(500_000_000);
      }

      @Override
      public OutputStream answer(OutputStream client) {
        return new Slow(client, bytesPerSecond);
      }
    };
  }

  /** Stops when so much of the request's body has passed. */
  static Fault holdingRequest(long bytes, Hold hold) {
    return onRequest(to -> new Passing(to, bytes, hold::reach));
  }

  /** Stops when so much of the answer's body has passed. */
  static Fault holdingAnswer(long bytes, Hold hold) {
    return onAnswer(to -> new Passing(to, bytes, hold::reach));
  }

  /** Stops when the registry has done what was asked. */
  static Fault holdingDone(Hold hold) {
    return new Fault() {
      @Override
      public void answered() throws IOException {
        hold.reach();
      }
    };
  }

  private static Fault onRequest(Wrapper wrapper) {
    return new Fault() {
      @Override
      public OutputStream request(OutputStream registry) throws IOException {
        return wrapper.wrap(registry);
      }
    };
  }

  private static Fault onAnswer(Wrapper wrapper) {
    return new Fault() {
      @Override
      public OutputStream answer(OutputStream client) throws IOException {
        return wrapper.wrap(client);
      }
    };
  }

  /** Puts something between. */
  interface Wrapper {
    /** What to write to instead. */
    OutputStream wrap(OutputStream to) throws IOException;
  }

  /** What happens at a place in a stream. */
  interface Event {
    /** Lets it happen. */
    void happen() throws IOException;
  }

  /** Passes bytes on; something happens once, when so many have passed, be it none. */
  final class Passing extends FilterOutputStream {
    private final Event event;
    private long left;

    Passing(OutputStream out, long bytes, Event event) throws IOException {
      super(out);
      this.event = event;
      this.left = bytes;
      if (bytes == 0) {
        event.happen();
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (left <= 0 || length < left) {
        out.write(bytes, offset, length);
        left -= length;
        return;
      }
      int before = (int) left;
      out.write(bytes, offset, before);
      out.flush();
      left = 0;
      event.happen();
      out.write(bytes, offset + before, length - before);
    }
  }

  /** Changes a byte on the way. */
  final class Corrupting extends FilterOutputStream {
    private final long at;
    private long position;

    Corrupting(OutputStream out, long at) {
      super(out);
      this.at = at;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      byte[] copy = bytes.clone();
      long index = at - position;
      if (index >= 0 && index < length) {
        copy[offset + (int) index] ^= 1;
      }
      out.write(copy, offset, length);
      position += length;
    }
  }

  /** Takes its time. */
  final class Slow extends FilterOutputStream {
    private final long bytesPerSecond;

    Slow(OutputStream out, long bytesPerSecond) {
      super(out);
      this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      out.flush();
      LockSupport.parkNanos(length * 1_000_000_000L / bytesPerSecond);
    }
  }
}
