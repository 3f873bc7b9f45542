package dev.stargz.format.gzip;

import java.io.IOException;
import java.util.zip.Deflater;

/** One stream of the JDK's encoder. */
final class JdkSlices implements SliceEncoder {
  private static final int SLICE = 1 << 16;

  private final Deflater deflater;
  private final byte[] output = new byte[SLICE];

  JdkSlices(int level) {
    deflater = new Deflater(level, /* nowrap= */ true);
  }

  @Override
  public int sliceSize() {
    return SLICE;
  }

  @Override
  public void encode(byte[] slice, int length, boolean last, BlobOutput blob) throws IOException {
    if (last) {
      deflater.finish();
    }
    deflater.setInput(slice, 0, length);
    int n;
    do {
      n = deflater.deflate(output, 0, SLICE);
      blob.write(output, 0, n);
    } while (n == SLICE);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
