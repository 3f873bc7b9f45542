package dev.stargz.format.blob;

import java.io.EOFException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A blob held in memory. */
final class ByteArraySource implements RandomAccessSource {
  private final byte[] bytes;

  ByteArraySource(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public Tail readTail(int length) {
    int from = Math.max(0, bytes.length - length);
    return new Tail(Arrays.copyOfRange(bytes, from, bytes.length), bytes.length);
  }

  @Override
  public List<byte[]> read(List<Range> ranges) throws EOFException {
    List<byte[]> parts = new ArrayList<>(ranges.size());
    for (Range range : ranges) {
      if (range.offset() > bytes.length - range.length()) {
        throw new EOFException(range + " ends behind the source's " + bytes.length + " bytes");
      }
      int from = (int) range.offset();
      parts.add(Arrays.copyOfRange(bytes, from, from + range.length()));
    }
    return parts;
  }

  @Override
  public void close() {}
}
