package dev.stargz.extract;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The functions of the C library that make files, by JNA's direct mapping; {@code man 2} tells what
 * each does. Names and targets end with a NUL. {@code size_t}, {@code time_t} and pointers are
 * {@code long}, hence 64-bit platforms alone. Apart from {@link Linux}, so that JNA's classes are
 * loaded by whoever extracts, and by nobody else.
 */
final class Libc {
  private static final int SIZE_OF_LONG = 8;

  private Libc() {}

  /**
   * Binds the functions below; to be called once, before any of them.
   *
   * @throws UnsatisfiedLinkError if they aren't there
   * @throws NoClassDefFoundError if JNA isn't on the class path
   */
  static void bind() {
    if (Native.POINTER_SIZE != SIZE_OF_LONG || Native.LONG_SIZE != SIZE_OF_LONG) {
      throw new UnsatisfiedLinkError("it takes a 64-bit platform");
    }
    // the process has the C library already, whatever the name of its file
    Native.register(Libc.class, NativeLibrary.getProcess());
  }

  static native int openat(int directory, byte[] path, int flags, int mode);

  static native int close(int descriptor);

  static native long write(int descriptor, long bytes, long size);

  static native int mkdirat(int directory, byte[] name, int mode);

  static native int symlinkat(byte[] target, int directory, byte[] name);

  static native int linkat(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

  static native int unlinkat(int directory, byte[] name, int flags);

  static native int renameat(int fromDirectory, byte[] from, int toDirectory, byte[] to);

  static native int fchown(int descriptor, int uid, int gid);

  static native int fchownat(int directory, byte[] path, int uid, int gid, int flags);

  static native int fchmod(int descriptor, int mode);

  static native int chmod(byte[] path, int mode);

  /** {@code times}: two {@code timespec}s, that is four numbers. */
  static native int futimens(int descriptor, long[] times);

  static native int utimensat(int directory, byte[] path, long[] times, int flags);

  static native int fsetxattr(int descriptor, byte[] name, byte[] value, long size, int flags);

  static native int setxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

  static native int geteuid();

  static native int getegid();

  /** {@code mknodat}, which older libraries have under a name of their own alone. */
  static native long syscall(long number, long directory, byte[] name, long mode, long device);

  /** {@code renameat2}, which older libraries don't have. */
  static native long syscall(
      long number, long fromDirectory, byte[] from, long toDirectory, byte[] to, long flags);
}
