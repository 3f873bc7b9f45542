package dev.stargz.cli;

/** Text in colours that say how good news is, or in none. */
final class Paint {
  private static final String BOLD = "\033[1m";
  private static final String RED = "\033[31m";
  private static final String GREEN = "\033[32m";
  private static final String YELLOW = "\033[33m";
  private static final String END = "\033[0m";

  private final boolean coloured;

  /** Paints, or leaves text as it is. */
  Paint(boolean coloured) {
    this.coloured = coloured;
  }

  String good(String text) {
    return in(GREEN, text);
  }

  String bad(String text) {
    return in(RED, text);
  }

  String doubtful(String text) {
    return in(YELLOW, text);
  }

  String heading(String text) {
    return in(BOLD, text);
  }

  private String in(String colour, String text) {
    return coloured ? colour + text + END : text;
  }
}
