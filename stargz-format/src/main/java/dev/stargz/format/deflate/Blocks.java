package dev.stargz.format.deflate;

/** A way to cut an input into tokens and these into blocks. */
interface Blocks {
  /** Writes a whole input, its last block marked as such; an empty input is one empty block. */
  void write(Window window, BlockWriter writer);
}
