package dev.stargz.cli;

/** How {@code --progress} is shown. */
enum ProgressMode {
  /** A live line on a terminal, nothing elsewhere. */
  AUTO,
  /** A line now and then. */
  PLAIN,
  /** Nothing. */
  NONE
}
