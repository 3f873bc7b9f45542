package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.toc.TocEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the command in this process, on the files of one directory:
 *
 * <pre>
 *   CommandFixture command = CommandFixture.in(directory).file("in.tar", tar);
 *   Result result = command.run("--level", "9", "file:in.tar", "file:out.stargz");
 * </pre>
 *
 * <p>{@code file:NAME} in an argument, and {@code oci:NAME} and its kin, mean that file of the
 * directory, and in what is printed the directory's own path is left out. The environment is empty.
 */
final class CommandFixture {
  /**
   * How a command ended.
   *
   * @param exitCode for the shell
   * @param out stdout as it is
   * @param lines stdout as text
   * @param err stderr as text
   * @param files the directory's files thereafter, sorted
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Result(
      int exitCode, byte[] out, List<String> lines, List<String> err, List<String> files) {
    /** The only line of stdout, which has an end. */
    String line() {
      if (lines.size() != 1 || out[out.length - 1] != '\n') {
        throw new AssertionError("expected one line, found: " + lines);
      }
      return lines.get(0);
    }
  }

  private static final Pattern LOCAL =
      Pattern.compile("(?s)(file:|oci:|oci-archive:|docker-archive:)(?!-$|-:|:)([^\\x00]+)");

  private final Path directory;
  private InputStream in = InputStream.nullInputStream();
  private OutputStream otherOut;
  private final Map<String, String> environment = new TreeMap<>();
  private boolean inIsTerminal;
  private boolean outIsTerminal;
  private boolean errIsTerminal;

  private CommandFixture(Path directory) {
    this.directory = directory;
  }

  static CommandFixture in(Path directory) {
    return new CommandFixture(directory);
  }

  /** Makes a file. */
  CommandFixture file(String name, byte[] content) throws IOException {
    Files.write(path(name), content);
    return this;
  }

  /** Makes a file. */
  CommandFixture file(String name, String content) throws IOException {
    return file(name, content.getBytes(UTF_8));
  }

  CommandFixture stdin(byte[] bytes) {
    return stdin(new ByteArrayInputStream(bytes));
  }

  CommandFixture stdin(InputStream stream) {
    in = stream;
    return this;
  }

  /** Writes stdout there, instead of keeping it. */
  CommandFixture stdout(OutputStream stream) {
    otherOut = stream;
    return this;
  }

  /** Sets a variable of the environment, which is empty otherwise. */
  CommandFixture variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  CommandFixture stdinIsTerminal() {
    inIsTerminal = true;
    return this;
  }

  CommandFixture stdoutIsTerminal() {
    outIsTerminal = true;
    return this;
  }

  CommandFixture stderrIsTerminal() {
    errIsTerminal = true;
    return this;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /** The path of a file as an argument. */
  String at(String name) {
    return path(name).toString();
  }

  byte[] content(String name) throws IOException {
    return Files.readAllBytes(path(name));
  }

  /** What a blob's TOC lists, in order. */
  List<String> toc(String name) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(path(name)))) {
      return reader.toc().entries().stream().map(TocEntry::readableName).toList();
    }
  }

  /** The directory's files, sorted. */
  List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  Result run(String... args) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            in,
            otherOut == null ? out : otherOut,
            new PrintStream(err, true, UTF_8),
            inIsTerminal,
            outIsTerminal,
            errIsTerminal);
    String[] resolved = Stream.of(args).map(this::resolve).toArray(String[]::new);
    int exitCode = Main.run(resolved, streams, environment);
    return new Result(exitCode, out.toByteArray(), lines(out), lines(err), files());
  }

  private String resolve(String arg) {
    Matcher local = LOCAL.matcher(arg);
    return local.matches() ? local.group(1) + directory.resolve(local.group(2)) : arg;
  }

  private List<String> lines(ByteArrayOutputStream stream) {
    return stream.toString(UTF_8).replace(directory + "/", "").lines().toList();
  }
}
