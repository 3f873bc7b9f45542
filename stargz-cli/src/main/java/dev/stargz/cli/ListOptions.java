package dev.stargz.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code ls} shows of files. */
@Command(optionListHeading = "%nListing:%n")
final class ListOptions {
  @Option(
      names = "-l",
      description =
          "Mode, links, owner, group, size (major, minor of a device), time (UTC), name, target.")
  boolean details;

  @Option(
      names = {"-n", "--numeric"},
      description = "As -l, with the owner's and group's numbers.")
  boolean numeric;

  @Option(
      names = {"-R", "--recursive"},
      description = "Also what is in directories below.")
  boolean recursive;

  @Option(
      names = {"-d", "--directory"},
      description = "A directory itself instead of what is in it.")
  boolean directory;

  @Option(
      names = {"-a", "--all"},
      description = "For habit's sake: names that begin with . are always shown.")
  boolean all;

  @Option(names = "-1", description = "One name a line, on a terminal too.")
  boolean onePerLine;

  @Option(
      names = {"-0", "--null"},
      description = "Paths as they are, each ended by a NUL byte instead of a line.")
  boolean nulEnded;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      converter = Converters.ToColorMode.class,
      description = "auto (default: on a terminal, unless NO_COLOR is set), always, never.")
  ColorMode color = ColorMode.AUTO;

  /** Whether more than names is shown. */
  boolean isLong() {
    return details || numeric;
  }
}
