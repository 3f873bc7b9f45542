package dev.stargz.format.deflate;

/** Parses an input and writes it as blocks. Holds nothing outside the heap. */
final class JavaDeflater implements RawDeflater {
  /** Of inputs that are longer than a window: as many bytes as whole stored blocks have. */
  private static final int PIECE =
      Window.MAX_LENGTH / BlockWriter.MAX_STORED * BlockWriter.MAX_STORED;

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
    writer.start(output, ends);
    int at = 0;
    while (length - at > Window.MAX_LENGTH) {
      window.load(input, offset + at, PIECE);
      blocks.write(window, writer, /* last= */ false);
      at += PIECE;
    }
    window.load(input, offset + at, length - at);
    blocks.write(window, writer, /* last= */ true);
  }

  @Override
  public void close() {}
}
