package dev.stargz.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread write what another reads, with a megabyte between them, so that both are at work.
 * A failure of the writing side is told where the reading side asks for the result; until then its
 * stream ends early.
 *
 * <p>Buffers go round: the writing side fills them, the reading side empties them and gives them
 * back. Each side is for one thread.
 */
final class Pipe<T> implements Closeable {
  private static final int BUFFERS = 16;
  private static final int BUFFER = 1 << 16;

  /** Bytes on their way. */
  private static final class Buffer {
    final byte[] bytes = new byte[BUFFER];
    int next;
    int limit;
  }

  private final BlockingQueue<Buffer> empty = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<Buffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final InputStream input = new Input();
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Thread thread;

  /** What writes. */
  @FunctionalInterface
  interface Producer<T> {
    /** Writes all there is; what it returns is the pipe's result. */
    T writeTo(OutputStream out) throws IOException;
  }

  private Pipe(String name, Producer<T> producer) {
    for (int i = 0; i < BUFFERS; i++) {
      empty.add(new Buffer());
    }
    thread = new Thread(() -> produce(producer), name);
    thread.setDaemon(true);
  }

  /** Starts to write in a thread of its own. */
  static <T> Pipe<T> start(String name, Producer<T> producer) {
    Pipe<T> pipe = new Pipe<>(name, producer);
    pipe.thread.start();
    return pipe;
  }

  /** The result is known before the stream ends, so that who sees its end can ask why. */
  private void produce(Producer<T> producer) {
    Output out = new Output();
    try {
      result.complete(producer.writeTo(out));
    } catch (IOException | RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
    out.flush();
    full.add(new Buffer()); // an empty one is the end, for which there is always room
  }

  /** What is written. If it ends early, {@link #result} says why. */
  InputStream input() {
    return input;
  }

  /** Whether the writing side has failed; if the stream has ended, that is known. */
  boolean hasFailed() {
    return result.isCompletedExceptionally();
  }

  /** Waits for the writing side to end; what it returned, or threw. */
  T result() throws IOException {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw LayerPool.rethrown(e);
    }
  }

  /** Ends both sides; the writing one has ended when this returns. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Buffer take(BlockingQueue<Buffer> queue) throws InterruptedIOException {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** The writing side. */
  private final class Output extends OutputStream {
    private @Nullable Buffer buffer;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        if (buffer == null) {
          buffer = take(empty);
        }
        int n = Math.min(length - done, BUFFER - buffer.limit);
        System.arraycopy(bytes, offset + done, buffer.bytes, buffer.limit, n);
        buffer.limit += n;
        done += n;
        if (buffer.limit == BUFFER) {
          pass(buffer);
        }
      }
    }

    @Override
    public void flush() {
      if (buffer != null) {
        pass(buffer);
      }
    }

    private void pass(Buffer filled) {
      buffer = null;
      full.add(filled);
    }
  }

  /** The reading side. */
  private final class Input extends InputStream {
    private @Nullable Buffer buffer;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      Buffer from = buffer == null ? take(full) : buffer;
      buffer = from;
      if (from.limit == 0) {
        return -1; // and so for ever after
      }
      int n = Math.min(length, from.limit - from.next);
      System.arraycopy(from.bytes, from.next, bytes, offset, n);
      from.next += n;
      if (from.next == from.limit) {
        from.next = 0;
        from.limit = 0;
        buffer = null;
        empty.add(from);
      }
      return n;
    }
  }
}
