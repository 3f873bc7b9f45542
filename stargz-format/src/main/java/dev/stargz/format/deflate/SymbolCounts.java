package dev.stargz.format.deflate;

import java.util.Arrays;

/** How often each symbol occurs in some tokens. */
final class SymbolCounts {
  private static final int FIRST_LENGTH_WITH_EXTRA = 265;
  private static final int LAST_LENGTH = 285;
  private static final int FIRST_DISTANCE_WITH_EXTRA = 4;

  private final int[] literals = new int[Symbols.LITERALS];

  /** Of distances, by slot; the first is that of literals. */
  private final int[] distances = new int[Symbols.DISTANCE_SLOTS];

  void clear() {
    Arrays.fill(literals, 0);
    Arrays.fill(distances, 0);
  }

  /** Counts tokens. */
  void count(int[] tokens, int from, int to) {
    int[] literals = this.literals;
    int[] distances = this.distances;
    for (int i = from; i < to; i++) {
      literals[Symbols.symbol(Symbols.info(tokens[i]))]++;
      distances[Symbols.distanceSlot(tokens[i])]++;
    }
    distances[0] = 0;
  }

  /** Counts what the other counted. */
  void add(SymbolCounts other) {
    for (int i = 0; i < literals.length; i++) {
      literals[i] += other.literals[i];
    }
    for (int i = 0; i < distances.length; i++) {
      distances[i] += other.distances[i];
    }
  }

  /** Counts an end of block. */
  void addEnd() {
    literals[Symbols.END_OF_BLOCK]++;
  }

  /** Of literals, the end of block, and lengths. */
  int[] literals() {
    return literals;
  }

  /** Of distances, by slot. */
  int[] distances() {
    return distances;
  }

  /** Of distances, into {@code counts} by symbol. */
  void distances(int[] counts) {
    System.arraycopy(distances, 1, counts, 0, Symbols.DISTANCES);
  }

  /** The least that the codes take, in {@link Entropy#UNIT}s of a bit. */
  int entropy() {
    return Entropy.of(literals, Symbols.LITERALS) + Entropy.of(distances, Symbols.DISTANCE_SLOTS);
  }

  /** The same of these counts and others' together. */
  int entropyWith(SymbolCounts other) {
    return Entropy.ofSum(literals, other.literals, Symbols.LITERALS)
        + Entropy.ofSum(distances, other.distances, Symbols.DISTANCE_SLOTS);
  }

  /** The bits that follow codes and aren't compressed. */
  int extraBits() {
    int bits = 0;
    for (int symbol = FIRST_LENGTH_WITH_EXTRA; symbol < LAST_LENGTH; symbol++) {
      bits += literals[symbol] * Symbols.lengthExtraBits(symbol);
    }
    for (int symbol = FIRST_DISTANCE_WITH_EXTRA; symbol < Symbols.DISTANCES; symbol++) {
      bits += distances[symbol + 1] * Symbols.distanceExtraBits(symbol);
    }
    return bits;
  }
}
