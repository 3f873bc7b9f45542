package dev.stargz.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What is said on the way, and where the result goes besides stdout. */
@Command(optionListHeading = "%nOutput:%n")
final class LogOptions {
  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "auto (default: live on a terminal), plain (a line each 5 s), none.",
      converter = Converters.ToProgressMode.class)
  ProgressMode progress = ProgressMode.AUTO;

  @Option(
      names = "-v",
      description = "Say more: digests in full; -vv: each request to a registry, without secrets.")
  boolean[] verbose = {};

  @Option(
      names = "--digest-file",
      paramLabel = "FILE",
      description = "Write the image's new digest there once its tags are written.")
  @Nullable Path digestFile;

  /** How much more to say: 0, 1 or 2. */
  int verbosity() {
    return Math.min(2, verbose.length);
  }
}
