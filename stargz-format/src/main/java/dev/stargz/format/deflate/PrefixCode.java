package dev.stargz.format.deflate;

import java.util.Arrays;

/**
 * The codes that belong to code lengths (RFC 1951, 3.2.2): shorter ones come first, and those of
 * one length follow the order of symbols. A code is one integer: its length above its bits, which
 * are reversed, since codes begin at their highest bit and bytes are filled from the lowest.
 */
final class PrefixCode {
  static final int MAX_LENGTH = 15;

  private static final int LENGTH_SHIFT = 16;

  private PrefixCode() {}

  static int bits(int code) {
    return code & ((1 << LENGTH_SHIFT) - 1);
  }

  static int length(int code) {
    return code >>> LENGTH_SHIFT;
  }

  /**
   * Sets the codes of {@code symbols}, the first {@code n}, by their lengths.
   *
   * @param symbols all that have a length, in order; any others there are have length 0
   * @param next is overwritten; has room for {@link #MAX_LENGTH} + 2
   */
  static void assign(byte[] lengths, int[] symbols, int n, int[] next, int[] codes) {
    Arrays.fill(next, 0);
    for (int i = 0; i < n; i++) {
      next[lengths[symbols[i]] + 1]++;
    }
    next[1] = 0; // symbols that aren't used
    for (int length = 1; length < MAX_LENGTH; length++) {
      next[length + 1] = (next[length] + next[length + 1]) << 1;
    }
    for (int i = 0; i < n; i++) {
      int symbol = symbols[i];
      int length = lengths[symbol];
      if (length > 0) {
        int code = next[length]++;
        codes[symbol] =
            (length << LENGTH_SHIFT) | (Integer.reverse(code) >>> (Integer.SIZE - length));
      }
    }
  }
}
