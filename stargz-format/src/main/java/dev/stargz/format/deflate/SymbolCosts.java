package dev.stargz.format.deflate;

/**
 * What tokens are likely to take, extra bits included, {@value #UNIT} to a bit: as much as in an
 * ideal code for the symbols counted before.
 */
final class SymbolCosts {
  /** What a bit is counted as: half a megabyte of literals is no overflow. */
  static final int UNIT = 1 << 6;

  private final int[] literals = new int[Symbols.LITERALS];
  private final int[] distances = new int[Symbols.DISTANCES];

  /** Forgets what was learned: literals of 8 bits, and matches as in the fixed codes. */
  void reset() {
    for (int symbol = 0; symbol < literals.length; symbol++) {
      literals[symbol] =
          (symbol < Symbols.END_OF_BLOCK ? 8 : 7 + Symbols.lengthExtraBits(symbol)) * UNIT;
    }
    for (int symbol = 0; symbol < distances.length; symbol++) {
      distances[symbol] = (5 + Symbols.distanceExtraBits(symbol)) * UNIT;
    }
  }

  /** Learns from counts, whatever was learned before. */
  void learn(SymbolCounts counts) {
    set(literals, counts.literals().counts(), 0);
    set(distances, counts.distances().counts(), 1);
    for (int symbol = Symbols.END_OF_BLOCK; symbol < literals.length; symbol++) {
      literals[symbol] += Symbols.lengthExtraBits(symbol) * UNIT;
    }
    for (int symbol = 0; symbol < distances.length; symbol++) {
      distances[symbol] += Symbols.distanceExtraBits(symbol) * UNIT;
    }
  }

  private static void set(int[] costs, int[] counts, int offset) {
    int total = 1;
    for (int count : counts) {
      total += count;
    }
    for (int i = 0; i < costs.length; i++) {
      costs[i] = Entropy.cost(counts[i + offset], total) / (Entropy.UNIT / UNIT);
    }
  }

  int literal(byte value) {
    return literals[value & 0xff];
  }

  /** Of a length, and what follows it. */
  int length(int length) {
    return literals[Symbols.symbol(Symbols.lengthInfo(length))];
  }

  /** Of a distance. */
  int distance(int distance) {
    return distances[Symbols.distanceSymbol(distance)];
  }
}
