package dev.stargz.image;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Lets one thread write what another reads, with a megabyte between them. A failure of the writing
 * side is told where the reading side asks for the result; until then its stream ends early.
 */
final class Pipe<T> implements Closeable {
  private static final int CAPACITY = 1 << 20;
  private static final int BUFFER = 1 << 16;

  private final PipedInputStream input = new PipedInputStream(CAPACITY);
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Thread thread;

  /** What writes. */
  @FunctionalInterface
  interface Producer<T> {
    /** Writes all there is; what it returns is the pipe's result. */
    T writeTo(OutputStream out) throws IOException;
  }

  private Pipe(String name, Producer<T> producer) throws IOException {
    PipedOutputStream out = new PipedOutputStream(input);
    thread = new Thread(() -> produce(producer, out), name);
    thread.setDaemon(true);
  }

  /** Starts to write in a thread of its own. */
  static <T> Pipe<T> start(String name, Producer<T> producer) throws IOException {
    Pipe<T> pipe = new Pipe<>(name, producer);
    pipe.thread.start();
    return pipe;
  }

  /** The result is known before the stream ends, so that who sees its end can ask why. */
  private void produce(Producer<T> producer, PipedOutputStream pipe) {
    try (OutputStream out = new BufferedOutputStream(pipe, BUFFER)) {
      try {
        T value = producer.writeTo(out);
        out.flush();
        result.complete(value);
      } catch (IOException | RuntimeException | Error e) {
        result.completeExceptionally(e);
      }
    } catch (IOException e) {
      result.completeExceptionally(e); // the reading side has closed it
    }
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
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends both sides; the writing one has ended when this returns. */
  @Override
  public void close() throws IOException {
    input.close();
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
}
