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
    assertThat(splitter.block().literals()[' ']).isGreaterThan(1000);
  }

  @Test
  void something_else_begins_a_new_block() {
    int[] text = literals(Samples.TEXT.bytes(BlockSplitter.CHUNK, 1));
    int[] noise = literals(Samples.NOISE.bytes(BlockSplitter.CHUNK, 1));
    splitter.clear();
    splitter.differs(text, 0, text.length);
    splitter.extend();
    assertThat(splitter.differs(noise, 0, noise.length)).isTrue();
    splitter.startNew();
    assertThat(splitter.differs(text, 0, text.length)).isTrue();
    assertThat(splitter.block().literals()[0]).isLessThan(20);
  }

  private static int[] literals(byte[] bytes) {
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Symbols.literal(bytes[i]);
    }
    return tokens;
  }
}
