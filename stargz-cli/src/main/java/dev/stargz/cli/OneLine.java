package dev.stargz.cli;

/**
 * Makes text that came from a file safe for a terminal and a log: nothing that moves what is seen.
 */
final class OneLine {
  private OneLine() {}

  /**
   * The text with each control character as {@code \n}, {@code \t} or {@code \xNN}, and what turns
   * the direction of a line, ends it or isn't seen likewise, by its number in Unicode.
   */
  static String of(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(line, c));
    return line.toString();
  }

  /**
   * The text on one line for a program: each control character as {@code \n}, {@code \t} or {@code
   * \xNN}, all else as it is.
   */
  static String ofControls(String text) {
    if (text.codePoints().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                append(line, c);
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }

  private static void append(StringBuilder line, int c) {
    switch (c) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (Character.isISOControl(c)) {
          line.append(String.format("\\x%02X", c));
        } else if (isInvisible(c)) {
          line.append(String.format("\\u%04X", c));
        } else {
          line.appendCodePoint(c);
        }
      }
    }
  }

  private static boolean isInvisible(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
