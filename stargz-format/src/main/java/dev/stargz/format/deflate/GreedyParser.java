package dev.stargz.format.deflate;

/**
 * Takes the first match it finds, of 4 bytes or more. Where literals follow one another, only some
 * positions are searched and entered.
 */
final class GreedyParser implements Parser {
  /** From this many literals in a row on, not every position is searched. */
  private static final int LONG_RUN = 64;

  private static final int MAX_SKIP = 8;

  private static final int SHORTEST = 4;

  /**
   * All but the last positions of a run have the same five bytes: the newest would replace them.
   */
  private static final int RUN = 5;

  private final RecentTable table = new RecentTable();
  private byte[] bytes = {};
  private int end;
  private int at;
  private int literals;

  @Override
  public void start(Window window) {
    table.start(window);
    bytes = window.bytes();
    end = window.end();
    at = 0;
    literals = 0;
  }

  @Override
  public int position() {
    return at;
  }

  @Override
  public int parse(int[] tokens, int from, int to) {
    byte[] bytes = this.bytes;
    int n = from;
    while (n < to && at < end) {
      long word = Window.longAt(bytes, at);
      int back = table.replace(RecentTable.slot(word), at);
      int longest = Math.min(Symbols.MAX_MATCH, end - at);
      if (back < Symbols.MAX_DISTANCE
          && longest >= SHORTEST
          && Window.intAt(bytes, at - 1 - back) == (int) word) {
        int length = Window.common(bytes, at - 1 - back, at, longest);
        tokens[n++] = Symbols.match(length, back + 1);
        cover(length, back == 0 ? RUN : length);
      } else {
        tokens[n++] = Symbols.literal(bytes[at++]);
        if (++literals > LONG_RUN) {
          n = skip(tokens, n, to);
        }
      }
    }
    return n;
  }

  /** Goes to the end of a match, and enters its positions, or the last of them. */
  private void cover(int length, int entered) {
    int last = at + length;
    for (int i = Math.max(at + 1, last - entered); i < last; i++) {
      table.put(RecentTable.slot(Window.longAt(bytes, i)), i);
    }
    at = last;
    literals = 0;
  }

  /** Literals without a search, the more the longer the run. */
  private int skip(int[] tokens, int from, int to) {
    int count = Math.min(literals / LONG_RUN, MAX_SKIP);
    int stop = Math.min(Math.min(end, at + count), at + to - from);
    int n = from;
    for (int i = at; i < stop; i++) {
      tokens[n++] = Symbols.literal(bytes[i]);
    }
    literals += stop - at;
    at = stop;
    return n;
  }
}
