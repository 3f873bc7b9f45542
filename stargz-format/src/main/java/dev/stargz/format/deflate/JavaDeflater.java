package dev.stargz.format.deflate;

/** Parses a whole input and writes it as blocks. Holds nothing outside the heap. */
final class JavaDeflater implements RawDeflater {
  private final Window window = new Window();
  private final BlockWriter writer = new BlockWriter();
  private final Blocks blocks;

  JavaDeflater(Blocks blocks) {
    this.blocks = blocks;
  }

  @Override
  public void deflate(byte[] input, int offset, int length, DeflateBuffer output) {
    encode(input, offset, length, output, /* ends= */ true);
  }

  @Override
  public void deflatePart(byte[] input, int offset, int length, DeflateBuffer output) {
    encode(input, offset, length, output, /* ends= */ false);
  }

  private void encode(byte[] input, int offset, int length, DeflateBuffer output, boolean ends) {
    window.load(input, offset, length);
    writer.start(output, ends);
    blocks.write(window, writer);
  }

  @Override
  public void close() {}
}
