package dev.stargz.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads, writes its result, and talks to a person.
 *
 * @param in standard input: perhaps the tar
 * @param out standard output: the result alone
 * @param err standard error: everything else
 * @param inIsTerminal whether what is read would have to be typed
 * @param outIsTerminal whether a person sees the result as it is written
 * @param errIsTerminal whether lines may be drawn over
 */
record Streams(
    InputStream in,
    OutputStream out,
    PrintStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal) {
  /** The number of the process's standard output. */
  static final int STDOUT = 1;

  /** The number of the process's standard error. */
  static final int STDERR = 2;

  private static final int STDIN = 0;

  /** Errors of standard output will say that they are. */
  Streams {
    out = new NamedOutput(out, "stdout");
  }

  /** Those of the process. */
  static Streams ofProcess() {
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Terminal.is(STDIN),
        Terminal.is(STDOUT),
        Terminal.is(STDERR));
  }

  /**
   * Makes sure that something else than a person's typing is behind stdin.
   *
   * @param what reads it, for the message
   */
  void checkInput(String what) {
    if (inIsTerminal) {
      throw new UsageException(what + " would be read from the terminal: redirect stdin");
    }
  }

  /** Writes a line of the result; a result that nobody gets is an error. */
  void printLine(String line) throws IOException {
    out.write((line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
