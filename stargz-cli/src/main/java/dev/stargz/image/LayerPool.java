package dev.stargz.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Works on several layers at once. The first failure ends all work: threads are interrupted, and
 * waited for (a minute at most), so that nothing is sent any more when the caller hears of it.
 */
final class LayerPool {
  private static final long PATIENCE_SECONDS = 60;

  private final int threads;

  LayerPool(int threads) {
    this.threads = threads;
  }

  /** Work on one layer. */
  @FunctionalInterface
  interface Task {
    /** Does it, perhaps in another thread. */
    LayerOutcome run(LayerWork work) throws IOException;
  }

  /**
   * Does all the work, in that order as far as one can say so.
   *
   * @param done told of each layer when it is done, by the calling thread
   */
  Map<LayerWork.Key, LayerOutcome> run(
      Collection<LayerWork> works, Task task, Consumer<LayerOutcome> done) throws IOException {
    AtomicInteger count = new AtomicInteger();
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            runnable -> {
              Thread thread = new Thread(runnable, "layer-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    try {
      return collect(submit(executor, works, task), done);
    } finally {
      executor.shutdownNow();
      awaitEnd(executor);
    }
  }

  /** An outcome and what it is of. */
  private record Done(LayerWork.Key key, LayerOutcome outcome) {}

  /** Tasks under way. */
  private record Running(ExecutorCompletionService<Done> service, List<Future<Done>> tasks) {}

  private static Running submit(ExecutorService executor, Collection<LayerWork> works, Task task) {
    ExecutorCompletionService<Done> service = new ExecutorCompletionService<>(executor);
    List<Future<Done>> tasks = new ArrayList<>();
    for (LayerWork work : works) {
      tasks.add(service.submit(() -> new Done(work.key(), task.run(work))));
    }
    return new Running(service, tasks);
  }

  private static Map<LayerWork.Key, LayerOutcome> collect(
      Running running, Consumer<LayerOutcome> done) throws IOException {
    Map<LayerWork.Key, LayerOutcome> outcomes = new HashMap<>();
    try {
      for (int i = 0; i < running.tasks().size(); i++) {
        Done next = running.service().take().get();
        outcomes.put(next.key(), next.outcome());
        done.accept(next.outcome());
      }
      return outcomes;
    } catch (InterruptedException | CancellationException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
  }

  /** What a task threw, as it was: an I/O error to be thrown, anything unchecked thrown here. */
  static IOException rethrown(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IOException io) {
      return io;
    }
    if (cause instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException(cause);
  }

  /** Waits for threads that have been told to end, a minute at most. */
  static void awaitEnd(ExecutorService executor) {
    boolean interrupted = Thread.interrupted();
    try {
      executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
