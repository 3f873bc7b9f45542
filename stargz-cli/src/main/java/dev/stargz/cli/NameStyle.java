package dev.stargz.cli;

import dev.stargz.format.tree.FileNode;

/**
 * How names are written as text: on one line each, for a terminal without what moves what is seen,
 * and perhaps in colour.
 *
 * @param terminal whether a person reads it
 * @param color whether names are coloured
 */
record NameStyle(boolean terminal, boolean color) {
  private static final int EXECUTABLE = 0111;
  private static final String RESET = "\033[0m";

  /** A name on one line. */
  String plain(String name) {
    return terminal ? OneLine.of(name) : OneLine.ofControls(name);
  }

  /** A file's name, in the colour of its kind. */
  String of(ListedFile file) {
    String code = color ? code(file.node()) : "";
    String name = plain(file.text());
    return code.isEmpty() ? name : "\033[" + code + "m" + name + RESET;
  }

  /** The colours that GNU ls has by default. */
  private static String code(FileNode node) {
    return switch (node.type()) {
      case DIRECTORY -> "01;34";
      case SYMLINK -> "01;36";
      case FIFO -> "33";
      case CHARACTER_DEVICE, BLOCK_DEVICE -> "01;33";
      case REGULAR -> (node.permissions() & EXECUTABLE) != 0 ? "01;32" : "";
      case HARDLINK, CHUNK -> "01;31";
    };
  }
}
