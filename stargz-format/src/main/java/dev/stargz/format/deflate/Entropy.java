package dev.stargz.format.deflate;

/**
 * Shannon's bound: how many bits the symbols of a block take at least. In integers, {@value #UNIT}
 * to a bit, so that decisions are the same on every machine.
 */
final class Entropy {
  /** What a bit is counted as. */
  static final int UNIT = 1 << 10;

  /** Counts up to this have their logarithm in a table; that of larger ones lies between two. */
  private static final int EXACT = 1 << 12;

  /** {@code i * log2(i)}. */
  private static final int[] SELF_LOGS = selfLogs(EXACT + 1);

  private static final int[] LOGS = logs(EXACT + 1);

  private Entropy() {}

  /** Bits of a symbol that occurs {@code count} times of {@code total}; half a time if never. */
  static int cost(int count, int total) {
    return log2(2 * total) - log2(Math.max(1, 2 * count));
  }

  private static int log2(int count) {
    int shift = Math.max(0, Integer.SIZE - 12 - Integer.numberOfLeadingZeros(count));
    return LOGS[count >> shift] + shift * UNIT;
  }

  private static int[] logs(int n) {
    int[] logs = new int[n];
    for (int i = 1; i < n; i++) {
      logs[i] = (int) StrictMath.rint(StrictMath.log(i) / StrictMath.log(2) * UNIT);
    }
    return logs;
  }

  /** {@code count * log2(count)} in units, for counts of up to 100,000. */
  static int selfLog(int count) {
    if (count <= EXACT) {
      return SELF_LOGS[count];
    }
    int shift = Integer.SIZE - Integer.numberOfLeadingZeros(count / EXACT);
    int high = count >> shift;
    int low = count - (high << shift);
    int slope = SELF_LOGS[high + 1] - SELF_LOGS[high];
    return (SELF_LOGS[high] << shift) + slope * low + count * shift * UNIT;
  }

  private static int[] selfLogs(int n) {
    int[] logs = new int[n];
    for (int i = 2; i < n; i++) {
      logs[i] = (int) StrictMath.rint(i * StrictMath.log(i) / StrictMath.log(2) * UNIT);
    }
    return logs;
  }
}
