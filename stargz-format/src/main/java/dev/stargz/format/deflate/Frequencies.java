package dev.stargz.format.deflate;

/**
 * How often each symbol of an alphabet occurs, with a list of those that do: few of 288 in a short
 * input, so that what is reckoned for each takes as long as they are many.
 */
final class Frequencies {
  private final int[] counts;

  /** The symbols that occur, each once, in any order; one place more is written to. */
  private final int[] used;

  private final long[] sorting;
  private int usedCount;

  /** For an alphabet of {@code symbols}. */
  Frequencies(int symbols) {
    counts = new int[symbols];
    used = new int[symbols + 1];
    sorting = new long[(symbols + Long.SIZE - 1) / Long.SIZE];
  }

  /** By symbol. */
  int[] counts() {
    return counts;
  }

  /** The symbols that occur, {@link #usedCount} of them. */
  int[] used() {
    return used;
  }

  int usedCount() {
    return usedCount;
  }

  /** Says how many symbols are in {@link #used} after some were appended. */
  void usedCount(int count) {
    usedCount = count;
  }

  void clear() {
    for (int i = 0; i < usedCount; i++) {
      counts[used[i]] = 0;
    }
    usedCount = 0;
  }

  /** Counts a symbol once more. */
  void increment(int symbol) {
    used[usedCount] = symbol;
    usedCount += counts[symbol] == 0 ? 1 : 0;
    counts[symbol]++;
  }

  /** Counts what the other counted. */
  void add(Frequencies other) {
    int[] counts = this.counts;
    int[] used = this.used;
    int n = usedCount;
    for (int i = 0; i < other.usedCount; i++) {
      int symbol = other.used[i];
      int count = counts[symbol];
      used[n] = symbol;
      n += count == 0 ? 1 : 0;
      counts[symbol] = count + other.counts[symbol];
    }
    usedCount = n;
  }

  /** Lists the symbols that occur anew, by their counts, which were set. */
  void listUsed() {
    int n = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      used[n] = symbol;
      n += counts[symbol] > 0 ? 1 : 0;
    }
    usedCount = n;
  }

  /** Brings the symbols that occur in order. */
  void sortUsed() {
    for (int i = 0; i < usedCount; i++) {
      sorting[used[i] / Long.SIZE] |= 1L << used[i];
    }
    int n = 0;
    for (int i = 0; i < sorting.length; i++) {
      for (long left = sorting[i]; left != 0; left &= left - 1) {
        used[n++] = i * Long.SIZE + Long.numberOfTrailingZeros(left);
      }
      sorting[i] = 0;
    }
  }

  /** The bits that codes of {@code lengths} take. */
  int bits(byte[] lengths) {
    int bits = 0;
    for (int i = 0; i < usedCount; i++) {
      bits += counts[used[i]] * lengths[used[i]];
    }
    return bits;
  }

  /** The least that codes take, in {@link Entropy#UNIT}s of a bit. */
  int entropy() {
    int total = 0;
    int apart = 0;
    for (int i = 0; i < usedCount; i++) {
      int count = counts[used[i]];
      total += count;
      apart += Entropy.selfLog(count);
    }
    return Entropy.selfLog(total) - apart;
  }

  /**
   * By how much the entropy grows when the other's symbols are counted, too.
   *
   * @param total of all counts here
   * @param otherTotal of all counts of the other
   */
  int entropyGrowth(int total, Frequencies other, int otherTotal) {
    int growth = 0;
    for (int i = 0; i < other.usedCount; i++) {
      int symbol = other.used[i];
      int count = counts[symbol];
      growth += Entropy.selfLog(count + other.counts[symbol]) - Entropy.selfLog(count);
    }
    return Entropy.selfLog(total + otherTotal) - Entropy.selfLog(total) - growth;
  }
}
