package dev.stargz.format.deflate;

/**
 * Takes a match only if none at the next byte is better ("lazy matching"), and a short one only if
 * its literals would cost more, by the symbols of the block so far.
 *
 * <p>Where many literals follow one another, matches are rare: most positions there are inserted
 * and not searched.
 */
final class LazyParser implements Parser {
  /** From this many literals in a row on, not every position is searched. */
  private static final int LONG_RUN = 64;

  /** The most positions in a row that aren't searched. */
  private static final int MAX_SKIP = 16;

  /** Up to this length a match may cost more than literals. */
  private static final int SHORT = 5;

  private final MatchFinder finder;
  private final int lazy;
  private final SymbolCosts costs = new SymbolCosts();
  private boolean learned;
  private byte[] bytes = {};
  private int end;
  private int at;
  private int literals;

  /** Takes a match of {@code lazy} bytes or more without a look at the next byte. */
  LazyParser(MatchFinder finder, int lazy) {
    this.finder = finder;
    this.lazy = lazy;
  }

  @Override
  public void start(Window window) {
    finder.start(window);
    bytes = window.bytes();
    end = window.end();
    at = 0;
    literals = 0;
    learned = false;
  }

  @Override
  public int position() {
    return at;
  }

  @Override
  public void adapt(SymbolCounts counts) {
    costs.learn(counts);
    learned = true;
  }

  @Override
  public int parse(int[] tokens, int from, int to) {
    int n = from;
    while (n < to && at < end) {
      int match = finder.find(at);
      if (match == MatchFinder.NONE || !pays(match)) {
        tokens[n++] = Symbols.literal(bytes[at++]);
        if (++literals > LONG_RUN) {
          n = skip(tokens, n, to);
        }
      } else {
        literals = 0;
        n = settle(match, tokens, n, to);
      }
    }
    return n;
  }

  private boolean pays(int match) {
    int length = MatchFinder.length(match);
    if (length > SHORT || !learned) {
      return true;
    }
    int saved = 0;
    for (int i = 0; i < length; i++) {
      saved += costs.literal(bytes[at + i]);
    }
    return saved >= costs.length(length) + costs.distance(MatchFinder.distance(match));
  }

  /** Literals without a search, the more the longer the run. */
  private int skip(int[] tokens, int from, int to) {
    int count = Math.min(literals / (LONG_RUN / 2), MAX_SKIP);
    int stop = Math.min(Math.min(end, at + count), at + to - from);
    finder.insert(at, stop);
    int n = from;
    for (int i = at; i < stop; i++) {
      tokens[n++] = Symbols.literal(bytes[i]);
    }
    literals += stop - at;
    at = stop;
    return n;
  }

  /** Takes a match, or a better one that begins later, with literals before it. */
  private int settle(int first, int[] tokens, int from, int to) {
    int match = first;
    int length = MatchFinder.length(match);
    int n = from;
    int inserted = at + 1;
    while (n < to - 1 && length < lazy && inserted < end) {
      int later = finder.findLonger(inserted++, length);
      if (later == MatchFinder.NONE || !isBetter(later, match)) {
        break;
      }
      tokens[n++] = Symbols.literal(bytes[at++]);
      match = later;
      length = MatchFinder.length(match);
    }
    tokens[n++] = Symbols.match(length, MatchFinder.distance(match));
    if (MatchFinder.distance(match) == 1) {
      finder.insertRun(inserted, at + length);
    } else {
      finder.insert(inserted, at + length);
    }
    at += length;
    return n;
  }

  /** Whether a match pays that begins one byte later: by its length less the bits of distance. */
  private static boolean isBetter(int later, int match) {
    int longer = MatchFinder.length(later) - MatchFinder.length(match);
    int farther =
        Integer.numberOfLeadingZeros(MatchFinder.distance(match))
            - Integer.numberOfLeadingZeros(MatchFinder.distance(later));
    return 4 * longer > farther + 2;
  }
}
