package dev.stargz.format.gzip;

import dev.stargz.format.deflate.DeflateEngine;
import dev.stargz.format.deflate.RawDeflater;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Encodes batches on other threads and writes them in the order in which they came. The one place
 * of the library where threads meet.
 *
 * <p>All methods are called by one thread, the writing one, which alone touches the output: it
 * takes in a batch, writes out those that are done, and waits for the oldest only when the bound is
 * reached. If nobody has begun that oldest one, it encodes it itself, so a full executor delays and
 * never deadlocks. An executor that runs tasks at once gives the same bytes on one thread.
 *
 * <p>Memory: batches in flight or kept for reuse hold at most {@code heapBound} bytes, or one batch
 * being filled and one in flight if those alone are more.
 */
final class BatchPipeline implements AutoCloseable {
  private record InFlight(Batch batch, FutureTask<?> task) {}

  private final BlobOutput blob;
  private final DeflateEngine engine;
  private final int level;
  private final Executor executor;
  private final int maxInFlight;
  private final long heapBound;
  private final Deque<InFlight> inFlight = new ArrayDeque<>();
  private final PriorityQueue<Batch> free =
      new PriorityQueue<>(Comparator.comparingLong(Batch::capacity));
  private volatile boolean closed;

  /**
   * Creates a pipeline into {@code blob}.
   *
   * @param engine encodes, at {@code level}; an encoder is asked for and closed with each batch
   * @param executor runs the encoding
   * @param parallelism how many threads of {@code executor} to keep busy
   * @param heapBound in bytes
   */
  BatchPipeline(
      BlobOutput blob,
      DeflateEngine engine,
      int level,
      Executor executor,
      int parallelism,
      long heapBound) {
    this.blob = blob;
    this.engine = engine;
    this.level = level;
    this.executor = executor;
    this.maxInFlight = 2 * parallelism + 1;
    this.heapBound = heapBound;
  }

  /** An empty batch with room for a payload of that many bytes. */
  Batch take(int payloadLength) {
    Optional<Batch> found =
        free.stream()
            .filter(batch -> batch.hasRoom(payloadLength))
            .min(Comparator.comparingLong(Batch::capacity));
    found.ifPresent(free::remove);
    return found.orElseGet(() -> new Batch(payloadLength));
  }

  /** Takes over a filled batch. */
  void submit(Batch batch) throws IOException {
    checkInterrupt();
    FutureTask<?> task = new FutureTask<>(() -> encode(batch), null);
    inFlight.add(new InFlight(batch, task));
    executor.execute(task);
    while (!inFlight.isEmpty() && (inFlight.element().task().isDone() || isFull())) {
      writeOldest();
    }
  }

  private boolean isFull() {
    return inFlight.size() > maxInFlight || (inFlight.size() > 1 && held() > heapBound);
  }

  private long held() {
    return inFlight.stream().mapToLong(each -> each.batch().capacity()).sum();
  }

  private void encode(Batch batch) {
    if (closed) {
      return;
    }
    try (RawDeflater deflater = engine.newDeflater(level)) {
      batch.encode(deflater);
    }
  }

  private void writeOldest() throws IOException {
    InFlight oldest = inFlight.remove();
    oldest.task().run(); // does nothing if a thread has begun it
    try {
      oldest.task().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      checkInterrupt();
    } catch (ExecutionException e) {
      throw unchecked(e);
    }
    oldest.batch().emit(blob);
    oldest.batch().clear();
    keep(oldest.batch());
  }

  /** Keeps a batch for reuse, at the expense of smaller ones, in whose place it may be. */
  private void keep(Batch batch) {
    free.add(batch);
    long kept = held() + free.stream().mapToLong(Batch::capacity).sum();
    while (kept > heapBound && !free.isEmpty()) {
      kept -= free.remove().capacity();
    }
  }

  /** Writes all that is in flight. */
  void drain() throws IOException {
    while (!inFlight.isEmpty()) {
      writeOldest();
    }
  }

  /** What encoding threw, as it was: it throws nothing that is checked. */
  private static RuntimeException unchecked(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error; // OutOfMemoryError above all
    }
    return e.getCause() instanceof RuntimeException thrown ? thrown : new IllegalStateException(e);
  }

  private static void checkInterrupt() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while writing a blob");
    }
  }

  /** Gives up what is still in flight. */
  @Override
  public void close() {
    closed = true;
    inFlight.clear();
  }
}
