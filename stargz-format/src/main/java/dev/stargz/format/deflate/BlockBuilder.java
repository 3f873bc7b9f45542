package dev.stargz.format.deflate;

/** Cuts an input into blocks, as its tokens come. */
final class BlockBuilder implements Blocks {
  /** Tokens in the longest block. */
  private static final int CAPACITY = 1 << 16;

  private final Parser parser;
  private final int[] tokens = new int[CAPACITY + BlockSplitter.CHUNK];
  private final BlockSplitter splitter = new BlockSplitter();

  BlockBuilder(Parser parser) {
    this.parser = parser;
  }

  @Override
  public void write(Window window, BlockWriter writer) {
    parser.start(window);
    splitter.clear();
    int blockFrom = 0;
    int chunkFrom = 0;
    int n = 0;
    while (true) {
      int chunkEnd = parser.parse(tokens, n, n + BlockSplitter.CHUNK);
      boolean differs = splitter.differs(tokens, n, chunkEnd);
      if (differs || chunkEnd > CAPACITY) {
        writer.write(tokens, n, splitter.block(), window, blockFrom, chunkFrom, /* last= */ false);
        blockFrom = chunkFrom;
        System.arraycopy(tokens, n, tokens, 0, chunkEnd - n);
        n = chunkEnd - n;
        splitter.startNew();
      } else {
        n = chunkEnd;
        splitter.extend();
      }
      chunkFrom = parser.position();
      if (chunkFrom == window.end()) {
        break;
      }
      parser.adapt(splitter.block());
    }
    writer.write(tokens, n, splitter.block(), window, blockFrom, window.end(), /* last= */ true);
  }
}
