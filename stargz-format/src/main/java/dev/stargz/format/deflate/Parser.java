package dev.stargz.format.deflate;

/** Cuts an input into tokens, some at a time. */
interface Parser {
  /** Starts on an input, at its first byte. */
  void start(Window window);

  /**
   * Appends tokens until there are as many as asked for, or the input ends.
   *
   * @return the end of the tokens, no more than {@code to}
   */
  int parse(int[] tokens, int from, int to);

  /** Learns what symbols cost, by the block so far. */
  default void adapt(SymbolCounts counts) {}

  /** The first byte that no token stands for yet. */
  int position();
}
