package dev.stargz.cli;

import java.io.IOException;

/** A command with its arguments parsed. */
interface StargzifyCommand {
  /** The options that every command has. */
  CommonOptions common();

  /** SRC as it was given, for messages about what is in it. */
  String source();

  /** Does it; returns the exit code. */
  int run(Streams streams) throws IOException;
}
