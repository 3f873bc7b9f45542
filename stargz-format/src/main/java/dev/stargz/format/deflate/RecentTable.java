package dev.stargz.format.deflate;

import java.util.Arrays;

/**
 * The newest position of each hash of 5 bytes: no more than one candidate, and positions may be
 * left out.
 *
 * <p>Positions run on from one input to the next, with a gap that no distance spans; so what was
 * left by an earlier input is never near.
 */
final class RecentTable {
  private static final int HASH_BITS = 16;

  /** Before positions overflow. */
  private static final int LAST_BASE = 1 << 30;

  private final int[] newest = new int[1 << HASH_BITS];
  private int base = Symbols.MAX_DISTANCE + 1;
  private int end;

  /** Starts on an input; nothing before it is found. */
  void start(Window window) {
    base += end + Symbols.MAX_DISTANCE;
    end = window.end();
    if (base > LAST_BASE) {
      Arrays.fill(newest, 0);
      base = Symbols.MAX_DISTANCE + 1;
    }
  }

  /** The slot of the five bytes that {@code word} begins with. */
  static int slot(long word) {
    return (int) (((word << 24) * 0x9E3779B185EBCA87L) >>> (Long.SIZE - HASH_BITS));
  }

  /** Puts a position in the place of the one before, and returns how far back that is, less 1. */
  int replace(int slot, int at) {
    int position = base + at;
    int back = position - 1 - newest[slot];
    newest[slot] = position;
    return back;
  }

  /** Puts a position in the place of the one before. */
  void put(int slot, int at) {
    newest[slot] = base + at;
  }
}
