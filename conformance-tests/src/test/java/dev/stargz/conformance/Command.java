package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs other people's programs, in the plainest locale that knows all bytes. */
final class Command {
  /** A command that hangs must not keep all others from running. */
  private static final long LIMIT_MINUTES = 10;

  private Command() {}

  /** A reader of what a command prints. */
  interface Output<T> {
    /** Reads it, to its end or not. */
    T read(InputStream out) throws IOException;
  }

  /** Runs a command to its end and returns what it printed; fails unless it exits with 0. */
  static byte[] run(Object... command) throws IOException, InterruptedException {
    return read(InputStream::readAllBytes, command);
  }

  /** Runs a Bash script with {@code arguments} as {@code $1} and so on. */
  static byte[] bash(String script, Object... arguments) throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of("bash", "-euo", "pipefail", "-c", script, "-"));
    command.addAll(List.of(arguments));
    return run(command.toArray());
  }

  /** Runs a command and hands out what it prints while it does; fails unless it exits with 0. */
  static <T> T read(Output<T> output, Object... command) throws IOException, InterruptedException {
    List<String> words = List.of(command).stream().map(String::valueOf).toList();
    Path errors = Files.createTempFile("command-", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(words).redirectError(errors.toFile());
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        CompletableFuture.delayedExecutor(LIMIT_MINUTES, TimeUnit.MINUTES)
            .execute(process::destroyForcibly);
        T result = output.read(process.getInputStream());
        process.getInputStream().close();
        int status = process.waitFor();
        if (status != 0) {
          throw new AssertionError(words + ": exit code " + status + "\n" + start(errors));
        }
        return result;
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Files.delete(errors);
    }
  }

  private static String start(Path errors) throws IOException {
    try (InputStream in = Files.newInputStream(errors)) {
      return new String(in.readNBytes(2000), UTF_8);
    }
  }
}
