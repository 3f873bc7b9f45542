package dev.stargz.format.deflate;

/**
 * Cuts a stretch of input into the tokens that cost least, by given costs: the shortest path, where
 * a literal is a step to the next byte, and a match of n bytes one to the nth, or to any before it.
 *
 * <pre>
 *   bytes      b   a   n   a   n   a
 *   position 0---1---2---3---4---5---6    literals
 *                        '-----------'    match of 3, distance 2
 * </pre>
 *
 * <p>Matches are found once for a stretch, since it is parsed again and again, with better costs
 * each time.
 */
final class OptimalParser {
  /** The longest stretch, in bytes. */
  static final int STRETCH = 1 << 19;

  /** Room for the matches of a stretch; it is shorter where there are more. */
  private static final int MATCHES = 1 << 21;

  /** A match of this length is taken for sure: positions inside it aren't searched. */
  private static final int SURE = 200;

  private final HashChains chains;
  private final int[] matches = new int[MATCHES];

  /** Where the matches of a position begin; those of the next one begin where they end. */
  private final int[] starts = new int[STRETCH + 2];

  /** The least cost to come to a position, and the match that ends the way there, or none. */
  private final int[] reached = new int[STRETCH + 1];

  private final int[] steps = new int[STRETCH + 1];
  private final int[] lengthCosts = new int[Symbols.MAX_MATCH + 1];
  private byte[] bytes = {};
  private int end;
  private int from;

  OptimalParser(int depth) {
    chains = new HashChains(depth, Symbols.MAX_MATCH + 1, SURE);
  }

  void start(Window window) {
    chains.start(window);
    bytes = window.bytes();
    end = window.end();
    from = 0;
  }

  /** Finds the matches of the next stretch, and returns where it ends. */
  int advance(int from) {
    this.from = from;
    int most = Math.min(end - from, STRETCH);
    int n = 0;
    int i = 0;
    int sureUntil = 0;
    while (i < most && n < MATCHES - Symbols.MAX_MATCH) {
      starts[i] = n;
      if (i < sureUntil) {
        chains.insert(from + i, from + i + 1);
      } else {
        n = chains.findAll(from + i, matches, n);
        boolean sure = n > starts[i] && MatchFinder.length(matches[n - 1]) >= SURE;
        sureUntil = sure ? i + MatchFinder.length(matches[n - 1]) : 0;
      }
      i++;
    }
    starts[i] = n;
    return from + i;
  }

  /**
   * Parses a part of the stretch.
   *
   * @return how many tokens there are
   */
  int parse(int first, int last, SymbolCosts costs, int[] tokens) {
    for (int length = Symbols.MIN_MATCH; length <= Symbols.MAX_MATCH; length++) {
      lengthCosts[length] = costs.length(length);
    }
    reach(first - from, last - from, costs);
    return trace(first - from, last - from, tokens);
  }

  private void reach(int first, int last, SymbolCosts costs) {
    java.util.Arrays.fill(reached, first, last + 1, Integer.MAX_VALUE);
    reached[first] = 0;
    for (int i = first; i < last; i++) {
      int cost = reached[i];
      int literal = cost + costs.literal(bytes[from + i]);
      if (literal < reached[i + 1]) {
        reached[i + 1] = literal;
        steps[i + 1] = MatchFinder.NONE;
      }
      int length = Symbols.MIN_MATCH;
      for (int k = starts[i]; k < starts[i + 1]; k++) {
        int match = matches[k];
        int distance = MatchFinder.distance(match);
        int there = cost + costs.distance(distance);
        int longest = Math.min(MatchFinder.length(match), last - i);
        for (; length <= longest; length++) {
          int reach = there + lengthCosts[length];
          if (reach < reached[i + length]) {
            reached[i + length] = reach;
            steps[i + length] = MatchFinder.match(length, distance);
          }
        }
      }
    }
  }

  /** Goes the way back, then puts its tokens in order. */
  private int trace(int first, int last, int[] tokens) {
    int n = 0;
    for (int i = last; i > first; i -= Math.max(1, MatchFinder.length(steps[i]))) {
      n++;
    }
    int at = n;
    for (int i = last; i > first; ) {
      int step = steps[i];
      int length = Math.max(1, MatchFinder.length(step));
      i -= length;
      tokens[--at] =
          length == 1
              ? Symbols.literal(bytes[from + i])
              : Symbols.match(length, MatchFinder.distance(step));
    }
    return n;
  }
}
