package dev.stargz.cli;

import dev.stargz.format.BlobFormat;
import dev.stargz.format.WriterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stargzify SRC [DST]}: converts one layer. */
@Command(
    name = "stargzify",
    versionProvider = Version.class,
    sortOptions = false,
    header = "Makes a layer tarball lazily pullable: a seekable tar.gz (stargz, eStargz).",
    synopsisHeading = "%n",
    customSynopsis = {
      "stargzify [OPTIONS] SRC [DST]",
      "stargzify verify [OPTIONS] SRC",
    },
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stargzify file:layer.tar.gz                      writes layer.stargz",
      "  tar cz DIR | stargzify file:- file:layer.stargz  from a pipe",
      "  stargzify verify file:layer.stargz               compares TOC and tar",
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 3 verify found a difference."
    })
final class ConvertCommand extends StargzifyCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SRC",
      description = "file:PATH, or file:- for stdin: a tar, tar.gz or tar.zst.")
  private @Nullable String source;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DST",
      description = "file:PATH, or file:- for stdout. Without it in.tar.gz -> in.stargz, - -> -.")
  private @Nullable String target;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "estargz (default), or stargz as of 2019, without landmarks.",
      converter = Converters.ToBlobFormat.class)
  private BlobFormat format = WriterOptions.defaults().format();

  @Option(
      names = "--level",
      paramLabel = "N",
      description = "0 (stored) to 9 (smallest); default ${DEFAULT-VALUE}.")
  private int level = WriterOptions.defaults().level();

  @Option(
      names = "--chunk-size",
      paramLabel = "BYTES",
      description =
          "The most bytes of a file in one chunk; default ${DEFAULT-VALUE}. k and m are accepted.",
      converter = Converters.ToByteCount.class)
  private int chunkSize = WriterOptions.defaults().chunkSize();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads compress; default one a core. The result is the same.")
  private int threads = WriterOptions.defaults().threads();

  @Option(
      names = "--prioritized-files",
      paramLabel = "FILE",
      description = "Paths to put first for prefetching, one a line or separated by NULs.")
  private @Nullable Path prioritizedFiles;

  @Option(
      names = "--skip-unsupported",
      description = "Leave out entries that nothing unpacks, such as sockets, with a warning.")
  private boolean skipUnsupported;

  @Option(
      names = "--temp-dir",
      paramLabel = "DIR",
      description = "Where to spool the layer when --prioritized-files reorders it.")
  private @Nullable Path tempDir;

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "auto (default: live on a terminal), plain (a line each 5 s), none.",
      converter = Converters.ToProgressMode.class)
  private ProgressMode progressMode = ProgressMode.AUTO;

  @Override
  String source() {
    return required(source, "file:PATH or file:-");
  }

  @Override
  int run(Streams streams) throws IOException {
    FileLocation from = FileLocation.parse("SRC", source());
    FileLocation to = target == null ? from.defaultTarget() : FileLocation.parse("DST", target);
    if (to.path().isEmpty() && common.json) {
      throw new UsageException("--json and DST file:- both want stdout: write the blob to a file");
    }
    if (to.path().isEmpty() && streams.outIsTerminal()) {
      throw new UsageException("DST file:- would write a blob to the terminal: redirect stdout");
    }
    new LayerConversion(from, to, options(), common, streams).run(progressMode);
    return ExitCode.DONE;
  }

  private WriterOptions.Builder options() throws IOException {
    WriterOptions.Builder options =
        WriterOptions.builder()
            .format(format)
            .level(level)
            .chunkSize(chunkSize)
            .threads(threads)
            .skipUnsupported(skipUnsupported)
            .missingPrioritized(WriterOptions.Missing.WARNING);
    if (tempDir != null) {
      options.tempDir(tempDir);
    }
    if (prioritizedFiles != null) {
      options.prioritizedFiles(PrioritizedFiles.read(prioritizedFiles));
      if (tempDir != null && !Files.isDirectory(tempDir)) {
        throw new IOException("--temp-dir " + tempDir + ": there is no such directory");
      }
    }
    try {
      options.build();
    } catch (IllegalArgumentException e) {
      throw new UsageException(flag(String.valueOf(e.getMessage())));
    }
    return options;
  }

  /** The library's {@code chunkSize: expected ...} with the option's name as it is here. */
  private static String flag(String message) {
    int end = Math.max(0, message.indexOf(':'));
    String name = message.substring(0, end).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    return "--" + name + message.substring(end);
  }
}
