package dev.stargz.image;

import dev.stargz.format.WriterOptions;

/**
 * What of the heap the layers have that are worked on at once. A small heap takes fewer of them:
 * that costs little, since one layer keeps all threads at work.
 *
 * @param layers how many at once
 * @param memory for each layer's members in flight, in bytes
 */
record HeapShare(int layers, long memory) {
  private static final int LAYERS_SHARE = 2;

  /** What a layer of large files takes whatever its share: {@code StargzWriter} says so. */
  private static final int LEAST_CHUNKS = 6;

  /** The share in a heap of at most {@code heap} bytes. */
  static HeapShare of(ConverterOptions options, long heap) {
    WriterOptions writer = options.writer();
    long least = (long) LEAST_CHUNKS * writer.chunkSize();
    long fit = Math.max(1, heap / LAYERS_SHARE / least);
    int layers = (int) Math.min(options.parallelLayers(), fit);
    return new HeapShare(layers, writer.memory() / layers);
  }
}
