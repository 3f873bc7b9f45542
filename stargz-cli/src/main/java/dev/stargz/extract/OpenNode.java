package dev.stargz.extract;

import com.sun.jna.Native;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file of any kind that is open, and whose attributes are set: its own, whatever its name has
 * become meanwhile. Of directories, regular files are open themselves, of all else the path alone,
 * whose attributes are reached through {@code /proc/self/fd} (man 2 open, "O_PATH").
 */
final class OpenNode implements Closeable {
  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final long UTIME_OMIT = (1 << 30) - 2;

  private final int descriptor;
  private final boolean pathOnly;
  private boolean closed;

  /** Takes over a descriptor. */
  OpenNode(int descriptor, boolean pathOnly) {
    this.descriptor = descriptor;
    this.pathOnly = pathOnly;
  }

  /** Writes all bytes at an address. */
  void write(long address, long size) throws CallFailedException {
    for (long done = 0; done < size; ) {
      long n = Libc.write(descriptor, address + done, size - done);
      if (n >= 0) {
        done += n;
      } else if (Native.getLastError() != Errno.EINTR.number()) {
        throw new CallFailedException("write", Native.getLastError());
      }
    }
  }

  void setOwner(long uid, long gid) throws CallFailedException {
    int result =
        pathOnly
            ? Libc.fchownat(descriptor, new byte[1], (int) uid, (int) gid, AT_EMPTY_PATH)
            : Libc.fchown(descriptor, (int) uid, (int) gid);
    Linux.checked(pathOnly ? "fchownat" : "fchown", result);
  }

  /** Sets the permissions; a symbolic link has none. */
  void setPermissions(int permissions) throws CallFailedException {
    int result = pathOnly ? Libc.chmod(path(), permissions) : Libc.fchmod(descriptor, permissions);
    Linux.checked(pathOnly ? "chmod" : "fchmod", result);
  }

  void setXattr(String name, byte[] value) throws CallFailedException, ExtractException {
    byte[] attribute = FileName.attribute(name);
    int result =
        pathOnly
            ? Libc.setxattr(path(), attribute, value, value.length, 0)
            : Libc.fsetxattr(descriptor, attribute, value, value.length, 0);
    Linux.checked(pathOnly ? "setxattr" : "fsetxattr", result);
  }

  /**
   * Sets the time of the last change, in seconds since 1970. Of a path that is open, the kernel
   * takes it since Linux 5.8; before, {@code /proc} leads to it.
   */
  void setModTime(long seconds) throws CallFailedException {
    long[] times = {0, UTIME_OMIT, seconds, 0};
    if (!pathOnly) {
      Linux.checked("futimens", Libc.futimens(descriptor, times));
    } else if (Libc.utimensat(descriptor, new byte[1], times, AT_EMPTY_PATH) < 0) {
      Linux.checked("utimensat", Libc.utimensat(AT_FDCWD, path(), times, 0));
    }
  }

  /**
   * What the kernel says of it: {@code mode}, {@code uid}, {@code gid}, {@code rdev}, {@code
   * nlink}.
   */
  Map<String, Object> status() throws IOException {
    return Files.readAttributes(Path.of(procPath()), "unix:mode,uid,gid,rdev,nlink");
  }

  private byte[] path() {
    return FileName.path(procPath());
  }

  private String procPath() {
    return "/proc/self/fd/" + descriptor;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Linux.close(descriptor);
    }
  }
}
