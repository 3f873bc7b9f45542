package dev.stargz.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody else's server, in a process of its own; what it prints goes to two files. */
final class Daemon implements AutoCloseable {
  private static final long START_SECONDS = 60;
  private static final long END_SECONDS = 10;
  private static final long PAUSE_MILLIS = 10;

  private final Process process;
  private final Path out;
  private final Path err;

  private Daemon(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a command whose output goes to {@code NAME.out} and {@code NAME.err}. */
  static Daemon start(Path directory, String name, Object... command) throws IOException {
    Path out = directory.resolve(name + ".out");
    Path err = directory.resolve(name + ".err");
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(String.valueOf(word));
    }
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().keySet().removeIf(Daemon::isProxyVariable);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    return new Daemon(process, out, err);
  }

  /** Whether a variable would send requests to the loopback elsewhere. */
  private static boolean isProxyVariable(String name) {
    return name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy");
  }

  /** What it has printed to stdout so far. */
  String out() throws IOException {
    return Files.readString(out);
  }

  /** What it has printed to stderr so far. */
  String err() throws IOException {
    return Files.readString(err);
  }

  /** Waits until it has said on stderr what matches. */
  MatchResult awaitErr(String regex) throws IOException, InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    return await(
        () -> {
          Matcher matcher = pattern.matcher(err());
          return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
        });
  }

  /** Waits until a Unix socket is there. */
  void awaitSocket(Path socket) throws IOException, InterruptedException {
    await(() -> Files.exists(socket) ? Optional.of(socket) : Optional.empty());
  }

  /** Looks whether what is waited for is there. */
  interface Look<T> {
    /** It, if it is there. */
    Optional<T> now() throws IOException;
  }

  private <T> T await(Look<T> look) throws IOException, InterruptedException {
    long start = System.nanoTime();
    for (; ; ) {
      Optional<T> found = look.now();
      if (found.isPresent()) {
        return found.get();
      }
      boolean late = System.nanoTime() - start > TimeUnit.SECONDS.toNanos(START_SECONDS);
      if (late || process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("it didn't come up:\n" + out() + err());
      }
    }
  }

  /** Asks it to end, and makes it if it doesn't. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
