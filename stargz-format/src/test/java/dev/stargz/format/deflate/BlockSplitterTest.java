package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockSplitterTest {
  private final BlockSplitter splitter = new BlockSplitter();

  @Test
  void more_of_the_same_stays_in_the_block() {
    int[] tokens = literals(Samples.TEXT.bytes(8 * BlockSplitter.CHUNK, 1));
    splitter.clear();
    for (int i = 0; i < tokens.length; i += BlockSplitter.CHUNK) {
      assertThat(splitter.differs(tokens, i, i + BlockSplitter.CHUNK)).isFalse();
      splitter.extend();
    }
    assertThat(splitter.block().tokens()).isEqualTo(tokens.length);
  }

  @Test
  void something_else_begins_a_new_block() {
    int[] text = literals(Samples.TEXT.bytes(BlockSplitter.CHUNK, 1));
    int[] records = literals(Samples.TWO_VALUES.bytes(BlockSplitter.CHUNK, 1));
    splitter.clear();
    splitter.differs(text, 0, text.length);
    splitter.extend();
    assertThat(splitter.differs(records, 0, records.length)).isTrue();
    splitter.startNew();
    assertThat(splitter.differs(text, 0, text.length)).isTrue();
    assertThat(splitter.block().literals().usedCount()).isEqualTo(2);
  }

  /** So that entropies don't overflow. */
  @Test
  void a_block_ends_at_65536_tokens() {
    int[] tokens = literals(new byte[BlockSplitter.CHUNK]);
    splitter.clear();
    for (int i = 0; i < (1 << 16) / BlockSplitter.CHUNK; i++) {
      assertThat(splitter.differs(tokens, 0, tokens.length)).isFalse();
      splitter.extend();
    }
    assertThat(splitter.differs(tokens, 0, tokens.length)).isTrue();
  }

  private static int[] literals(byte[] bytes) {
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Symbols.literal(bytes[i]);
    }
    return tokens;
  }
}
