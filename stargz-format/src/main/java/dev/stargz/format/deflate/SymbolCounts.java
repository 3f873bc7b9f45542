package dev.stargz.format.deflate;

/** How often each symbol occurs in some tokens. */
final class SymbolCounts {
  private static final int FIRST_LENGTH_WITH_EXTRA = 265;
  private static final int LAST_LENGTH = 285;
  private static final int FIRST_DISTANCE_WITH_EXTRA = 4;

  private final Frequencies literals = new Frequencies(Symbols.LITERALS);
  private final Frequencies distances = new Frequencies(Symbols.DISTANCE_SLOTS);
  private int tokens;
  private int matches;

  void clear() {
    literals.clear();
    distances.clear();
    tokens = 0;
    matches = 0;
  }

  /** Counts tokens. What a token is takes no branch; literals go to the first slot of distances. */
  void count(int[] tokens, int from, int to) {
    int[] literalCounts = literals.counts();
    int[] distanceCounts = distances.counts();
    int[] literalsUsed = literals.used();
    int literalCount = literals.usedCount();
    for (int i = from; i < to; i++) {
      int symbol = Symbols.symbol(Symbols.info(tokens[i]));
      literalsUsed[literalCount] = symbol;
      literalCount += literalCounts[symbol]++ == 0 ? 1 : 0;
      distanceCounts[Symbols.distanceSlot(tokens[i])]++;
    }
    this.tokens += to - from;
    matches += to - from - distanceCounts[Symbols.NO_DISTANCE];
    distanceCounts[Symbols.NO_DISTANCE] = 0;
    literals.usedCount(literalCount);
    distances.listUsed();
  }

  /** Counts what the other counted. */
  void add(SymbolCounts other) {
    literals.add(other.literals);
    distances.add(other.distances);
    tokens += other.tokens;
    matches += other.matches;
  }

  /** Counts an end of block, which is no token. */
  void addEnd() {
    literals.increment(Symbols.END_OF_BLOCK);
  }

  /** Brings the lists of the symbols that occur in order. */
  void sortUsed() {
    literals.sortUsed();
    distances.sortUsed();
  }

  /** Tokens counted. */
  int tokens() {
    return tokens;
  }

  /** Of literals, the end of block, and lengths. */
  Frequencies literals() {
    return literals;
  }

  /** Of distances, by slot. */
  Frequencies distances() {
    return distances;
  }

  /** The least that the codes take, in {@link Entropy#UNIT}s of a bit. */
  int entropy() {
    return literals.entropy() + distances.entropy();
  }

  /** By how much that grows when the other's tokens are counted, too. */
  int entropyGrowth(SymbolCounts other) {
    return literals.entropyGrowth(tokens, other.literals, other.tokens)
        + distances.entropyGrowth(matches, other.distances, other.matches);
  }

  /** The bits that follow codes and aren't compressed. */
  int extraBits() {
    if (matches == 0) {
      return 0;
    }
    int bits = 0;
    int[] lengths = literals.counts();
    for (int symbol = FIRST_LENGTH_WITH_EXTRA; symbol < LAST_LENGTH; symbol++) {
      bits += lengths[symbol] * Symbols.lengthExtraBits(symbol);
    }
    int[] counts = distances.counts();
    for (int symbol = FIRST_DISTANCE_WITH_EXTRA; symbol < Symbols.DISTANCES; symbol++) {
      bits += counts[symbol + 1] * Symbols.distanceExtraBits(symbol);
    }
    return bits;
  }
}
