package dev.stargz.format.deflate;

/**
 * Finds earlier occurrences of the bytes at a position: the nearest of 3 and of 4 bytes, and all of
 * 5 and more, the nearest first.
 *
 * <pre>
 *   hash of 5 bytes          position & 32767           hash of 4, of 3 bytes
 *   +-----+                  +-----+                    +-----+
 *   |     |                  |     |                    |     |
 *   | 812 |----------------> | 790 | at 812             | 812 |  the newest alone
 *   |     |                  |     |                    |     |
 *   +-----+                  | 341 | at 790             +-----+
 *    heads                   +-----+
 *                             previous: where the same hash was before
 * </pre>
 *
 * <p>Positions are kept modulo 65,536 and run on from one input to the next, so that the tables are
 * small and never cleared. What is left in them from earlier may look like a near position; it does
 * no harm, because <em>every</em> position is inserted: bytes that are equal have an equal hash, so
 * an entry that was overwritten by none since has no equal in reach. For the same reason nothing
 * depends on what was encoded before.
 */
final class HashChains implements MatchFinder {
  private static final int HASH5_BITS = 16;
  private static final int HASH4_BITS = 15;
  private static final int HASH3_BITS = 14;
  private static final int CHAIN_MASK = Symbols.MAX_DISTANCE - 1;

  /** The slot of the farthest position is that of the newest, so the farthest isn't searched. */
  private static final int MAX_DISTANCE = CHAIN_MASK;

  /** Three bytes from farther away seldom take less room than three literals. */
  private static final int MAX_DISTANCE_OF_3 = 1 << 13;

  private final char[] heads5 = new char[1 << HASH5_BITS];
  private final char[] heads4 = new char[1 << HASH4_BITS];
  private final char[] heads3 = new char[1 << HASH3_BITS];
  private final char[] previous = new char[CHAIN_MASK + 1];
  private final int depth;
  private final int good;
  private final int nice;
  private byte[] bytes = {};
  private int end;
  private int base;

  /**
   * A finder.
   *
   * @param depth how many candidates are looked at for a position
   * @param good for more than a match of this length, a quarter of that
   * @param nice a match of this length ends the search
   */
  HashChains(int depth, int good, int nice) {
    this.depth = depth;
    this.good = good;
    this.nice = nice;
  }

  @Override
  public void start(Window window) {
    base += end;
    bytes = window.bytes();
    end = window.end();
  }

  private static int hash5(long word) {
    return (int) (((word << 24) * 0x9E3779B185EBCA87L) >>> (Long.SIZE - HASH5_BITS));
  }

  private static int hash4(long word) {
    return ((int) word * 0x9E3779B1) >>> (Integer.SIZE - HASH4_BITS);
  }

  private static int hash3(long word) {
    return (((int) word << 8) * 0x85EBCA77) >>> (Integer.SIZE - HASH3_BITS);
  }

  @Override
  public void insert(int from, int to) {
    for (int at = from; at < to; at++) {
      long word = Window.longAt(bytes, at);
      char position = (char) (base + at);
      heads3[hash3(word)] = position;
      heads4[hash4(word)] = position;
      int hash = hash5(word);
      previous[position & CHAIN_MASK] = heads5[hash];
      heads5[hash] = position;
    }
  }

  @Override
  public int find(int at) {
    long word = Window.longAt(bytes, at);
    int position = base + at;
    int hash3 = hash3(word);
    int hash4 = hash4(word);
    int hash5 = hash5(word);
    int candidate = heads5[hash5];
    int candidate4 = heads4[hash4];
    int candidate3 = heads3[hash3];
    heads3[hash3] = (char) position;
    heads4[hash4] = (char) position;
    heads5[hash5] = (char) position;
    previous[position & CHAIN_MASK] = (char) candidate;

    int longest = Math.min(Symbols.MAX_MATCH, end - at);
    int match = NONE;
    if (longest > 4) {
      match = follow(candidate, at, 0, 4, longest);
    }
    if (match == NONE && longest >= Symbols.MIN_MATCH) {
      match = nearest(word, candidate4, candidate3, at, longest);
    }
    return match;
  }

  /**
   * Inserts a position and appends the matches there: each longer than the one before, and as near
   * as there is one of its length.
   *
   * @return the end of the matches
   */
  int findAll(int at, int[] matches, int from) {
    long word = Window.longAt(bytes, at);
    int candidate = heads5[hash5(word)];
    int candidate4 = heads4[hash4(word)];
    int candidate3 = heads3[hash3(word)];
    insert(at, at + 1);
    int last = base + at - 1;
    int longest = Math.min(Symbols.MAX_MATCH, end - at);
    int limit = Math.min(MAX_DISTANCE, at);
    int n = from;
    int best = 2;
    int back = (char) (last - candidate3);
    if (back < limit
        && longest >= 3
        && (Window.intAt(bytes, at - 1 - back) ^ (int) word) << 8 == 0) {
      best = Window.common(bytes, at - 1 - back, at, longest);
      matches[n++] = MatchFinder.match(best, back + 1);
    }
    back = (char) (last - candidate4);
    if (back < limit
        && longest >= 4
        && best < 4
        && Window.intAt(bytes, at - 1 - back) == (int) word) {
      best = Window.common(bytes, at - 1 - back, at, longest);
      matches[n++] = MatchFinder.match(best, back + 1);
    }
    return best < longest ? followAll(candidate, at, Math.max(4, best), longest, matches, n) : n;
  }

  private int followAll(int newest, int at, int floor, int longest, int[] matches, int from) {
    byte[] bytes = this.bytes;
    char[] previous = this.previous;
    int candidate = newest;
    int last = base + at - 1;
    int limit = Math.min(MAX_DISTANCE, at);
    int best = floor;
    int n = from;
    int head = Window.intAt(bytes, at);
    int tail = Window.intAt(bytes, at + best - 3);
    for (int left = depth; left > 0 && best < longest && best < nice; left--) {
      int back = (char) (last - candidate);
      if (back >= limit) {
        break;
      }
      int start = at - 1 - back;
      candidate = previous[candidate & CHAIN_MASK];
      if (Window.intAt(bytes, start + best - 3) == tail && Window.intAt(bytes, start) == head) {
        int length = Window.common(bytes, start, at, longest);
        if (length > best) {
          best = length;
          tail = Window.intAt(bytes, at + best - 3);
          matches[n++] = MatchFinder.match(length, back + 1);
        }
      }
    }
    return n;
  }

  /**
   * A longer match has to cover the five bytes that end behind {@code floor} bytes: it is their
   * chain that is followed, since they are often new, as a shorter match ends among them.
   */
  @Override
  public int findLonger(int at, int floor) {
    int longest = Math.min(Symbols.MAX_MATCH, end - at);
    int match = NONE;
    int best = Math.max(floor, 4);
    if (best < longest) {
      int shift = best - 4;
      int candidate = heads5[hash5(Window.longAt(bytes, at + shift))];
      match = follow(candidate, at, shift, best, longest);
    }
    insert(at, at + 1);
    return match;
  }

  /**
   * Follows the chain of 5 bytes. Whether a candidate can be longer than the best so far is seen at
   * the end of that one's length, before the start; the next candidate is loaded while this one is
   * compared.
   *
   * @param shift how far behind {@code at} the chain's bytes are
   */
  private int follow(int newest, int at, int shift, int floor, int longest) {
    byte[] bytes = this.bytes;
    char[] previous = this.previous;
    int candidate = newest;
    int last = base + at - 1;
    int limit = Math.min(MAX_DISTANCE, at);
    int best = floor;
    int match = NONE;
    int tail = Window.intAt(bytes, at + best - 3);
    for (int left = floor < good ? depth : depth >> 2; left > 0; left--) {
      int back = (char) (last - candidate) + shift;
      if (back >= limit) {
        break;
      }
      int from = at - 1 - back;
      candidate = previous[candidate & CHAIN_MASK];
      if (Window.intAt(bytes, from + best - 3) == tail
          && Window.intAt(bytes, from) == Window.intAt(bytes, at)) {
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

  /** The nearest match of 4 bytes, or else of 3 if it isn't far. */
  private int nearest(long word, int candidate4, int candidate3, int at, int longest) {
    int last = base + at - 1;
    int limit = Math.min(MAX_DISTANCE, at);
    int back = (char) (last - candidate4);
    if (back < limit && longest >= 4 && Window.intAt(bytes, at - 1 - back) == (int) word) {
      int length = Window.common(bytes, at - 1 - back, at, longest);
      return MatchFinder.match(length, back + 1);
    }
    back = (char) (last - candidate3);
    if (back < Math.min(limit, MAX_DISTANCE_OF_3)
        && (Window.intAt(bytes, at - 1 - back) ^ (int) word) << 8 == 0) {
      return MatchFinder.match(Symbols.MIN_MATCH, back + 1);
    }
    return NONE;
  }
}
