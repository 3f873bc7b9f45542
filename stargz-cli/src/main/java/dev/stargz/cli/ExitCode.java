package dev.stargz.cli;

/** How a command ended, for the shell. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  /** {@code verify} found a difference. */
  static final int DIFFERENT = 3;

  private ExitCode() {}
}
