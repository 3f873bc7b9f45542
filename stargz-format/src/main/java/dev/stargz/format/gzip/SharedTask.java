package dev.stargz.format.gzip;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Work given to an executor, which whoever waits for it does itself if nobody has begun it: a full
 * executor delays and never deadlocks.
 */
final class SharedTask<T> {
  private final FutureTask<T> task;

  private SharedTask(Callable<T> work) {
    task = new FutureTask<>(work);
  }

  /** Gives work, which throws nothing checked but {@link IOException}, to {@code executor}. */
  static <T> SharedTask<T> start(Executor executor, Callable<T> work) {
    SharedTask<T> shared = new SharedTask<>(work);
    executor.execute(shared.task);
    return shared;
  }

  /**
   * What came of it.
   *
   * @throws InterruptedIOException if this thread was interrupted
   * @throws IOException that the work threw
   */
  T await() throws IOException {
    task.run(); // does nothing if a thread has begun it
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a blob");
    } catch (ExecutionException e) {
      throw thrown(e);
    }
  }

  private static IOException thrown(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    return cause instanceof IOException checked ? checked : new IOException(e);
  }

  /** Gives it up, if nobody has begun it. */
  void cancel() {
    task.cancel(/* mayInterruptIfRunning= */ false);
  }
}
