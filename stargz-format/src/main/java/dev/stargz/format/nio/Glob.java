package dev.stargz.format.nio;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Patterns as {@link java.nio.file.FileSystem#getPathMatcher} describes them, as regexes. */
final class Glob {
  private static final String SPECIAL = "\\^$.|()+{}[]*?";

  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int next;
  private boolean inGroup;

  private Glob(String glob) {
    this.glob = glob;
  }

  /**
   * The regex of a glob.
   *
   * @throws PatternSyntaxException if it is none
   */
  static Pattern toRegex(String glob) {
    return new Glob(glob).convert();
  }

  private Pattern convert() {
    while (next < glob.length()) {
      char c = glob.charAt(next++);
      switch (c) {
        case '*' -> star();
        case '?' -> regex.append("[^/]");
        case '[' -> bracket();
        case '{' -> startGroup();
        case '}' -> endGroup();
        case ',' -> regex.append(inGroup ? "|" : ",");
        case '\\' -> literal(escaped());
        default -> literal(c);
      }
    }
    if (inGroup) {
      throw error("a { without }");
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private void star() {
    if (next < glob.length() && glob.charAt(next) == '*') {
      next++;
      regex.append(".*");
    } else {
      regex.append("[^/]*");
    }
  }

  private void startGroup() {
    if (inGroup) {
      throw error("a { inside another");
    }
    inGroup = true;
    regex.append("(?:");
  }

  private void endGroup() {
    if (inGroup) {
      regex.append(')');
    } else {
      regex.append("\\}");
    }
    inGroup = false;
  }

  /** Inside brackets only {@code !} and {@code -} mean something; a slash never matches. */
  private void bracket() {
    boolean not = glob.startsWith("!", next);
    int from = next + (not ? 1 : 0);
    int end = glob.indexOf(']', from);
    if (end <= from) {
      throw error(end < 0 ? "a [ without ]" : "nothing inside [ ]");
    }
    String inside = glob.substring(from, end);
    if (inside.contains("/")) {
      throw error("a / inside [ ]");
    }
    regex.append("[[^/]&&[").append(not ? "^" : "");
    inside.chars().forEach(c -> regex.append(inClass((char) c)));
    regex.append("]]");
    next = end + 1;
  }

  private static String inClass(char c) {
    return c == '-' || Character.isLetterOrDigit(c) ? String.valueOf(c) : "\\" + c;
  }

  private char escaped() {
    if (next == glob.length()) {
      throw error("nothing behind \\");
    }
    return glob.charAt(next++);
  }

  private void literal(char c) {
    if (SPECIAL.indexOf(c) >= 0) {
      regex.append('\\');
    }
    regex.append(c);
  }

  private PatternSyntaxException error(String what) {
    return new PatternSyntaxException(what, glob, next);
  }
}
