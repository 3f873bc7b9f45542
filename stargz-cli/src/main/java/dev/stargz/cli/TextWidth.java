package dev.stargz.cli;

import java.lang.Character.UnicodeScript;

/** How many cells of a terminal a text takes. */
final class TextWidth {
  private static final int EMOJI = 0x1F300;
  private static final int EMOJI_END = 0x1FAFF;

  private TextWidth() {}

  /** The number of cells; for rare scripts about that. */
  static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  private static int of(int c) {
    if (c < 0x300) {
      return 1;
    }
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    return isWide(c) ? 2 : 1;
  }

  private static boolean isWide(int c) {
    UnicodeScript script = UnicodeScript.of(c);
    return script == UnicodeScript.HAN
        || script == UnicodeScript.HIRAGANA
        || script == UnicodeScript.KATAKANA
        || script == UnicodeScript.HANGUL
        || (c >= EMOJI && c <= EMOJI_END);
  }
}
