package dev.stargz.format.deflate;

/**
 * The two alphabets of a block (RFC 1951, 3.2.5), and the one integer that holds a token.
 *
 * <pre>
 *   token   28     24 23            9 8       0
 *          +---------+---------------+---------+
 *          | symbol  | distance - 1  | index   |
 *          +---------+---------------+---------+
 *           0 or the   0 for          0..255 the literal,
 *           distance   a literal      256..511 a match of index - 253 bytes
 *           symbol + 1
 * </pre>
 *
 * <p>With the symbols this near, counting a token takes no branch and writing it no search.
 */
final class Symbols {
  static final int MIN_MATCH = 3;
  static final int MAX_MATCH = 258;
  static final int MAX_DISTANCE = 1 << 15;

  static final int END_OF_BLOCK = 256;

  /** Symbols of literals, the end of a block, and lengths; the last two are never used. */
  static final int LITERALS = 288;

  /** Symbols of distances, the two that are never used included. */
  static final int DISTANCES = 32;

  /** Slots of {@link #distanceSlot}: none, then the symbols of distances. */
  static final int DISTANCE_SLOTS = DISTANCES + 1;

  /** The slot of a literal. */
  static final int NO_DISTANCE = 0;

  private static final int INDEX_BITS = 9;
  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;
  private static final int SLOT_SHIFT = INDEX_BITS + 15;
  private static final int FIRST_MATCH_INDEX = 256;
  private static final int LITERAL_TOKENS = 256;

  private static final int EXTRA_BITS_SHIFT = INDEX_BITS;
  private static final int EXTRA_SHIFT = INDEX_BITS + 3;

  /** By index: the symbol, then in 3 bits how many extra bits follow its code, then these. */
  private static final int[] INDEX_INFO = indexInfo();

  /** Symbols of distances up to 256, then of those above it by their bits from the 7th on. */
  private static final byte[] DISTANCE_SYMBOL = distanceSymbols();

  private Symbols() {}

  static int literal(byte value) {
    return value & 0xff;
  }

  static int match(int length, int distance) {
    return ((distanceSymbol(distance) + 1) << SLOT_SHIFT)
        | ((distance - 1) << INDEX_BITS)
        | (length - MIN_MATCH + FIRST_MATCH_INDEX);
  }

  static boolean isLiteral(int token) {
    return token < LITERAL_TOKENS;
  }

  /** How many bytes of input a token stands for. */
  static int length(int token) {
    return token < LITERAL_TOKENS ? 1 : (token & INDEX_MASK) - FIRST_MATCH_INDEX + MIN_MATCH;
  }

  /** The distance of a match. */
  static int distance(int token) {
    return ((token >>> INDEX_BITS) & (MAX_DISTANCE - 1)) + 1;
  }

  /** A token's place in the alphabet of literals and lengths, and what follows its code. */
  static int info(int token) {
    return INDEX_INFO[token & INDEX_MASK];
  }

  /** The same for a match of that many bytes. */
  static int lengthInfo(int length) {
    return INDEX_INFO[length - MIN_MATCH + FIRST_MATCH_INDEX];
  }

  /** The symbol of an {@link #info}. */
  static int symbol(int info) {
    return info & INDEX_MASK;
  }

  /** How many extra bits follow the code of the symbol of an {@link #info}. */
  static int extraBits(int info) {
    return (info >>> EXTRA_BITS_SHIFT) & 7;
  }

  /** The extra bits themselves. */
  static int extra(int info) {
    return info >>> EXTRA_SHIFT;
  }

  /** 0 for a literal, else the symbol of the distance, plus 1. */
  static int distanceSlot(int token) {
    return token >>> SLOT_SHIFT;
  }

  static int distanceSymbol(int distance) {
    return DISTANCE_SYMBOL[distance <= 256 ? distance - 1 : 256 + ((distance - 1) >>> 7)];
  }

  /** How many extra bits follow the code of a distance. */
  static int distanceExtraBits(int symbol) {
    return Math.max(0, (symbol >>> 1) - 1);
  }

  /** How many extra bits follow the code of a literal, the end, or a length. */
  static int lengthExtraBits(int symbol) {
    return symbol < 265 || symbol >= 285 ? 0 : (symbol - 261) >>> 2;
  }

  private static int[] indexInfo() {
    int[] info = new int[INDEX_MASK + 1];
    for (int i = 0; i < FIRST_MATCH_INDEX; i++) {
      info[i] = i;
    }
    int length = 0;
    for (int symbol = END_OF_BLOCK + 1; symbol < 285; symbol++) {
      int bits = lengthExtraBits(symbol);
      for (int extra = 0; extra < 1 << bits; extra++) {
        info[FIRST_MATCH_INDEX + length++] =
            symbol | (bits << EXTRA_BITS_SHIFT) | (extra << EXTRA_SHIFT);
      }
    }
    info[INDEX_MASK] = 285; // 258 has a symbol of its own, in place of the last of symbol 284
    return info;
  }

  private static byte[] distanceSymbols() {
    byte[] symbols = new byte[512];
    for (int symbol = 0, first = 0; symbol < 30; symbol++) {
      int end = first + (1 << distanceExtraBits(symbol));
      for (int i = first; i < end; i++) {
        symbols[i < 256 ? i : 256 + (i >>> 7)] = (byte) symbol;
      }
      first = end;
    }
    return symbols;
  }
}
