package dev.stargz.cli;

/** When names are coloured. */
enum ColorMode {
  /** On a terminal whose user wants it. */
  AUTO,
  /** In a pipe, too. */
  ALWAYS,
  /** Never. */
  NEVER;

  /** Whether to colour what goes to stdout. https://no-color.org for the variable. */
  boolean isOn(Invocation invocation) {
    return switch (this) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO ->
          invocation.streams().outIsTerminal()
              && invocation.variable("NO_COLOR").isEmpty()
              && invocation.variable("TERM").filter("dumb"::equals).isEmpty();
    };
  }
}
