package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Lets one of several threads do what all of them want; the others wait for it and share its
 * success or failure. Where it is interrupted, another one takes over.
 *
 * @param <K> what tells one work from another
 */
final class PushOnce<K> {
  private final Map<K, CompletableFuture<Void>> running = new ConcurrentHashMap<>();

  /** Something that takes its time. */
  @FunctionalInterface
  interface Work {
    /** Does it. */
    void run() throws IOException;
  }

  /** Does the work, or waits until another thread has done it. */
  void run(K key, Work work) throws IOException {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> first = running.putIfAbsent(key, mine);
    while (first != null) {
      if (await(first)) {
        return;
      }
      first = running.putIfAbsent(key, mine);
    }
    try {
      work.run();
      running.remove(key);
      mine.complete(null);
    } catch (IOException | RuntimeException | Error e) {
      running.remove(key);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  /** Whether it was done; if not, it was interrupted. */
  private static boolean await(CompletableFuture<Void> other) throws IOException {
    try {
      other.get();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      if (failure instanceof InterruptedIOException) {
        return false;
      }
      if (failure instanceof ImageException image) {
        throw image;
      }
      throw new ImageException(String.valueOf(failure.getMessage()), failure);
    }
  }
}
