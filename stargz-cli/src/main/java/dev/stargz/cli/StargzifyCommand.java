package dev.stargz.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A command with its arguments parsed. */
abstract class StargzifyCommand {
  @Mixin final CommonOptions common = new CommonOptions();

  /** SRC as it was given, for messages about what is in it. */
  abstract String source();

  /** The options that a password is given with, for messages. */
  String passwordOptions() {
    return "--from-password-stdin or --to-password-stdin";
  }

  /** Does it; returns the exit code. */
  abstract int run(Invocation invocation) throws IOException;

  /** The argument, which picocli can't demand: commands and help would demand it too. */
  static String required(@Nullable String source, String expected) {
    if (source == null) {
      throw new UsageException("SRC is missing: expected " + expected);
    }
    return source;
  }
}
