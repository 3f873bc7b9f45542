package dev.stargz.extract;

import java.util.Arrays;

/** What the kernel says of a call that failed: {@code errno.h}, the same on all its platforms. */
enum Errno {
  EPERM(1, "not permitted"),
  ENOENT(2, "nothing there"),
  EINTR(4, "interrupted"),
  EIO(5, "input/output error"),
  E2BIG(7, "too large for any file system"),
  EBADF(9, "closed"),
  EACCES(13, "permission denied"),
  EEXIST(17, "something is there already"),
  EXDEV(18, "on another file system"),
  ENOTDIR(20, "not a directory"),
  EISDIR(21, "a directory"),
  EINVAL(22, "invalid"),
  EMFILE(24, "too many open files"),
  EFBIG(27, "too large for the file system or the limit on file sizes"),
  ENOSPC(28, "the disk is full"),
  EROFS(30, "read-only file system"),
  EMLINK(31, "too many links for the file system"),
  ERANGE(34, "too large for the file system"),
  ENAMETOOLONG(36, "too long a name for the file system"),
  ENOSYS(38, "not known to this kernel"),
  ENOTEMPTY(39, "a directory that isn't empty"),
  ELOOP(40, "a symbolic link"),
  ENODATA(61, "no such attribute"),
  EOPNOTSUPP(95, "not supported by the file system"),
  EDQUOT(122, "the disk quota is used up"),
  OTHER(0, "failed");

  private final int number;
  private final String meaning;

  Errno(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** Its number. */
  int number() {
    return number;
  }

  /** The one of that number, or {@link #OTHER}. */
  static Errno of(int number) {
    return Arrays.stream(values())
        .filter(each -> each.number == number && each != OTHER)
        .findFirst()
        .orElse(OTHER);
  }

  /**
   * What it means, and its name.
   *
   * @param found the number, for those that have no name here
   */
  String describe(int found) {
    return meaning + " (" + (this == OTHER ? "errno " + found : name()) + ")";
  }
}
