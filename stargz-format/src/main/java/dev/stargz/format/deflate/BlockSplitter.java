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

  /** What a header takes, about, with what is lost because the next one is as unknown. */
  private static final int HEADER_BITS = 700;

  private static final int UNKNOWN = -1;

  private SymbolCounts block = new SymbolCounts();
  private SymbolCounts chunk = new SymbolCounts();
  private boolean empty;
  private int blockEntropy;
  private int chunkEntropy;
  private int together;

  /** Starts with an empty block. */
  void clear() {
    block.clear();
    empty = true;
  }

  /** Counts a chunk, and tells whether a new block had better begin with it. */
  boolean differs(int[] tokens, int from, int to) {
    chunk.clear();
    chunk.count(tokens, from, to);
    if (empty) {
      return false;
    }
    if (blockEntropy == UNKNOWN) {
      blockEntropy = block.entropy();
    }
    chunkEntropy = chunk.entropy();
    together = block.entropyWith(chunk);
    return together - blockEntropy - chunkEntropy > HEADER_BITS * Entropy.UNIT;
  }

  /** Takes the chunk into the block. */
  void extend() {
    if (empty) {
      startNew();
      blockEntropy = UNKNOWN; // most inputs are of one chunk, and need none
      empty = false;
    } else {
      block.add(chunk);
      blockEntropy = together;
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
