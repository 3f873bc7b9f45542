package dev.stargz.format.deflate;

import java.util.Arrays;

/**
 * How a block says what its codes are (RFC 1951, 3.2.7): the code lengths of both alphabets in a
 * row, repetitions shortened, in a code whose own lengths come first.
 *
 * <pre>
 *   HLIT HDIST HCLEN | 3 bits each: lengths of symbols 16 17 18 0 8 7 9 .. | lengths, in that code
 *    5    5     4
 * </pre>
 */
final class DynamicHeader {
  private static final int SYMBOLS = 19;
  private static final int MAX_LENGTH = 7;
  private static final int REPEAT = 16;
  private static final int SHORT_ZEROS = 17;
  private static final int LONG_ZEROS = 18;
  private static final int EXTRA_SHIFT = 8;

  private static final byte[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };
  private static final byte[] EXTRA_BITS = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7
  };

  private final byte[] row = new byte[Symbols.LITERALS + Symbols.DISTANCES];

  /** Symbols of the row, each with its extra bits above. */
  private final int[] items = new int[Symbols.LITERALS + Symbols.DISTANCES];

  private final int[] counts = new int[SYMBOLS];
  private final byte[] lengths = new byte[SYMBOLS];
  private final int[] codes = new int[SYMBOLS];
  private final int[] next = new int[PrefixCode.MAX_LENGTH + 2];
  private final CodeLengths builder = new CodeLengths(SYMBOLS);
  private int literals;
  private int distances;
  private int itemCount;
  private int lengthCount;

  /** Takes the lengths to describe, and returns how many bits it takes. */
  int describe(byte[] literalLengths, byte[] distanceLengths) {
    literals = used(literalLengths, 286, Symbols.END_OF_BLOCK + 1);
    distances = used(distanceLengths, 30, 1);
    System.arraycopy(literalLengths, 0, row, 0, literals);
    System.arraycopy(distanceLengths, 0, row, literals, distances);
    Arrays.fill(counts, 0);
    itemCount = 0;
    for (int from = 0; from < literals + distances; ) {
      int to = from + 1;
      while (to < literals + distances && row[to] == row[from]) {
        to++;
      }
      addRun(row[from], to - from);
      from = to;
    }
    builder.compute(counts, SYMBOLS, MAX_LENGTH, lengths);
    return size();
  }

  /** How many lengths are left when the zeros at the end are, {@code least} at least. */
  private static int used(byte[] lengths, int most, int least) {
    int n = most;
    while (n > least && lengths[n - 1] == 0) {
      n--;
    }
    return n;
  }

  private void addRun(int length, int count) {
    int left = count;
    if (length == 0) {
      while (left >= 11) {
        int n = Math.min(left, 138);
        add(LONG_ZEROS, n - 11);
        left -= n;
      }
      if (left >= 3) {
        add(SHORT_ZEROS, left - 3);
        left = 0;
      }
    } else {
      add(length, 0);
      left--;
      while (left >= 3) {
        int n = Math.min(left, 6);
        add(REPEAT, n - 3);
        left -= n;
      }
    }
    for (; left > 0; left--) {
      add(length, 0);
    }
  }

  private void add(int symbol, int extra) {
    counts[symbol]++;
    items[itemCount++] = symbol | (extra << EXTRA_SHIFT);
  }

  private int size() {
    lengthCount = SYMBOLS;
    while (lengthCount > 4 && lengths[ORDER[lengthCount - 1]] == 0) {
      lengthCount--;
    }
    int bits = 5 + 5 + 4 + 3 * lengthCount;
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      bits += counts[symbol] * (lengths[symbol] + EXTRA_BITS[symbol]);
    }
    return bits;
  }

  /** Writes what {@link #describe} took. */
  void write(BitWriter output) {
    output.put(literals - 257, 5);
    output.put(distances - 1, 5);
    output.put(lengthCount - 4, 4);
    for (int i = 0; i < lengthCount; i++) {
      output.put(lengths[ORDER[i]], 3);
    }
    PrefixCode.assign(lengths, SYMBOLS, next, codes);
    for (int i = 0; i < itemCount; i++) {
      int symbol = items[i] & ((1 << EXTRA_SHIFT) - 1);
      int code = codes[symbol];
      int extra = items[i] >>> EXTRA_SHIFT;
      int length = PrefixCode.length(code);
      output.put(PrefixCode.bits(code) | (extra << length), length + EXTRA_BITS[symbol]);
    }
  }
}
