package dev.stargz.extract;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * Writes contents to files. The tree checks each chunk before it gives out a byte of it. Memory:
 * 256 KiB outside the heap, and the chunk that is written.
 */
final class ContentWorker implements FileWorkers.Worker {
  private static final int BUFFER = 1 << 18;

  /** Makes a regular file; the content is written by {@link #copy}. */
  @FunctionalInterface
  interface Maker {
    /** Makes it. */
    void make(Item file, ContentWorker content) throws IOException;
  }

  private final FileTree tree;
  private final Progress progress;
  private final Maker maker;
  private final Memory memory = new Memory(BUFFER);

  ContentWorker(FileTree tree, Progress progress, Maker maker) {
    this.tree = tree;
    this.progress = progress;
    this.maker = maker;
  }

  @Override
  public void work(Item file) throws IOException {
    maker.make(file, this);
    progress.completed();
  }

  /** Writes a file's content. */
  void copy(FileNode from, OpenNode to) throws IOException {
    long left = from.size();
    if (left == 0) {
      return;
    }
    ByteBuffer bytes = memory.getByteBuffer(0, BUFFER);
    try (SeekableByteChannel content = tree.openChannel(from)) {
      for (int n = content.read(bytes); n > 0; n = content.read(bytes.clear())) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted");
        }
        to.write(Pointer.nativeValue(memory), n);
        progress.wrote(n);
        left -= n;
      }
    }
    if (left != 0) {
      throw new ExtractException("its content has " + left + " bytes less than the TOC says");
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
