package dev.stargz.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells terminals from files and pipes; Java itself knows only of stdin and stdout together. */
final class Terminal {
  private Terminal() {}

  /** Whether a file descriptor of this process is a terminal; false where that can't be told. */
  static boolean is(int fileDescriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fileDescriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
