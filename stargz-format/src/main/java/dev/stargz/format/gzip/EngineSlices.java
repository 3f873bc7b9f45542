package dev.stargz.format.gzip;

import dev.stargz.format.deflate.DeflateBuffer;
import dev.stargz.format.deflate.RawDeflater;
import java.io.IOException;

/** Slices that an engine encodes each by itself. */
final class EngineSlices implements SliceEncoder {
  private static final int SLICE = 1 << 20;

  private final RawDeflater deflater;
  private final DeflateBuffer output = new DeflateBuffer();

  /** Closes {@code deflater} when it is closed itself. */
  EngineSlices(RawDeflater deflater) {
    this.deflater = deflater;
  }

  @Override
  public int sliceSize() {
    return SLICE;
  }

  @Override
  public void encode(byte[] slice, int length, boolean last, BlobOutput blob) throws IOException {
    output.clear();
    if (last) {
      deflater.deflate(slice, 0, length, output);
    } else {
      deflater.deflatePart(slice, 0, length, output);
    }
    blob.write(output.array(), 0, output.length());
  }

  @Override
  public void close() {
    deflater.close();
  }
}
