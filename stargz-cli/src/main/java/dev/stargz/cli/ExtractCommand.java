package dev.stargz.cli;

import dev.stargz.extract.ExtractReport;
import dev.stargz.extract.LeftOut;
import dev.stargz.extract.TreeExtractor;
import dev.stargz.format.tree.FileTree;
import dev.stargz.format.tree.OverlayXattr;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stargzify extract SRC DIR [PATH...]}: writes files of a layer or image to a directory. */
@Command(
    name = "stargzify extract",
    versionProvider = Version.class,
    sortOptions = false,
    header = "Writes the files of an image or layer, or some of them, below a directory.",
    synopsisHeading = "%n",
    customSynopsis = "stargzify extract [OPTIONS] SRC DIR [PATH...]",
    parameterListHeading = "%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stargzify extract registry.example/app:lazy root",
      "  stargzify extract registry.example/app:lazy root /etc /usr/bin/app",
      "  stargzify extract --layer 2 --overlay oci:image upper",
      "",
      "Only what is wanted is fetched. Nothing is written outside of DIR, whatever is in SRC or DIR.",
      "Owners, devices and some extended attributes take root; without it they are left out, with a",
      "warning, and the exit code stays 0. Permissions are the image's, whatever the umask. A file",
      "appears when it is complete; those that were stay if something fails.",
      "",
      "Exit codes: 0 done, 1 failed or a hard link to nothing was left out, 2 usage."
    })
final class ExtractCommand extends ReadingCommand {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "Where to; made if it isn't there, else it must be empty, or --overwrite is given.")
  private @Nullable String directory;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "PATH",
      description =
          "A file, or a directory with all that is in it; default all. They keep their places below"
              + " DIR. A name that is no UTF-8 is written as ls shows it.")
  private @Nullable List<String> paths;

  @Mixin private final ExtractSettings settings = new ExtractSettings();

  @Override
  int run(Invocation invocation) throws IOException {
    source(); // what is missing first is told first
    Path target = target();
    List<String> wanted = paths == null ? List.of() : paths;
    PathArguments.check(wanted);
    TreeExtractor extractor = new TreeExtractor(settings.toOptions());
    Optional<OverlayXattr> overlay = settings.overlay();
    Streams streams = invocation.streams();
    try (OpenSource source = open(invocation)) {
      long start = System.nanoTime();
      ExtractReport report;
      try (ExtractProgress progress = progress(invocation)) {
        report = extractor.extract(tree(source, overlay), wanted, target, progress);
      }
      tell(source, report, System.nanoTime() - start, streams);
      boolean failed = report.leftOut().stream().anyMatch(LeftOut::isFailure);
      return failed ? ExitCode.FAILED : ExitCode.DONE;
    }
  }

  private Path target() {
    if (directory == null) {
      throw new UsageException("DIR is missing: expected a directory to extract to");
    }
    if (directory.isEmpty()) {
      throw new UsageException("DIR is empty: expected a directory to extract to, such as .");
    }
    try {
      return Path.of(directory);
    } catch (InvalidPathException e) {
      throw new UsageException("DIR '" + directory + "': " + e.getReason());
    }
  }

  private static FileTree tree(OpenSource source, Optional<OverlayXattr> overlay)
      throws IOException {
    if (overlay.isEmpty()) {
      return source.tree();
    }
    List<OpenLayer> layers = source.layers();
    if (layers.size() != 1) {
      throw new UsageException(
          "--overlay shows one layer, and SRC has " + layers.size() + ": --layer N says which");
    }
    return layers.get(0).reader().overlayTree(overlay.get());
  }

  private ExtractProgress progress(Invocation invocation) {
    Streams streams = invocation.streams();
    ProgressMode mode = common.quiet ? ProgressMode.NONE : settings.progress;
    boolean live = mode == ProgressMode.AUTO && streams.errIsTerminal();
    boolean shown = live || mode == ProgressMode.PLAIN;
    int columns = live ? invocation.columns(Streams.STDERR) : Invocation.DEFAULT_COLUMNS;
    return new ExtractProgress(Console.open(streams.err(), live, columns), shown, System::nanoTime);
  }

  private void tell(OpenSource source, ExtractReport report, long nanos, Streams streams)
      throws IOException {
    for (LeftOut leftOut : report.leftOut()) {
      if (leftOut.isFailure()) {
        streams.err().println("stargzify: " + OneLine.of(leftOut.message()));
      } else if (!common.quiet) {
        streams.err().println("stargzify: warning: " + OneLine.of(leftOut.message()));
      }
    }
    if (!common.quiet) {
      streams
          .err()
          .println(OneLine.of(ExtractResult.line(source.name(), directory, report, nanos)));
    }
    if (common.json) {
      streams.printLine(ExtractResult.json(source.name(), directory, report));
    }
  }
}
