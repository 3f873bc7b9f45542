package dev.stargz.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command takes. */
@Command(optionListHeading = "%nGeneral:%n")
final class CommonOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but errors on stderr; warnings are in --json's result.")
  boolean quiet;

  @Option(names = "--json", description = "Write the result to stdout as one line of JSON.")
  boolean json;

  @Option(names = "--stacktrace", description = "Show where in the program an error arose.")
  boolean stacktrace;
}
