package dev.stargz.conformance;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The project's launcher {@code ./stargzify} with the jars of this build, in a root directory of
 * its own. In the project itself it might find a source newer than its jar and start Maven, which
 * would write over the jars of the build that runs the tests.
 */
final class Launcher {
  /** The project's root. */
  static final Path PROJECT =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
  private static final String JAR = "stargz-cli/target/stargz-cli.jar";
  private static final String LIB = "stargz-cli/target/lib";
  private static final String STARTUP = "stargz-cli/target/startup";

  private final Path root;
  private final Map<String, String> environment;

  private Launcher(Path root, Map<String, String> environment) {
    this.root = root;
    this.environment = environment;
  }

  /** Makes a root at {@code root}, with everything built. */
  static Launcher built(Path root) throws IOException {
    Launcher launcher = unbuilt(root);
    Files.createDirectories(root.resolve(LIB));
    Files.copy(PROJECT.resolve(JAR), root.resolve(JAR));
    try (Stream<Path> jars = Files.list(PROJECT.resolve(LIB))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, root.resolve(LIB).resolve(jar.getFileName()));
      }
    }
    return launcher;
  }

  /**
   * Makes a root at {@code root}, where nothing was built yet. It has no place for an archive of
   * classes: to make one takes longer than most tests.
   */
  static Launcher unbuilt(Path root) throws IOException {
    for (String module : List.of("stargz-cli", "stargz-format")) {
      Path sources = Files.createDirectories(root.resolve(module).resolve("src/main/java"));
      Files.createFile(sources.resolve("Source.java"));
      Files.createFile(root.resolve(module).resolve("pom.xml"));
    }
    Files.createFile(root.resolve("pom.xml"));
    Files.createDirectories(root.resolve(STARTUP).getParent());
    Files.createFile(root.resolve(STARTUP));
    Path script = root.resolve("stargzify");
    Files.copy(PROJECT.resolve("stargzify"), script, StandardCopyOption.COPY_ATTRIBUTES);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, LONG_AGO);
      }
    }
    return new Launcher(root, Map.of());
  }

  /** Shell commands that do, in a root that is the working directory, what Maven would. */
  static String commandsToBuild() {
    return String.join(
        "\n",
        "mkdir -p stargz-cli/target",
        "cp -r '" + PROJECT.resolve(LIB) + "' stargz-cli/target",
        "cp '" + PROJECT.resolve(JAR) + "' " + JAR);
  }

  /** Gives it a place for archives of classes, as there is outside of tests. */
  Launcher keepingArchives() throws IOException {
    Files.deleteIfExists(root.resolve(STARTUP));
    return this;
  }

  /** Where {@link #keepingArchives} has them. */
  Path archives() {
    return root.resolve(STARTUP);
  }

  Path root() {
    return root;
  }

  Path script() {
    return root.resolve("stargzify");
  }

  /** The same launcher, with another variable in the environment of its processes. */
  Launcher with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Launcher(root, more);
  }

  /** Runs the launcher in {@code directory} to its end, with an empty stdin. */
  Running.Result run(Path directory, String... args) throws IOException, InterruptedException {
    return start(directory, args).end();
  }

  /**
   * Starts the launcher with a pipe to its stdin, and with the signals of an interactive shell:
   * behind a script's {@code &} SIGINT would be ignored, behind {@code nohup} SIGHUP.
   */
  Running start(Path directory, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP,TERM"));
    command.add(script().toString());
    command.addAll(List.of(args));
    return start(directory, command);
  }

  /** Runs a Bash script in {@code directory}; the launcher is on its path. */
  Running.Result bash(Path directory, String script) throws IOException, InterruptedException {
    return startBash(directory, script).end();
  }

  /** Starts a Bash script in {@code directory} with a pipe to its stdin. */
  Running startBash(Path directory, String script) throws IOException {
    return start(directory, List.of("bash", "-euo", "pipefail", "-c", script));
  }

  private Running start(Path directory, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> variables = builder.environment();
    variables.remove("STARGZIFY_JAVA_OPTS");
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    variables.put("PATH", root + ":" + variables.get("PATH"));
    variables.putAll(environment);
    return Running.start(builder);
  }

  /** A process with its output going to files that nobody else sees. */
  static final class Running {
    /**
     * How a process ended.
     *
     * @param exitCode 128 and a signal's number, if that ended it
     */
    record Result(int exitCode, String out, String err) {}

    private static final long LIMIT_SECONDS = 60;
    private static final long PAUSE_MILLIS = 10;

    private final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    private static Running start(ProcessBuilder builder) throws IOException {
      Path out = Files.createTempFile("launcher-", ".out");
      Path err = Files.createTempFile("launcher-", ".err");
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new Running(builder.start(), out, err);
    }

    OutputStream stdin() {
      return process.getOutputStream();
    }

    /** What it has printed so far, to stdout and then to stderr. */
    String printed() throws IOException {
      return Files.readString(out) + Files.readString(err);
    }

    /** Sends a signal, such as {@code INT}. */
    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("bash", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
    }

    /** What is waited for. */
    interface Condition {
      boolean holds() throws IOException;
    }

    /** Waits until something holds that the process brings about. */
    void await(Condition condition) throws IOException, InterruptedException {
      long start = System.nanoTime();
      while (!condition.holds()) {
        boolean late = System.nanoTime() - start > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        if (late || process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new AssertionError("it didn't come to that: " + stop());
        }
      }
    }

    /** Closes stdin and waits for the end. */
    Result end() throws IOException, InterruptedException {
      stdin().close();
      return endWithin(LIMIT_SECONDS);
    }

    /** Waits for the end; fails if it takes longer. */
    Result endWithin(long seconds) throws IOException, InterruptedException {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        throw new AssertionError("not at its end after " + seconds + " s: " + stop());
      }
      return stop();
    }

    private Result stop() throws IOException, InterruptedException {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      int exitCode = process.waitFor();
      Result result = new Result(exitCode, Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return result;
    }
  }
}
