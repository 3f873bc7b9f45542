package dev.stargz.format.deflate;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Writes each block in the cheapest of the three ways there are (RFC 1951, 3.2.3): stored, with the
 * fixed codes, with codes of its own. Stored blocks that follow one another become one, so that
 * what can't be compressed grows by 5 bytes for each 65,535.
 */
final class BlockWriter {
  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;

  /** Bytes in the longest stored block. */
  static final int MAX_STORED = 65_535;

  /** The most bits of a stored block's header: type, up to the byte boundary, both lengths. */
  private static final int STORED_HEADER_BITS = 3 + 7 + 32;

  private static final int TYPE_BITS = 3;

  /** Shorter than the header of codes of a block's own is in practice. */
  private static final int SHORT_HEADER_BITS = 100;

  /** No bytes wait to be stored. */
  private static final int NONE = -1;

  private static final byte[] FIXED_LITERAL_LENGTHS = fixedLiteralLengths();
  private static final byte[] FIXED_DISTANCE_LENGTHS = fixedDistanceLengths();
  private static final int[] FIXED_LITERAL_CODES = codes(FIXED_LITERAL_LENGTHS, 0);
  private static final int[] FIXED_DISTANCE_CODES = codes(FIXED_DISTANCE_LENGTHS, 1);

  private final BitWriter output = new BitWriter();
  private final CodeLengths builder = new CodeLengths(Symbols.LITERALS);
  private final DynamicHeader header = new DynamicHeader();
  private final byte[] literalLengths = new byte[Symbols.LITERALS];
  private final byte[] distanceLengths = new byte[Symbols.DISTANCE_SLOTS];
  private final int[] literalCodes = new int[Symbols.LITERALS];
  private final int[] distanceCodes = new int[Symbols.DISTANCE_SLOTS];
  private final int[] next = new int[PrefixCode.MAX_LENGTH + 2];
  private int storedFrom;
  private boolean ends;

  /**
   * Starts at the end of {@code output}.
   *
   * @param ends whether the last block ends the stream; if not, an empty stored block follows it,
   *     up to a byte boundary
   */
  void start(DeflateBuffer output, boolean ends) {
    this.output.start(output);
    this.ends = ends;
    storedFrom = NONE;
  }

  /** Writes a piece of an input as it is. */
  void writeStored(Window window, boolean last) {
    storedFrom = 0;
    endPiece(window, last);
  }

  /**
   * Writes a block.
   *
   * @param n how many tokens it has
   * @param counts of the symbols of these tokens; the end of the block is added
   * @param from where the bytes begin that the tokens stand for
   * @param to where they end, and all before them are written
   * @param last whether the input ends with them
   */
  void write(
      int[] tokens, int n, SymbolCounts counts, Window window, int from, int to, boolean last) {
    counts.addEnd();
    counts.sortUsed();
    int extraBits = TYPE_BITS + counts.extraBits();
    int fixed = extraBits + fixedBits(counts);
    int dynamic =
        dynamicMayPay(fixed - extraBits, counts) ? extraBits + dynamicBits(counts) : fixed;
    if (8L * (to - from) + (storedFrom == NONE ? STORED_HEADER_BITS : -STORED_HEADER_BITS)
        <= Math.min(fixed, dynamic)) {
      storedFrom = storedFrom == NONE ? from : storedFrom;
    } else {
      store(window, from, /* last= */ false);
      output.reserve(Math.min(fixed, dynamic));
      startBlock(dynamic < fixed ? DYNAMIC : FIXED, last);
      if (dynamic < fixed) {
        writeDynamic(tokens, n, counts);
      } else {
        writeTokens(tokens, n, FIXED_LITERAL_CODES, FIXED_DISTANCE_CODES);
      }
    }
    if (to == window.end()) {
      endPiece(window, last);
    }
  }

  /** Writes what waits to be stored, since the window is about to change. */
  private void endPiece(Window window, boolean last) {
    store(window, window.end(), last);
    if (last) {
      end();
    }
  }

  private void end() {
    if (!ends) {
      output.reserve(STORED_HEADER_BITS);
      startStored(0, /* last= */ false);
    }
    output.align();
  }

  private int fixedBits(SymbolCounts counts) {
    return counts.literals().bits(FIXED_LITERAL_LENGTHS)
        + counts.distances().bits(FIXED_DISTANCE_LENGTHS);
  }

  /** Whether codes of a block's own can be better at all, be they ideal and their header short. */
  private static boolean dynamicMayPay(int fixed, SymbolCounts counts) {
    return fixed > counts.entropy() / Entropy.UNIT + SHORT_HEADER_BITS;
  }

  private void writeDynamic(int[] tokens, int n, SymbolCounts counts) {
    header.write(output);
    assign(literalLengths, counts.literals(), literalCodes);
    assign(distanceLengths, counts.distances(), distanceCodes);
    writeTokens(tokens, n, literalCodes, distanceCodes);
  }

  private void assign(byte[] lengths, Frequencies symbols, int[] codes) {
    PrefixCode.assign(lengths, symbols.used(), symbols.usedCount(), next, codes);
  }

  private void writeTokens(int[] tokens, int n, int[] literals, int[] distances) {
    output.putTokens(tokens, n, literals, distances);
    int end = literals[Symbols.END_OF_BLOCK];
    output.put(PrefixCode.bits(end), PrefixCode.length(end));
  }

  private int dynamicBits(SymbolCounts counts) {
    builder.compute(counts.literals(), PrefixCode.MAX_LENGTH, literalLengths);
    builder.compute(counts.distances(), PrefixCode.MAX_LENGTH, distanceLengths);
    return header.describe(counts.literals(), literalLengths, counts.distances(), distanceLengths)
        + counts.literals().bits(literalLengths)
        + counts.distances().bits(distanceLengths);
  }

  private void startBlock(int type, boolean last) {
    output.put((last && ends ? 1 : 0) | (type << 1), TYPE_BITS);
  }

  private void startStored(int length, boolean last) {
    startBlock(STORED, last);
    output.align();
    output.put(length | (~length << 16), 32);
  }

  /** Writes the bytes that wait to be stored, up to {@code to}. */
  private void store(Window window, int to, boolean last) {
    if (storedFrom == NONE) {
      return;
    }
    int from = storedFrom;
    do {
      int n = Math.min(MAX_STORED, to - from);
      output.reserve(8L * n + STORED_HEADER_BITS);
      startStored(n, last && from + n == to);
      output.put(window.bytes(), from, n);
      from += n;
    } while (from < to);
    storedFrom = NONE;
  }

  /** RFC 1951, 3.2.6. */
  private static byte[] fixedLiteralLengths() {
    byte[] lengths = new byte[Symbols.LITERALS];
    Arrays.fill(lengths, 0, 144, (byte) 8);
    Arrays.fill(lengths, 144, 256, (byte) 9);
    Arrays.fill(lengths, 256, 280, (byte) 7);
    Arrays.fill(lengths, 280, 288, (byte) 8);
    return lengths;
  }

  private static byte[] fixedDistanceLengths() {
    byte[] lengths = new byte[Symbols.DISTANCE_SLOTS];
    Arrays.fill(lengths, Symbols.NO_DISTANCE + 1, lengths.length, (byte) 5);
    return lengths;
  }

  private static int[] codes(byte[] lengths, int first) {
    int[] symbols = IntStream.range(first, lengths.length).toArray();
    int[] codes = new int[lengths.length];
    int[] next = new int[PrefixCode.MAX_LENGTH + 2];
    PrefixCode.assign(lengths, symbols, symbols.length, next, codes);
    return codes;
  }
}
