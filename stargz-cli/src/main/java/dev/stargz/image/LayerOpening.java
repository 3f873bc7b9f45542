package dev.stargz.image;

import dev.stargz.format.StargzReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Opens the layers of an image, four at a time: what takes time is the way to a registry and back.
 */
final class LayerOpening {
  private static final int AT_ONCE = 4;

  private LayerOpening() {}

  /** Opens all layers; of several that can't be opened the lowest is told. */
  static List<StargzReader> open(List<ImageLayer> layers) throws IOException {
    if (layers.size() < 2) {
      List<StargzReader> readers = new ArrayList<>();
      for (ImageLayer layer : layers) {
        readers.add(layer.readerOfImage());
      }
      return readers;
    }
    ExecutorService executor =
        Executors.newFixedThreadPool(Math.min(AT_ONCE, layers.size()), LayerOpening::thread);
    List<Future<StargzReader>> openings = new ArrayList<>();
    try {
      for (ImageLayer layer : layers) {
        openings.add(executor.submit(layer::readerOfImage));
      }
      return collect(openings);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      executor.shutdownNow(); // if one failed the others needn't be waited for
      LayerPool.awaitEnd(executor);
    }
  }

  private static List<StargzReader> collect(List<Future<StargzReader>> openings)
      throws IOException, InterruptedException {
    List<StargzReader> readers = new ArrayList<>();
    for (Future<StargzReader> opening : openings) {
      if (Thread.interrupted()) {
        throw new InterruptedException(); // what is done already would not say so
      }
      try {
        readers.add(opening.get());
      } catch (ExecutionException e) {
        throw LayerPool.rethrown(e);
      }
    }
    return readers;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "layer-opening");
    thread.setDaemon(true);
    return thread;
  }
}
