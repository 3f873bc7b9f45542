package dev.stargz.format;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;

/**
 * Merges the layers of an image into one plain tar, which unpacks to what the layers, unpacked one
 * over the other, give: for a {@link StargzWriter} to convert. FORMAT.md, "Flattening".
 *
 * <p>What is left comes out with its own header and payload, byte for byte, in the order of layers
 * and entries, with these changes: a directory stands where its first entry stood, under the header
 * of its last one, and always before what is in it; a hard link never stands before its content. A
 * header is rewritten only where its name or link target isn't right any more: content whose own
 * name is gone stands under the first name that is left to it, and other links go there; what lay
 * below a symbolic link of a lower layer stands where that link goes. Whiteouts, opaque markers,
 * AUFS's own files, landmarks and the TOC of lazily readable layers don't come out, nor do global
 * PAX headers.
 *
 * <p>A flattener holds nothing but its options; of those, {@link WriterOptions#maxExpandedSize()}
 * (for each layer), {@link WriterOptions#skipUnsupported()} and {@link WriterOptions#tempDir()}
 * matter.
 *
 * <p>Memory: some 300 bytes for each path, at most half the heap; no payload. The headers of
 * directories are kept in a temporary file.
 */
public final class LayerFlattener {
  private static final int HEAP_SHARE = 2;

  /** A layer that can be read more than once. */
  public interface Layer {
    /** What to call it in messages: its digest, for example. */
    String name();

    /**
     * Opens it: a tar, plain or compressed with gzip or zstd, the same bytes each time. The
     * flattener closes the stream.
     */
    InputStream open() throws IOException;
  }

  private final WriterOptions options;

  /** Creates a flattener with those options. */
  public LayerFlattener(WriterOptions options) {
    this.options = options;
  }

  /**
   * Merges layers. Each is opened twice, one after the other: to decide what of it is left, then to
   * copy that. The second time it may not be opened at all, or not read to its end.
   *
   * @param layers the lowest first; none gives an empty tar
   * @param target takes the tar, from the calling thread; flushed and left open. After an exception
   *     what it holds is no tar
   * @return what is true of the layers, of which all of each was read
   * @throws CorruptException if a layer is damaged or can't be unpacked over those below it, such
   *     as a hard link to what is in none of them; the message names layer and entry
   * @throws UnsupportedException if a layer holds what can't be merged
   * @throws InterruptedIOException if the thread was interrupted
   */
  public MergedLayers flatten(List<? extends Layer> layers, OutputStream target)
      throws IOException {
    Warnings warnings = new Warnings();
    long maxHeap = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    try (Spool headers = Spool.create(options.tempDir())) {
      MergeScan scan = new MergeScan(options, warnings, headers, maxHeap);
      for (Layer layer : layers) {
        scan.read(layer);
      }
      new MergeCopy(options, scan, headers, target).write(layers);
      target.flush();
      return new MergedLayers(scan.diffIds(), warnings.all());
    } catch (ClosedByInterruptException e) {
      InterruptedIOException interrupted = new InterruptedIOException("interrupted while merging");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** An interrupt ends the work between two entries or buffers; the thread stays interrupted. */
  static void checkInterrupt() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while merging layers");
    }
  }
}
