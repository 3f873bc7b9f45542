package dev.stargz.format.tar;

import dev.stargz.format.blob.EntryName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the sparse maps that stand in blocks of their own, behind a header. */
final class SparseReader {
  private static final int IN_HEADER = 4;
  private static final int IN_EXTENSION = 21;
  private static final int PAIR = 24;
  private static final int EXTENSION_FLAG = IN_EXTENSION * PAIR;

  /** A million, or as many as take a quarter of a small heap. */
  private static final long MAX_PAIRS = Math.min(1 << 20, Runtime.getRuntime().maxMemory() / 512);

  private final TarInput input;
  private final EntryName entry;
  private final byte[] block = new byte[TarBlock.SIZE];
  private int used = TarBlock.SIZE;

  SparseReader(TarInput input, EntryName entry) {
    this.input = input;
    this.entry = entry;
  }

  /** The map of typeflag {@code S}: four pairs in {@code header}, 21 in each extension block. */
  SparseMap readOldGnu(byte[] header) throws IOException {
    List<Long> numbers = new ArrayList<>();
    addPairs(header, TarBlock.GNU_SPARSE.offset(), IN_HEADER, numbers);
    for (boolean more = header[TarBlock.GNU_EXTENDED] != 0; more; ) {
      input.readFully(block, 0, TarBlock.SIZE, "a sparse map", entry);
      addPairs(block, 0, IN_EXTENSION, numbers);
      more = block[EXTENSION_FLAG] != 0;
    }
    return SparseMap.ofNumbers(numbers, HeaderFields.number(header, TarBlock.GNU_REAL_SIZE));
  }

  private static void addPairs(byte[] from, int at, int pairs, List<Long> numbers) {
    for (int i = 0; i < pairs && from[at + i * PAIR] != 0; i++) {
      numbers.add(HeaderFields.number(from, new TarBlock.Field(at + i * PAIR, 12)));
      numbers.add(HeaderFields.number(from, new TarBlock.Field(at + i * PAIR + 12, 12)));
    }
    checkCount(numbers.size() / 2L);
  }

  /**
   * The map of PAX version 1.0: decimal lines before the payload, padded to a block. Its bytes
   * count as stored ones: {@code input.position()} tells how many they were.
   */
  SparseMap readInPayload(long realSize) throws IOException {
    long count = line();
    checkCount(count);
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < 2 * count; i++) {
      numbers.add(line());
    }
    return SparseMap.ofNumbers(numbers, realSize);
  }

  private long line() throws IOException {
    StringBuilder digits = new StringBuilder();
    for (byte next = nextByte(); next != '\n' && digits.length() < 20; next = nextByte()) {
      digits.append((char) next);
    }
    return SparseMap.decimal(digits.toString());
  }

  private byte nextByte() throws IOException {
    if (used == TarBlock.SIZE) {
      input.readFully(block, 0, TarBlock.SIZE, "a sparse map", entry);
      used = 0;
    }
    return block[used++];
  }

  /** Checks that a map doesn't get too large to be held. */
  static void checkCount(long pairs) {
    if (pairs > MAX_PAIRS) {
      throw new UnsupportedOperationException(
          "sparse map of more than " + MAX_PAIRS + " fragments");
    }
  }
}
