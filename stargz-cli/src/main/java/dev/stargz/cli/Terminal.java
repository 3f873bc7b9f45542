package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells terminals from files and pipes; Java itself knows only of stdin and stdout together. */
final class Terminal {
  private static final long LIMIT_MILLIS = 500;
  private static final int MAX_ANSWER = 64;
  private static final Pattern SIZE = Pattern.compile("[0-9]+ ([1-9][0-9]{0,3})\\s*");

  private Terminal() {}

  /** Whether a file descriptor of this process is a terminal; false where that can't be told. */
  static boolean is(int fileDescriptor) {
    return device(fileDescriptor).isPresent();
  }

  private static Optional<Path> device(int fileDescriptor) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fileDescriptor));
      String name = target.toString();
      boolean terminal =
          name.startsWith("/dev/pts/")
              || name.startsWith("/dev/tty")
              || name.equals("/dev/console");
      return terminal ? Optional.of(target) : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /**
   * How wide the terminal behind a file descriptor of this process is, as {@code stty size} tells
   * within half a second.
   */
  static OptionalInt columns(int fileDescriptor) {
    Optional<Path> device = device(fileDescriptor);
    return device.isEmpty() ? OptionalInt.empty() : columns("stty", device.get());
  }

  /**
   * Asks a program for the size of a terminal.
   *
   * @param stty the program
   * @param device what it gets as stdin
   */
  static OptionalInt columns(String stty, Path device) {
    try {
      Process process =
          new ProcessBuilder(stty, "size")
              .redirectInput(device.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        boolean ended = process.waitFor(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        return ended
            ? parse(new String(process.getInputStream().readNBytes(MAX_ANSWER), US_ASCII))
            : OptionalInt.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }

  private static OptionalInt parse(String answer) {
    Matcher matcher = SIZE.matcher(answer);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
