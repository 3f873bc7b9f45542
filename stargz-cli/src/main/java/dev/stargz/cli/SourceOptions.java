package dev.stargz.cli;

import dev.stargz.image.Platform;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Which part of SRC is read, and how. */
@Command(optionListHeading = "%nSource:%n")
final class SourceOptions {
  @Option(
      names = "--layer",
      paramLabel = "N",
      description = "Of an image one layer alone, as it is stored: 1 is the lowest.")
  @Nullable Integer layer;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      converter = Converters.ToPlatform.class,
      description =
          "Which image of an index, as OS/ARCH[/VARIANT]; default this machine's, or the only one.")
  @Nullable Platform platform;

  @Option(
      names = "--temp-dir",
      paramLabel = "DIR",
      description = "Where to put an archive that is compressed as a whole.")
  @Nullable Path tempDir;

  @Option(names = "-v", description = "Show each request to a server, without secrets.")
  boolean[] verbose = {};
}
