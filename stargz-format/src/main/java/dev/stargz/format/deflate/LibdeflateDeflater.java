package dev.stargz.format.deflate;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * One compressor of libdeflate. It works on memory outside the heap, to which the input is copied
 * and from which the output is: at some GB/s, that is less than what it takes to have the garbage
 * collector wait. The memory is as large as the largest input so far, twice, and kept.
 */
final class LibdeflateDeflater implements RawDeflater {
  private static final int MIN_CAPACITY = 1 << 16;

  private final long compressor;
  private int capacity;
  private Memory input;
  private Memory output;

  LibdeflateDeflater(int level) {
    compressor = Libdeflate.libdeflate_alloc_compressor(level);
    if (compressor == 0) {
      throw new OutOfMemoryError("libdeflate has no memory for a compressor of level " + level);
    }
    capacity = MIN_CAPACITY;
    input = new Memory(capacity);
    output = new Memory(bound(capacity));
  }

  private long bound(int size) {
    return Libdeflate.libdeflate_deflate_compress_bound(compressor, size);
  }

  @Override
  public void deflate(byte[] bytes, int offset, int length, DeflateBuffer target) {
    makeRoom(length);
    input.write(0, bytes, offset, length);
    int n =
        (int)
            Libdeflate.libdeflate_deflate_compress(
                compressor, address(input), length, address(output), output.size());
    if (n == 0) {
      throw new IllegalStateException(
          "libdeflate found " + output.size() + " bytes too few for " + length + " deflated");
    }
    target.reserve(n);
    output.read(0, target.array(), target.length(), n);
    target.advance(n);
  }

  private void makeRoom(int length) {
    if (length > capacity) {
      free();
      capacity = (int) Math.min(Integer.MAX_VALUE, 2L * Integer.highestOneBit(length));
      input = new Memory(capacity);
      output = new Memory(bound(capacity));
    }
  }

  private static long address(Memory memory) {
    return Pointer.nativeValue(memory);
  }

  private void free() {
    input.close();
    output.close();
  }

  @Override
  public void close() {
    free();
    Libdeflate.libdeflate_free_compressor(compressor);
  }
}
