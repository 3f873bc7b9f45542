package dev.stargz.format.tree;

import dev.stargz.format.gzip.ArrayInput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file's content from its start on. For one thread. */
final class ContentInput extends ArrayInput {
  private final FileContent content;
  private long position;

  ContentInput(FileContent content) {
    this.content = content;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = content.read(ByteBuffer.wrap(buffer, offset, length), position);
    position += Math.max(0, n);
    return n;
  }

  /** Skips without reading what is skipped. */
  @Override
  public long skip(long n) {
    long skipped = Math.max(0, Math.min(n, content.size() - position));
    position += skipped;
    return skipped;
  }
}
