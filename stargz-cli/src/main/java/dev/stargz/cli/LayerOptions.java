package dev.stargz.cli;

import dev.stargz.format.BlobFormat;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.deflate.DeflateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How layers are written. */
@Command(optionListHeading = "%nHow layers are written:%n")
final class LayerOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "estargz (default), or stargz as of 2019, without landmarks.",
      converter = Converters.ToBlobFormat.class)
  private BlobFormat format = WriterOptions.defaults().format();

  @Option(
      names = "--deflater",
      paramLabel = "NAME",
      description =
          "java (default): the same bytes on every machine; jdk: the zlib that Java has; libdeflate:"
              + " the system's. Else what STARGZIFY_DEFLATER says.",
      converter = Converters.ToDeflaterName.class)
  private @Nullable DeflaterName deflater;

  @Option(
      names = "--level",
      paramLabel = "N",
      description =
          "0 (stored) to 12 (smallest), to 9 with jdk, from 1 with libdeflate; default"
              + " ${DEFAULT-VALUE}.")
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
      description =
          "Paths to put first for prefetching, one a line or separated by NULs, or what ctr-remote"
              + " --record-out wrote.")
  private @Nullable Path prioritizedFiles;

  @Option(
      names = "--skip-unsupported",
      description = "Leave out entries that nothing unpacks, such as sockets, with a warning.")
  private boolean skipUnsupported;

  @Option(
      names = "--temp-dir",
      paramLabel = "DIR",
      description = "Where to put what is too large for memory.")
  private @Nullable Path tempDir;

  /** Where temporary files go, if it was said. */
  Optional<Path> tempDir() {
    return Optional.ofNullable(tempDir);
  }

  /** These options for the library; the lists that they name are read. */
  WriterOptions.Builder toWriterOptions(Invocation invocation) throws IOException {
    WriterOptions.Builder options =
        WriterOptions.builder()
            .format(format)
            .engine(engine(invocation))
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
      checkTempDir();
    }
    try {
      options.build();
    } catch (IllegalArgumentException e) {
      throw new UsageException(flag(String.valueOf(e.getMessage())));
    }
    return options;
  }

  private DeflateEngine engine(Invocation invocation) throws IOException {
    return deflater == null
        ? DeflaterName.engine(invocation, WriterOptions.defaults().engine())
        : deflater.engine();
  }

  /** Makes sure that the directory is there, for whoever will need it. */
  void checkTempDir() throws IOException {
    if (tempDir != null && !Files.isDirectory(tempDir)) {
      throw new IOException("--temp-dir " + tempDir + ": there is no such directory");
    }
  }

  /** The library's {@code chunkSize: expected ...} with the option's name as it is here. */
  private static String flag(String message) {
    int end = Math.max(0, message.indexOf(':'));
    String name = message.substring(0, end).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    return "--" + name + message.substring(end);
  }
}
