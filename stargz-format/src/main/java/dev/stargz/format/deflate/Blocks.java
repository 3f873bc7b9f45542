package dev.stargz.format.deflate;

/** A way to cut an input into tokens and these into blocks. */
interface Blocks {
  /**
   * Writes a piece of an input, which is not empty unless it is the last.
   *
   * @param last whether the input ends with it: its last block is marked as such, and an empty
   *     piece is one empty block
   */
  void write(Window window, BlockWriter writer, boolean last);
}
