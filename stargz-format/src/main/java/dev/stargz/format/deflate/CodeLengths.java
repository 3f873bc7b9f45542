package dev.stargz.format.deflate;

import java.util.Arrays;

/**
 * How long the codes of symbols are to be so that a block takes the fewest bits, none longer than a
 * limit: Huffman's lengths, found in place (Moffat and Katajainen, "In-Place Calculation of
 * Minimum-Redundancy Codes", 1995), and where one is too long, shortened at the least cost nearby.
 *
 * <pre>
 *   frequencies by symbol   0 7 1 0 3 3 0
 *   sorted (frequency, symbol)  (1,2) (3,4) (3,5) (7,1)
 *   depths, the same order       3     3     2     1
 *   codes of each length    1: 1, 2: 1, 3: 2
 *   lengths by symbol       0 1 3 0 3 2 0
 * </pre>
 */
final class CodeLengths {
  /** Frequencies from this on go to the last bucket of the sort. */
  private static final int BUCKETS = 256;

  /** Deeper than any tree of {@code int} frequencies. */
  private static final int MAX_DEPTH = 64;

  private final int[] sorted;
  private final int[] tree;
  private final int[] bucketEnd = new int[BUCKETS];
  private final int[] countOfLength = new int[MAX_DEPTH];

  /** For alphabets of up to {@code symbols}. */
  CodeLengths(int symbols) {
    sorted = new int[symbols];
    tree = new int[symbols];
  }

  /**
   * Sets {@code lengths} by {@code frequencies}: 0 for a symbol that isn't used. One that is alone
   * gets length 1.
   *
   * @param symbols whose list of those used is in order
   * @param limit the longest length allowed, with 2 to the power of it no less than there are
   *     symbols
   */
  void compute(Frequencies symbols, int limit, byte[] lengths) {
    Arrays.fill(lengths, (byte) 0);
    int[] frequencies = symbols.counts();
    int used = symbols.usedCount();
    sort(frequencies, symbols.used(), used);
    if (used == 0) {
      return;
    }
    if (used == 1) {
      lengths[sorted[0]] = 1;
      return;
    }
    for (int i = 0; i < used; i++) {
      tree[i] = frequencies[sorted[i]];
    }
    join(used);
    countDepths(used);
    shorten(limit);
    assign(lengths);
  }

  /** Sorts the symbols that are used, the rarest first, ties by symbol. */
  private void sort(int[] frequencies, int[] used, int n) {
    int[] ends = bucketEnd;
    int top = 0;
    for (int i = 0; i < n; i++) {
      int bucket = Math.min(frequencies[used[i]], BUCKETS - 1);
      ends[bucket]++;
      top = Math.max(top, bucket);
    }
    int at = 0;
    for (int bucket = 1; bucket <= top; bucket++) {
      int size = ends[bucket];
      ends[bucket] = at;
      at += size;
    }
    int frequent = top == BUCKETS - 1 ? ends[top] : n;
    for (int i = 0; i < n; i++) {
      int symbol = used[i];
      sorted[ends[Math.min(frequencies[symbol], BUCKETS - 1)]++] = symbol;
    }
    Arrays.fill(ends, 0, top + 1, 0);
    sortFrequent(frequencies, frequent, n);
  }

  /**
   * The last bucket holds frequencies of all sizes: few symbols, so they are sorted by insertion.
   */
  private void sortFrequent(int[] frequencies, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int symbol = sorted[i];
      int frequency = frequencies[symbol];
      int at = i;
      while (at > from && frequencies[sorted[at - 1]] > frequency) {
        sorted[at] = sorted[at - 1];
        at--;
      }
      sorted[at] = symbol;
    }
  }

  /**
   * Joins the two rarest, again and again. Of the array, the front turns from weights of inner
   * nodes into the places of their parents, the end holds leaves not yet joined.
   */
  private void join(int used) {
    int leaf = 0;
    int node = 0;
    for (int next = 0; next < used - 1; next++) {
      int weight;
      if (leaf >= used || (node < next && tree[node] < tree[leaf])) {
        weight = tree[node];
        tree[node++] = next;
      } else {
        weight = tree[leaf++];
      }
      if (leaf >= used || (node < next && tree[node] < tree[leaf])) {
        weight += tree[node];
        tree[node++] = next;
      } else {
        weight += tree[leaf++];
      }
      tree[next] = weight;
    }
  }

  /** Turns the places of parents into depths of inner nodes, and counts the leaves of each. */
  private void countDepths(int used) {
    int[] counts = countOfLength;
    Arrays.fill(counts, 0);
    int root = used - 2;
    tree[root] = 0;
    counts[1] = 2;
    for (int node = root - 1; node >= 0; node--) {
      int depth = tree[tree[node]] + 1;
      tree[node] = depth;
      counts[depth]--; // an inner node takes the place of a leaf
      counts[depth + 1] += 2;
    }
  }

  /**
   * Brings lengths above {@code limit} down to it. That takes too much of the code space, a unit
   * being a code of the longest length: each code that is made one longer gives the half of its
   * space back, those of the longest lengths first, which cost least.
   */
  private void shorten(int limit) {
    int[] counts = countOfLength;
    long space = 0;
    for (int length = MAX_DEPTH - 1; length > limit; length--) {
      counts[limit] += counts[length];
      counts[length] = 0;
    }
    for (int length = 1; length <= limit; length++) {
      space += (long) counts[length] << (limit - length);
    }
    for (long excess = space - (1L << limit); excess > 0; excess--) {
      int length = limit - 1;
      while (counts[length] == 0) {
        length--;
      }
      counts[length]--;
      counts[length + 1] += 2;
      counts[limit]--;
    }
  }

  /** Gives the rarest symbols the longest lengths. */
  private void assign(byte[] lengths) {
    int next = 0;
    for (int length = MAX_DEPTH - 1; length > 0; length--) {
      for (int left = countOfLength[length]; left > 0; left--) {
        lengths[sorted[next++]] = (byte) length;
      }
    }
  }
}
