package dev.stargz.extract;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Does something with each file, on some threads at once, each taking the next when it is through
 * with one. After a failure no further one is begun, and those at work are interrupted.
 */
final class FileWorkers {
  /** One thread's worker. */
  interface Worker extends Closeable {
    /** Does what is to be done with a file. */
    void work(Item file) throws IOException;

    @Override
    void close();
  }

  private final List<Item> files;
  private final Supplier<Worker> workers;
  private final AtomicInteger next = new AtomicInteger();

  FileWorkers(List<Item> files, Supplier<Worker> workers) {
    this.files = files;
    this.workers = workers;
  }

  /**
   * Returns when all is done, or no thread is at work any more.
   *
   * @throws InterruptedIOException if the thread is interrupted
   * @throws IOException the first failure
   */
  void run(int threads) throws IOException {
    int useful = Math.min(threads, files.size());
    if (useful <= 1) {
      work();
      return;
    }
    ExecutorService executor = Executors.newFixedThreadPool(useful);
    try {
      await(new ExecutorCompletionService<>(executor), useful);
    } finally {
      executor.shutdownNow();
      awaitEnd(executor);
    }
  }

  private void work() throws IOException {
    try (Worker worker = workers.get()) {
      for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted");
        }
        worker.work(files.get(i));
      }
    }
  }

  private void await(CompletionService<Boolean> service, int threads) throws IOException {
    for (int i = 0; i < threads; i++) {
      service.submit(
          () -> {
            work();
            return true;
          });
    }
    try {
      for (int i = 0; i < threads; i++) {
        service.take().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static IOException failure(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IOException failure) {
      return failure;
    }
    if (cause instanceof RuntimeException failure) {
      throw failure;
    }
    if (cause instanceof Error failure) {
      throw failure;
    }
    return new IOException(e);
  }

  /** Waits even if interrupted: what the threads have open must not be closed before. */
  private static void awaitEnd(ExecutorService executor) {
    boolean interrupted = false;
    while (!executor.isTerminated()) {
      try {
        executor.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
