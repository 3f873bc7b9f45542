package dev.stargz.format;

import dev.stargz.format.blob.Location;
import dev.stargz.format.gzip.GzipInput;
import java.io.IOException;
import java.util.Arrays;

/** Where each member of a blob starts: compressed and uncompressed. 16 bytes a member. */
final class MemberMap implements GzipInput.MemberStart {
  /** Two arrays of it, and those before them while they are copied. */
  private static final long COST = 4 * Long.BYTES;

  private final VerifyBudget budget;
  private long[] compressed = new long[1024];
  private long[] uncompressed = new long[1024];
  private int size;

  MemberMap(VerifyBudget budget) {
    this.budget = budget;
  }

  @Override
  public void memberStarts(long compressedOffset, long uncompressedOffset) throws IOException {
    if (size == compressed.length) {
      budget.spend(COST * size, Location.inBlob(compressedOffset));
      compressed = Arrays.copyOf(compressed, 2 * size);
      uncompressed = Arrays.copyOf(uncompressed, 2 * size);
    }
    compressed[size] = compressedOffset;
    uncompressed[size] = uncompressedOffset;
    size++;
  }

  /** The uncompressed offset of the member that starts at {@code offset}, or -1 if none does. */
  long uncompressedStart(long offset) {
    int i = Arrays.binarySearch(compressed, 0, size, offset);
    return i < 0 ? -1 : uncompressed[i];
  }

  /** The compressed offset of the last member whose content starts at or before a byte. */
  long memberOf(long uncompressedOffset) {
    return compressed[indexOf(uncompressedOffset)];
  }

  /** Where in that member the byte is. */
  long innerOffset(long uncompressedOffset) {
    return uncompressedOffset - uncompressed[indexOf(uncompressedOffset)];
  }

  private int indexOf(long uncompressedOffset) {
    int i = Arrays.binarySearch(uncompressed, 0, size, uncompressedOffset);
    if (i < 0) {
      return -i - 2;
    }
    while (i + 1 < size && uncompressed[i + 1] == uncompressedOffset) {
      i++; // members without content start at the same byte as the next one
    }
    return i;
  }
}
