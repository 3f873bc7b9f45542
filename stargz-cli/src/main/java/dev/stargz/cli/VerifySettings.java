package dev.stargz.cli;

import dev.stargz.format.VerifyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How {@code verify} works. */
@Command(optionListHeading = "%nVerification:%n")
final class VerifySettings {
  private static final int MOST_THREADS = 256;

  @Option(
      names = "--require-stargz",
      description =
          "Take it for a difference that a layer is no stargz. Otherwise such layers are named and"
              + " skipped, unless all are.")
  boolean requireStargz;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads decompress and hash; default one a core.")
  private int threads = VerifyOptions.defaults().threads();

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "auto (default: live on a terminal), plain (a line each 5 s), none.",
      converter = Converters.ToProgressMode.class)
  private ProgressMode progress = ProgressMode.AUTO;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      converter = Converters.ToColorMode.class,
      description = "auto (default: on a terminal, unless NO_COLOR is set), always, never.")
  ColorMode color = ColorMode.AUTO;

  /**
   * The options as the library takes them.
   *
   * @throws UsageException if there can't be so many threads
   */
  VerifyOptions toVerifyOptions() {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new UsageException("--threads: expected 1 to " + MOST_THREADS + ", found " + threads);
    }
    return VerifyOptions.defaults().withThreads(threads);
  }

  /** Where the progress is shown, if it is. */
  VerifyProgress progress(Invocation invocation, boolean quiet) {
    boolean live = progress == ProgressMode.AUTO && invocation.streams().errIsTerminal() && !quiet;
    boolean plain = progress == ProgressMode.PLAIN && !quiet;
    int columns = live ? invocation.columns(Streams.STDERR) : Invocation.DEFAULT_COLUMNS;
    Console console = Console.open(invocation.streams().err(), live, columns);
    return new VerifyProgress(console, plain, System::nanoTime);
  }
}
