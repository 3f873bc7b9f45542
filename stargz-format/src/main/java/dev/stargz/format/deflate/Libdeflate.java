package dev.stargz.format.deflate;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The functions of libdeflate.h that the engine calls, by JNA's direct mapping: one call takes some
 * 50 ns. Pointers and {@code size_t} are {@code long}, hence 64-bit platforms alone. Apart from the
 * engine, so that JNA's classes are loaded by whoever asks for libdeflate, and by nobody else.
 */
final class Libdeflate {
  private static final int SIZE_OF_LONG = 8;

  private Libdeflate() {}

  /**
   * Binds the functions below; to be called once, before any of them.
   *
   * @param name of the library, without what the platform puts around it; a numbered one such as
   *     {@code libdeflate.so.0} is found, too
   * @throws UnsatisfiedLinkError if it isn't installed or not for this platform
   * @throws NoClassDefFoundError if JNA isn't on the class path
   */
  static void bind(String name) {
    if (Native.POINTER_SIZE != SIZE_OF_LONG || Native.SIZE_T_SIZE != SIZE_OF_LONG) {
      throw new UnsatisfiedLinkError("it takes a 64-bit platform");
    }
    Native.register(Libdeflate.class, NativeLibrary.getInstance(name));
  }

  /** A compressor, or 0 if there is no memory or no such level. */
  static native long libdeflate_alloc_compressor(int level);

  /** The size of the output, or 0 if there is no room for it. */
  static native long libdeflate_deflate_compress(
      long compressor, long input, long inputSize, long output, long outputRoom);

  /** The most bytes that an input of that size becomes. */
  static native long libdeflate_deflate_compress_bound(long compressor, long inputSize);

  static native void libdeflate_free_compressor(long compressor);
}
