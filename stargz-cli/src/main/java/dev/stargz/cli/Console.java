package dev.stargz.cli;

import java.io.Closeable;
import java.io.PrintStream;
import java.util.List;

/**
 * Lines on stderr and, on a terminal, a block below them that is drawn over and leaves nothing
 * behind. May be used by several threads.
 */
final class Console implements Closeable {
  private static final String CLEAR_DOWN = "\r\033[J";

  /** A line that is too long for the terminal is cut there, so that each takes one row. */
  private static final String WRAP_OFF = "\033[?7l";

  private static final String WRAP_ON = "\033[?7h";

  private final PrintStream err;
  private final boolean live;
  private final int columns;
  private final Thread cleanUp = new Thread(this::erase, "stargzify-console");
  private List<String> block = List.of();
  private boolean closed;

  private Console(PrintStream err, boolean live, int columns) {
    this.err = err;
    this.live = live;
    this.columns = columns;
  }

  /**
   * Makes a console.
   *
   * @param live whether a block is drawn
   * @param columns of the terminal
   */
  static Console open(PrintStream err, boolean live, int columns) {
    Console console = new Console(err, live, columns);
    if (live) {
      Runtime.getRuntime().addShutdownHook(console.cleanUp);
    }
    return console;
  }

  /** Whether {@link #draw} does anything. */
  boolean isLive() {
    return live;
  }

  /** Prints a line above the block, as plain text. */
  synchronized void line(String text) {
    StringBuilder out = new StringBuilder(closed ? "" : erasure());
    out.append(OneLine.of(text)).append(System.lineSeparator());
    if (!closed) {
      append(out, block);
    }
    print(out);
  }

  /** Puts other lines in the block's place. */
  synchronized void draw(List<String> lines) {
    if (!live || closed) {
      return;
    }
    StringBuilder out = new StringBuilder(erasure());
    append(out, lines);
    block = List.copyOf(lines);
    print(out);
  }

  /** Moves to the block's start and clears from there on. */
  private String erasure() {
    if (block.isEmpty()) {
      return "";
    }
    return (block.size() > 1 ? "\033[" + (block.size() - 1) + "A" : "") + CLEAR_DOWN;
  }

  private void append(StringBuilder out, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    out.append(WRAP_OFF);
    out.append(String.join(System.lineSeparator(), lines.stream().map(this::fitted).toList()));
    out.append(WRAP_ON);
  }

  private String fitted(String text) {
    String line = OneLine.of(text);
    return line.length() <= columns ? line : line.substring(0, columns);
  }

  private void print(CharSequence text) {
    err.print(text);
    err.flush();
  }

  private synchronized void erase() {
    if (!closed) {
      print(erasure());
    }
    closed = true;
    block = List.of();
  }

  /** Clears the block; lines may still be printed. */
  @Override
  public void close() {
    erase();
    if (live) {
      try {
        Runtime.getRuntime().removeShutdownHook(cleanUp);
      } catch (IllegalStateException e) {
        // the process is ending, and the hook at work
      }
    }
  }
}
