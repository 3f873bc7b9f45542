package dev.stargz.format.deflate;

/**
 * Finds matches by rows: positions whose first 4 bytes have one hash share a row of sixteen, where
 * the newest takes the place of the oldest. A byte more of the hash, the tag, is kept beside each,
 * and all sixteen are compared at once, so that most searches end without a look at any position.
 *
 * <pre>
 *   hash of 4 bytes:  | row, 11 bits | tag, 8 bits |
 *
 *   row    newest       tags                          positions
 *          +----+       +----+----+----+-- --+----+   +-------+-------+-- --+-------+
 *          |  2 |       | 5e | 07 | a0 | ..  | 5e |   | 40112 | 39001 | ..  | 40860 |
 *          +----+       +----+----+----+-- --+----+   +-------+-------+-- --+-------+
 *            '-----------------------'  then 3, 4 .. 15, 0, 1: older and older
 * </pre>
 *
 * <p>Matches of 3 bytes are found by the newest position of each hash of 3 alone, if it is near.
 *
 * <p>Positions are kept modulo 65,536 and run on from one input to the next, so that the tables are
 * small and never cleared. What is left in them from earlier may look like a near position; it does
 * no harm, because <em>every</em> position is inserted: if the bytes there were equal, the position
 * it looks like would itself be in the row, newer. For the same reason nothing depends on what was
 * encoded before.
 */
final class HashRows implements MatchFinder {
  private static final int ROW_BITS = 4;
  private static final int ROW = 1 << ROW_BITS;
  private static final int ROW_MASK = ROW - 1;
  private static final int ROWS_BITS = 11;
  private static final int TAG_BITS = 8;
  private static final int HASH3_BITS = 13;

  /** Three bytes from farther away seldom take less room than three literals. */
  private static final int MAX_DISTANCE_OF_3 = 1 << 13;

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** Brings the lowest bits of eight bytes together in the highest byte, in their order. */
  private static final long GATHER = 0x0102040810204080L;

  private final byte[] newest = new byte[1 << ROWS_BITS];
  private final byte[] tags = new byte[ROW << ROWS_BITS];
  private final char[] positions = new char[ROW << ROWS_BITS];
  private final char[] heads3 = new char[1 << HASH3_BITS];
  private final int nice;
  private byte[] bytes = {};
  private int end;
  private int base;

  /** For searches that end at a match of {@code nice} bytes. */
  HashRows(int nice) {
    this.nice = nice;
  }

  @Override
  public void start(Window window) {
    base += end;
    bytes = window.bytes();
    end = window.end();
  }

  private static int hash4(int word) {
    return (word * 0x9E3779B1) >>> (Integer.SIZE - ROWS_BITS - TAG_BITS);
  }

  private static int hash3(int word) {
    return ((word << 8) * 0x85EBCA77) >>> (Integer.SIZE - HASH3_BITS);
  }

  private static int row(int hash) {
    return hash >>> TAG_BITS;
  }

  @Override
  public void insert(int from, int to) {
    for (int at = from; at < to; at++) {
      int word = Window.intAt(bytes, at);
      char position = (char) (base + at);
      heads3[hash3(word)] = position;
      put(hash4(word), position);
    }
  }

  private void put(int hash, char position) {
    int row = row(hash);
    int slot = (newest[row] - 1) & ROW_MASK;
    newest[row] = (byte) slot;
    int place = (row << ROW_BITS) | slot;
    tags[place] = (byte) hash;
    positions[place] = position;
  }

  /** All but the last positions of a run have the same four bytes, so only a row of them stays. */
  @Override
  public void insertRun(int from, int to) {
    insert(Math.max(from, to - ROW - 3), to);
  }

  @Override
  public int find(int at) {
    int word = Window.intAt(bytes, at);
    int hash = hash4(word);
    int hash3 = hash3(word);
    int candidate3 = heads3[hash3];
    int first = (row(hash) << ROW_BITS) | newest[row(hash)];
    int candidates = candidates(hash, first);
    int longest = Math.min(Symbols.MAX_MATCH, end - at);
    int match = NONE;
    if (candidates != 0 && longest > Symbols.MIN_MATCH) {
      match = longest(candidates, first, at, 0, Symbols.MIN_MATCH, longest);
    }
    char position = (char) (base + at);
    heads3[hash3] = position;
    put(hash, position);
    if (match == NONE && longest >= Symbols.MIN_MATCH) {
      match = nearest(word, candidate3, at);
    }
    return match;
  }

  /**
   * A longer match has to cover the four bytes that end behind {@code floor} bytes: it is their row
   * that is searched, since they are often new, as a shorter match ends among them.
   */
  @Override
  public int findLonger(int at, int floor) {
    int longest = Math.min(Symbols.MAX_MATCH, end - at);
    int match = NONE;
    if (floor < longest) {
      int shift = floor - 3;
      int hash = hash4(Window.intAt(bytes, at + shift));
      int first = (row(hash) << ROW_BITS) | newest[row(hash)];
      int candidates = candidates(hash, first);
      if (candidates != 0) {
        match = longest(candidates, first, at, shift, floor, longest);
      }
    }
    insert(at, at + 1);
    return match;
  }

  /** The places of a row that have a hash's tag, a bit each, the newest lowest. */
  private int candidates(int hash, int first) {
    int row = first & -ROW;
    long tag = (hash & ((1 << TAG_BITS) - 1)) * LOW_BITS;
    int low = zeroBytes(Window.longAt(tags, row) ^ tag);
    int high = zeroBytes(Window.longAt(tags, row + Long.BYTES) ^ tag);
    int both = low | (high << Long.BYTES);
    return ((both | (both << ROW)) >>> (first & ROW_MASK)) & ((1 << ROW) - 1);
  }

  /** Which of eight bytes are zero, a bit each; now and then one above such a byte that isn't. */
  private static int zeroBytes(long word) {
    long high = (word - LOW_BITS) & ~word & HIGH_BITS;
    return (int) (((high >>> 7) * GATHER) >>> 56);
  }

  /**
   * Looks at candidates, from the newest. Whether one can be longer than the best so far is seen at
   * the end of that one's length, before the start.
   *
   * @param first the place of the newest in the row
   * @param shift how far behind {@code at} the row's bytes are
   */
  private int longest(int candidates, int first, int at, int shift, int floor, int longest) {
    byte[] bytes = this.bytes;
    int last = base + at - 1;
    int limit = Math.min(Symbols.MAX_DISTANCE, at);
    int best = floor;
    int match = NONE;
    int head = Window.intAt(bytes, at);
    int tail = Window.intAt(bytes, at + best - 3);
    for (int left = candidates; left != 0; left &= left - 1) {
      int place = (first & -ROW) | ((Integer.numberOfTrailingZeros(left) + first) & ROW_MASK);
      int back = (char) (last - positions[place]) + shift;
      if (back >= limit) {
        break;
      }
      int from = at - 1 - back;
      if (Window.intAt(bytes, from + best - 3) == tail && Window.intAt(bytes, from) == head) {
        int length = Window.common(bytes, from, at, longest);
        if (length > best) {
          best = length;
          match = MatchFinder.match(length, back + 1);
          if (length >= nice || length == longest) {
            break;
          }
          tail = Window.intAt(bytes, at + best - 3);
        }
      }
    }
    return match;
  }

  private int nearest(int word, int candidate, int at) {
    int back = (char) (base + at - 1 - candidate);
    if (back < Math.min(at, MAX_DISTANCE_OF_3)
        && (Window.intAt(bytes, at - 1 - back) ^ word) << 8 == 0) {
      return MatchFinder.match(Symbols.MIN_MATCH, back + 1);
    }
    return NONE;
  }
}
