package dev.stargz.cli;

import dev.stargz.format.tree.FileNode;

/** A file's kind and permissions in ten letters, as {@code ls -l} has them. */
final class ModeString {
  private static final int SET_USER_ID = 04000;
  private static final int SET_GROUP_ID = 02000;
  private static final int STICKY = 01000;
  private static final String LETTERS = "rwxrwxrwx";

  private ModeString() {}

  /** Such as {@code drwxr-xr-x}; the kind of a hard link that leads to nothing is {@code ?}. */
  static String of(FileNode node) {
    int mode = node.permissions();
    StringBuilder text = new StringBuilder().append(kind(node));
    for (int i = 0; i < LETTERS.length(); i++) {
      boolean set = (mode >> (LETTERS.length() - 1 - i) & 1) != 0;
      text.append(set ? LETTERS.charAt(i) : '-');
    }
    mark(text, 3, (mode & SET_USER_ID) != 0, 's');
    mark(text, 6, (mode & SET_GROUP_ID) != 0, 's');
    mark(text, 9, (mode & STICKY) != 0, 't');
    return text.toString();
  }

  private static char kind(FileNode node) {
    return switch (node.type()) {
      case DIRECTORY -> 'd';
      case REGULAR -> '-';
      case SYMLINK -> 'l';
      case CHARACTER_DEVICE -> 'c';
      case BLOCK_DEVICE -> 'b';
      case FIFO -> 'p';
      case HARDLINK, CHUNK -> '?';
    };
  }

  /** A set bit in the place of {@code x}: in upper case where that isn't set. */
  private static void mark(StringBuilder text, int at, boolean set, char letter) {
    if (set) {
      text.setCharAt(at, text.charAt(at) == 'x' ? letter : Character.toUpperCase(letter));
    }
  }
}
