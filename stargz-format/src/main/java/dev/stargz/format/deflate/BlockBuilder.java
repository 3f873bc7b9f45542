package dev.stargz.format.deflate;

/** Cuts an input into blocks, as its tokens come. */
final class BlockBuilder implements Blocks {
  /** Room for the longest block and the chunk behind it. */
  private static final int CAPACITY = BlockSplitter.LONGEST + BlockSplitter.CHUNK;

  private final Parser parser;
  private final int[] tokens = new int[CAPACITY];
  private final BlockSplitter splitter = new BlockSplitter();

  BlockBuilder(Parser parser) {
    this.parser = parser;
  }

  @Override
  public void write(Window window, BlockWriter writer, boolean last) {
    parser.start(window);
    splitter.clear();
    int blockFrom = 0;
    int chunkFrom = 0;
    int n = 0;
    while (true) {
      int chunkEnd = parser.parse(tokens, n, n + BlockSplitter.CHUNK);
      if (splitter.differs(tokens, n, chunkEnd)) {
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
    writer.write(tokens, n, splitter.block(), window, blockFrom, window.end(), last);
  }
}
