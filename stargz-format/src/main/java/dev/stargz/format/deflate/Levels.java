package dev.stargz.format.deflate;

/** The check of every engine before it makes an encoder. */
final class Levels {
  private Levels() {}

  /**
   * Refuses a level that the engine hasn't.
   *
   * @throws IllegalArgumentException with the levels it has
   */
  static void check(DeflateEngine engine, int level) {
    if (level < engine.minLevel() || level > engine.maxLevel()) {
      throw new IllegalArgumentException(
          "level: expected " + engine.minLevel() + " to " + engine.maxLevel() + ", found " + level);
    }
  }
}
