package dev.stargz.extract;

import java.util.Optional;

/**
 * The numbers that Linux has of its own on each kind of processor: {@code asm/fcntl.h}, {@code
 * asm/unistd.h}.
 */
enum LinuxAbi {
  X86_64(0200000, 0400000, 259, 316),
  AARCH64(040000, 0100000, 33, 276);

  private final int directory;
  private final int noFollow;
  private final long mknodat;
  private final long renameat2;

  LinuxAbi(int directory, int noFollow, long mknodat, long renameat2) {
    this.directory = directory;
    this.noFollow = noFollow;
    this.mknodat = mknodat;
    this.renameat2 = renameat2;
  }

  /**
   * The one of a machine.
   *
   * @param system what Java calls it: {@code os.name}
   * @param processor what Java calls it: {@code os.arch}
   * @return nothing if it isn't known here
   */
  static Optional<LinuxAbi> of(String system, String processor) {
    if (!system.equals("Linux")) {
      return Optional.empty();
    }
    return switch (processor) {
      case "amd64", "x86_64" -> Optional.of(X86_64);
      case "aarch64", "arm64" -> Optional.of(AARCH64);
      default -> Optional.empty();
    };
  }

  /** {@code O_DIRECTORY}. */
  int directory() {
    return directory;
  }

  /** {@code O_NOFOLLOW}. */
  int noFollow() {
    return noFollow;
  }

  /** The number of the system call {@code mknodat}. */
  long mknodat() {
    return mknodat;
  }

  /** The number of the system call {@code renameat2}. */
  long renameat2() {
    return renameat2;
  }
}
