package dev.stargz.cli;

import dev.stargz.format.blob.StargzException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where the process starts. */
public final class Main {
  private static final Pattern PASSWORD =
      Pattern.compile("-+[a-z-]*(password|token|creds).*", Pattern.DOTALL);

  private Main() {}

  /** Runs a command line and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args, Streams.ofProcess()));
  }

  /** Runs a command line; a command's name counts as its first argument only. */
  static int run(String[] args, Streams streams) {
    return run(args, streams, System.getenv());
  }

  /** The same in another environment. */
  static int run(String[] args, Streams streams, Map<String, String> environment) {
    StargzifyCommand command = command(args.length == 0 ? "" : args[0]);
    boolean named = !(command instanceof ConvertCommand);
    CommandLine line = new CommandLine(command);
    line.setExpandAtFiles(false);
    line.setUsageHelpWidth(100);
    HelpSections.install(line);
    try {
      String[] rest = named ? Arrays.copyOfRange(args, 1, args.length) : args;
      ParseResult parsed = line.parseArgs(rest);
      if (printedHelp(line, streams)) {
        return ExitCode.DONE;
      }
      return command.run(new Invocation(streams, environment, parsed));
    } catch (ParameterException | UsageException e) {
      streams.err().println("stargzify: " + OneLine.of(usage(e, command)));
      streams.err().println("Try '" + line.getCommandName() + " --help'.");
      return ExitCode.USAGE;
    } catch (IOException | RuntimeException | Error e) {
      String subject = e instanceof StargzException ? command.source() + ": " : "";
      streams.err().println("stargzify: " + OneLine.of(subject + ErrorMessages.of(e)));
      if (command.common.stacktrace) {
        printStackTrace(e, streams);
      }
      return ExitCode.FAILED;
    }
  }

  private static StargzifyCommand command(String name) {
    return switch (name) {
      case "ls" -> new LsCommand();
      case "cat" -> new CatCommand();
      case "inspect" -> new InspectCommand();
      case "extract" -> new ExtractCommand();
      case "verify" -> new VerifyCommand();
      default -> new ConvertCommand();
    };
  }

  /** What is wrong with a command line; a password that was given as an argument isn't repeated. */
  private static String usage(RuntimeException e, StargzifyCommand command) {
    if (e instanceof UnmatchedArgumentException unmatched
        && unmatched.getUnmatched().stream().anyMatch(each -> PASSWORD.matcher(each).matches())) {
      return "a password is never an argument, which others on this machine can read: expected "
          + command.passwordOptions();
    }
    return String.valueOf(e.getMessage());
  }

  private static void printStackTrace(Throwable e, Streams streams) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace, true));
    trace
        .toString()
        .lines()
        .map(line -> OneLine.of(line.replace("\t", "    ")))
        .forEach(streams.err()::println);
  }

  private static boolean printedHelp(CommandLine line, Streams streams) {
    PrintWriter out = new PrintWriter(streams.out(), true, StandardCharsets.UTF_8);
    if (line.isUsageHelpRequested()) {
      line.usage(out);
    } else if (line.isVersionHelpRequested()) {
      line.printVersionHelp(out);
    }
    out.flush();
    return line.isUsageHelpRequested() || line.isVersionHelpRequested();
  }
}
