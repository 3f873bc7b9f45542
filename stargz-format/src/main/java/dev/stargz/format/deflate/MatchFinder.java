package dev.stargz.format.deflate;

/**
 * Finds earlier occurrences of the bytes at a position. Every position of an input has to be
 * inserted or searched once, in order.
 *
 * <p>A match is one integer, longer ones above shorter ones: its length above its distance.
 */
interface MatchFinder {
  /** No match: less than all. */
  int NONE = 0;

  int DISTANCE_BITS = 16;

  /** Starts on an input; nothing before it is found. */
  void start(Window window);

  /** Inserts the positions {@code from} to {@code to}, exclusive. */
  void insert(int from, int to);

  /**
   * Inserts the positions {@code from} to {@code to}, exclusive, where all bytes up to the one at
   * {@code to} exclusive are equal.
   */
  default void insertRun(int from, int to) {
    insert(from, to);
  }

  /**
   * Inserts a position and finds the longest match there, of 3 bytes or more.
   *
   * @return the match, or {@link #NONE}
   */
  int find(int at);

  /**
   * Inserts a position and finds the longest match there that is longer than {@code floor}.
   *
   * @param floor 3 or more
   * @return the match, or {@link #NONE}
   */
  int findLonger(int at, int floor);

  static int match(int length, int distance) {
    return (length << DISTANCE_BITS) | distance;
  }

  /** How many bytes a match has; 0 if it is none. */
  static int length(int match) {
    return match >>> DISTANCE_BITS;
  }

  /** How far back a match is. */
  static int distance(int match) {
    return match & ((1 << DISTANCE_BITS) - 1);
  }
}
