package dev.stargz.local;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A part of another source, which is closed with it. */
final class PartSource implements RandomAccessSource {
  private final RandomAccessSource whole;
  private final long offset;
  private final long size;

  PartSource(RandomAccessSource whole, long offset, long size) {
    this.whole = whole;
    this.offset = offset;
    this.size = size;
  }

  @Override
  public Tail readTail(int length) throws IOException {
    int n = (int) Math.min(length, size);
    return new Tail(whole.read(offset + size - n, n), size);
  }

  @Override
  public List<byte[]> read(List<Range> ranges) throws IOException {
    List<Range> moved = new ArrayList<>(ranges.size());
    for (Range range : ranges) {
      if (range.offset() > size - range.length()) {
        throw new EOFException(range + " ends behind the source's " + size + " bytes");
      }
      moved.add(new Range(offset + range.offset(), range.length()));
    }
    return whole.read(moved);
  }

  @Override
  public void close() throws IOException {
    whole.close();
  }
}
