package dev.stargz.format.deflate;

/**
 * The encoder written in this package: the same bytes on every machine. What a level does:
 *
 * <pre>
 *    0  stored
 *    1  one candidate for each position, the first match is taken
 *    3  rows of sixteen candidates; only after a match of up to 4 bytes the next byte is tried, too
 *    6  the same, after a match of up to 31 bytes
 *    9  chains of up to 64 candidates, after a match of up to 129 bytes
 *   12  the cheapest way through all matches, by what tokens cost in their block
 * </pre>
 *
 * <p>A level in between does what the next lower one does.
 */
final class JavaEngine implements DeflateEngine {
  static final JavaEngine INSTANCE = new JavaEngine();

  /**
   * Grows with each change of the bytes at any level; the golden digests in the tests see to it.
   */
  private static final String VERSION = "1";

  private static final int MAX_LEVEL = 12;

  private JavaEngine() {}

  @Override
  public String id() {
    return "java";
  }

  @Override
  public String version(int level) {
    return VERSION;
  }

  @Override
  public int minLevel() {
    return 0;
  }

  @Override
  public int maxLevel() {
    return MAX_LEVEL;
  }

  @Override
  public boolean encodesParts() {
    return true;
  }

  @Override
  public RawDeflater newDeflater(int level) {
    Levels.check(this, level);
    return new JavaDeflater(blocks(level));
  }

  private static Blocks blocks(int level) {
    if (level == 0) {
      return (window, writer, last) -> writer.writeStored(window, last);
    }
    if (level == MAX_LEVEL) {
      return new OptimalBlocks(/* depth= */ 200);
    }
    return new BlockBuilder(parser(level));
  }

  private static Parser parser(int level) {
    if (level < 3) {
      return new GreedyParser();
    }
    if (level < 6) {
      return new LazyParser(new HashRows(/* nice= */ 32), /* lazy= */ 5);
    }
    if (level < 9) {
      return new LazyParser(new HashRows(/* nice= */ 130), /* lazy= */ 32);
    }
    return new LazyParser(
        new HashChains(/* depth= */ 64, /* good= */ 32, Symbols.MAX_MATCH), /* lazy= */ 130);
  }
}
