package dev.stargz.format.deflate;

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

  /** Symbols of the row, each with its extra bits above. */
  private final int[] items = new int[Symbols.LITERALS + Symbols.DISTANCES];

  private final Frequencies frequencies = new Frequencies(SYMBOLS);
  private final byte[] lengths = new byte[SYMBOLS];
  private final int[] codes = new int[SYMBOLS];
  private final int[] next = new int[PrefixCode.MAX_LENGTH + 2];
  private final CodeLengths builder = new CodeLengths(SYMBOLS);
  private int literalCount;
  private int distanceCount;

  /** The last run of equal lengths in the row, which isn't among the items yet. */
  private int runLength;

  private int runCount;
  private int itemCount;
  private int lengthCount;

  /**
   * Takes the code lengths to describe, and returns how many bits it takes.
   *
   * @param literals with an end of block among those that occur, so that the last one does
   * @param distances by slot
   */
  int describe(
      Frequencies literals, byte[] literalLengths, Frequencies distances, byte[] distanceLengths) {
    frequencies.clear();
    itemCount = 0;
    runLength = 0;
    runCount = 0;
    literalCount = addLengths(literals, 0, literalLengths);
    distanceCount = addLengths(distances, Symbols.NO_DISTANCE + 1, distanceLengths);
    if (distanceCount == 0) {
      distanceCount = 1;
      extendRun(0, 1);
    }
    addRun(runLength, runCount);
    frequencies.sortUsed();
    builder.compute(frequencies, MAX_LENGTH, lengths);
    return size();
  }

  /** Appends the lengths of an alphabet, up to its last symbol, and returns how many they are. */
  private int addLengths(Frequencies symbols, int first, byte[] lengths) {
    int[] used = symbols.used();
    int next = first;
    for (int i = 0; i < symbols.usedCount(); i++) {
      int symbol = used[i];
      if (symbol > next) {
        extendRun(0, symbol - next);
      }
      extendRun(lengths[symbol], 1);
      next = symbol + 1;
    }
    return next - first;
  }

  /** Appends as many lengths to the row: to its last run if they are equal. */
  private void extendRun(int length, int count) {
    if (length == runLength) {
      runCount += count;
    } else {
      addRun(runLength, runCount);
      runLength = length;
      runCount = count;
    }
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
    frequencies.increment(symbol);
    items[itemCount++] = symbol | (extra << EXTRA_SHIFT);
  }

  private int size() {
    lengthCount = SYMBOLS;
    while (lengthCount > 4 && lengths[ORDER[lengthCount - 1]] == 0) {
      lengthCount--;
    }
    int bits = 5 + 5 + 4 + 3 * lengthCount;
    return bits + frequencies.bits(lengths) + frequencies.bits(EXTRA_BITS);
  }

  /** Writes what {@link #describe} took. */
  void write(BitWriter output) {
    output.put(literalCount - 257, 5);
    output.put(distanceCount - 1, 5);
    output.put(lengthCount - 4, 4);
    for (int i = 0; i < lengthCount; i++) {
      output.put(lengths[ORDER[i]], 3);
    }
    PrefixCode.assign(lengths, frequencies.used(), frequencies.usedCount(), next, codes);
    for (int i = 0; i < itemCount; i++) {
      int symbol = items[i] & ((1 << EXTRA_SHIFT) - 1);
      int code = codes[symbol];
      int extra = items[i] >>> EXTRA_SHIFT;
      int length = PrefixCode.length(code);
      output.put(PrefixCode.bits(code) | (extra << length), length + EXTRA_BITS[symbol]);
    }
  }
}
