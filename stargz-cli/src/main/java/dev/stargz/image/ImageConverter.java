package dev.stargz.image;

import dev.stargz.format.WriterOptions;
import dev.stargz.format.deflate.DeflaterPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Converts an image, or an index of images: every layer becomes a stargz, configs, manifests and
 * indexes follow, the tag is written last.
 *
 * <p>A layer's source is checked against its digest and its diffID before anything made of it is
 * sent. What needs no change stays as it is, to the byte. The result depends on source and options
 * alone, not on the number of threads, on the time, or on what was reused.
 *
 * <p>Memory: what {@code StargzWriter} says of itself, the share for members in flight once for all
 * layers, the rest for each of the {@link ConverterOptions#parallelLayers()}, of which a small heap
 * has fewer. Disk: the blobs of those layers, and their tars if files are prioritized, at most half
 * of what is free as far as one can tell beforehand; a larger layer is worked on alone.
 *
 * <p>A converter holds nothing but its options and may be used any number of times.
 */
public final class ImageConverter {
  private final ConverterOptions options;

  /** Creates a converter with those options. */
  public ImageConverter(ConverterOptions options) {
    this.options = options;
  }

  /**
   * Converts.
   *
   * @param source stays open
   * @param target stays open
   * @throws ImageException if the image can't be read, converted or written; the target's own tag
   *     is then what it was. Only the tag of {@link ConverterOptions#meta()} comes later: its error
   *     says that the image itself was written
   * @throws InterruptedIOException if the thread was interrupted
   */
  public ConversionReport convert(ImageSource source, ImageTarget target) throws IOException {
    TempDir temp = TempDir.create(options.tempDir());
    try {
      return convert(source, target, temp);
    } catch (ClosedByInterruptException e) {
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } finally {
      remove(temp);
    }
  }

  private ConversionReport convert(ImageSource source, ImageTarget target, TempDir temp)
      throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(options.writer().threads(), ImageConverter::daemon);
    try (DeflaterPool deflaters = new DeflaterPool(options.writer().engine())) {
      HeapShare heap = HeapShare.of(options, Runtime.getRuntime().maxMemory());
      WriterOptions writer =
          options.writer().toBuilder()
              .executor(
                  options.writer().threads() == 1 ? Runnable::run : threads,
                  options.writer().threads())
              .engine(deflaters)
              .missingPrioritized(WriterOptions.Missing.WARNING)
              .tempDir(temp.path())
              .memory(heap.memory())
              .build();
      return new Conversion(options, writer, heap.layers(), source, target, temp).run();
    } finally {
      threads.shutdownNow();
    }
  }

  /** The image was written by then, or wasn't: files that stay behind change neither. */
  private void remove(TempDir temp) {
    try {
      temp.close();
    } catch (IOException e) {
      options
          .listener()
          .warning("temporary files stay behind in " + temp.path() + ": " + e.getMessage());
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "stargz-deflate");
    thread.setDaemon(true);
    return thread;
  }
}
