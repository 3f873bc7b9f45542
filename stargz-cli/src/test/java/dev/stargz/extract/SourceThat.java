package dev.stargz.extract;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.util.List;

/** A blob in memory that does something before a part of it is read. */
final class SourceThat implements RandomAccessSource {
  /** What is done. */
  @FunctionalInterface
  interface Act {
    /** Does it, or throws what the read is to throw. */
    void before(long offset) throws IOException;
  }

  private final RandomAccessSource blob;
  private final Act act;

  SourceThat(byte[] blob, Act act) {
    this.blob = RandomAccessSource.of(blob);
    this.act = act;
  }

  @Override
  public Tail readTail(int length) throws IOException {
    return blob.readTail(length);
  }

  @Override
  public List<byte[]> read(List<Range> ranges) throws IOException {
    for (Range range : ranges) {
      act.before(range.offset());
    }
    return blob.read(ranges);
  }

  @Override
  public void close() throws IOException {
    blob.close();
  }
}
