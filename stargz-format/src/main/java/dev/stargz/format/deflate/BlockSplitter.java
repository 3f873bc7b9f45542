package dev.stargz.format.deflate;

/**
 * Decides where a block ends: before a chunk of tokens so different that codes of its own save more
 * than a header costs, by the entropies of block and chunk, apart and together.
 *
 * <pre>
 *   tokens  | chunk | chunk | chunk | new chunk |
 *           '-------- block --------'
 *            counts of the block      counts of the chunk
 * </pre>
 */
final class BlockSplitter {
  /** Tokens in a chunk. */
  static final int CHUNK = 1 << 10;

  /** Tokens in the longest block, about: entropies of more would overflow. */
  static final int LONGEST = 1 << 16;

  /** What a header takes, about, with what is lost because the next one is as unknown. */
  private static final int HEADER_BITS = 700;

  private static final int UNKNOWN = -1;

  private SymbolCounts block = new SymbolCounts();
  private SymbolCounts chunk = new SymbolCounts();
  private int blockEntropy;
  private int chunkEntropy;
  private int growth;

  /** Starts with an empty block. */
  void clear() {
    block.clear();
    blockEntropy = 0;
  }

  /** Counts a chunk, and tells whether a new block has to begin with it. */
  boolean differs(int[] tokens, int from, int to) {
    chunk.clear();
    chunk.count(tokens, from, to);
    if (block.tokens() == 0) {
      chunkEntropy = UNKNOWN; // most inputs are of one chunk, and need none
      return false;
    }
    if (blockEntropy == UNKNOWN) {
      blockEntropy = block.entropy();
    }
    chunkEntropy = chunk.entropy();
    growth = block.entropyGrowth(chunk);
    return growth - chunkEntropy > HEADER_BITS * Entropy.UNIT || block.tokens() > LONGEST - CHUNK;
  }

  /** Takes the chunk into the block. */
  void extend() {
    if (block.tokens() == 0) {
      startNew();
    } else {
      block.add(chunk);
      blockEntropy += growth;
    }
  }

  /** Begins a new block with the chunk. */
  void startNew() {
    SymbolCounts former = block;
    block = chunk;
    chunk = former;
    blockEntropy = chunkEntropy;
  }

  /** What the block has of each symbol. */
  SymbolCounts block() {
    return block;
  }
}
