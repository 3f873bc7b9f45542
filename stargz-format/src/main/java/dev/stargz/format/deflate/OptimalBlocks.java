package dev.stargz.format.deflate;

/**
 * Cuts an input into tokens at the least cost, which depends on the codes, which depend on the
 * tokens: a stretch is parsed by what the last one's symbols cost, then by its own, then split into
 * blocks, each of which is parsed by its own symbols until that saves next to nothing.
 */
final class OptimalBlocks implements Blocks {
  private static final int BLOCK_PASSES = 6;

  /** A pass that saves less than this share of a block, 1/4096, is the last. */
  private static final int WORTH_SHIFT = 12;

  private final OptimalParser parser;
  private final BlockSplitter splitter = new BlockSplitter();
  private final SymbolCosts costs = new SymbolCosts();
  private final SymbolCounts counts = new SymbolCounts();
  private final int[] tokens = new int[OptimalParser.STRETCH];
  private boolean ends;
  private int[] blockTokens = new int[OptimalParser.STRETCH];
  private int[] bestTokens = new int[OptimalParser.STRETCH];

  /** Looks at {@code depth} candidates for each position. */
  OptimalBlocks(int depth) {
    parser = new OptimalParser(depth);
  }

  @Override
  public void write(Window window, BlockWriter writer, boolean last) {
    ends = last;
    parser.start(window);
    costs.reset();
    int from = 0;
    do {
      int to = parser.advance(from);
      int n = parser.parse(from, to, costs, tokens);
      counts.clear();
      counts.count(tokens, 0, n);
      costs.learn(counts);
      n = parser.parse(from, to, costs, tokens);
      split(n, from, window, writer);
      from = to;
    } while (from < window.end());
  }

  private void split(int n, int from, Window window, BlockWriter writer) {
    splitter.clear();
    int blockFrom = from;
    int at = from;
    for (int i = 0; i < n; i += BlockSplitter.CHUNK) {
      int end = Math.min(n, i + BlockSplitter.CHUNK);
      if (splitter.differs(tokens, i, end)) {
        writeBlock(blockFrom, at, window, writer);
        blockFrom = at;
        splitter.startNew();
      } else {
        splitter.extend();
      }
      for (int k = i; k < end; k++) {
        at += Symbols.length(tokens[k]);
      }
    }
    writeBlock(blockFrom, at, window, writer);
  }

  /** Parses a block by what its symbols cost, learns what they cost then, and so on. */
  private void writeBlock(int from, int to, Window window, BlockWriter writer) {
    costs.learn(splitter.block());
    long least = Long.MAX_VALUE;
    boolean saves = true;
    int best = 0;
    for (int pass = 0; saves && pass < BLOCK_PASSES; pass++) {
      int n = parser.parse(from, to, costs, blockTokens);
      counts.clear();
      counts.count(blockTokens, 0, n);
      long size = counts.entropy() + (long) counts.extraBits() * Entropy.UNIT;
      if (size >= least) {
        break;
      }
      saves = least - size > least >> WORTH_SHIFT;
      least = size;
      best = n;
      int[] former = bestTokens;
      bestTokens = blockTokens;
      blockTokens = former;
      costs.learn(counts);
    }
    counts.clear();
    counts.count(bestTokens, 0, best);
    writer.write(bestTokens, best, counts, window, from, to, ends && to == window.end());
  }
}
