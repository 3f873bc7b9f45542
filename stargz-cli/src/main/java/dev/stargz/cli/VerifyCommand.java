package dev.stargz.cli;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stargzify verify SRC}: compares what a blob's TOC says with its tar. */
@Command(
    name = "stargzify verify",
    versionProvider = Version.class,
    sortOptions = false,
    header = "Reads a whole blob and compares its TOC with its tar, digests and sizes.",
    synopsisHeading = "%n",
    customSynopsis = "stargzify verify [OPTIONS] SRC",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footer = {"", "Exit codes: 0 faithful, 1 no stargz or unreadable, 2 usage, 3 a difference."})
final class VerifyCommand extends StargzifyCommand {
  private static final int SHOWN = 20;

  @Parameters(index = "0", arity = "0..1", paramLabel = "SRC", description = "file:PATH of a blob.")
  private @Nullable String source;

  @Override
  String source() {
    return required(source, "file:PATH");
  }

  @Override
  int run(Invocation invocation) throws IOException {
    FileLocation location = location(source());
    Streams streams = invocation.streams();
    Path path =
        location
            .path()
            .orElseThrow(() -> new UsageException("verify can't read a stream: its TOC is last"));
    if (Files.isDirectory(path)) {
      throw new IOException(location + " is a directory: expected a blob");
    }
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(path))) {
      VerifyReport report = StargzVerifier.verify(reader);
      show(location, report, streams);
      return report.isFaithful() ? ExitCode.DONE : ExitCode.DIFFERENT;
    } catch (CorruptException e) {
      if (common.json) {
        streams.printLine(ResultJson.ofDamage(location, String.valueOf(e.getMessage())));
      }
      streams.err().println("stargzify: " + OneLine.of(location + ": " + ErrorMessages.of(e)));
      return ExitCode.DIFFERENT;
    }
  }

  private static FileLocation location(String source) {
    if (Location.parse("SRC", source) instanceof FileLocation file) {
      return file;
    }
    throw new UsageException(
        "SRC '" + source + "': this version verifies layers alone, file:PATH, and no images");
  }

  private void show(FileLocation location, VerifyReport report, Streams streams)
      throws IOException {
    if (common.json) {
      streams.printLine(ResultJson.ofVerification(location, report));
    } else {
      showText(location, report, streams);
    }
    long found = report.differences().size() + report.moreDifferences();
    if (found > 0 && !common.quiet) {
      String line = location + ": TOC and tar differ in " + found + " places";
      streams.err().println("stargzify: " + OneLine.of(line));
    }
  }

  private static void showText(FileLocation location, VerifyReport report, Streams streams)
      throws IOException {
    if (report.isFaithful()) {
      showFacts(location, report, streams);
      return;
    }
    for (VerifyReport.Difference difference : report.differences().stream().limit(SHOWN).toList()) {
      streams.printLine(OneLine.of(difference.toString()));
    }
    long more = report.differences().size() + report.moreDifferences() - SHOWN;
    if (more > 0) {
      streams.printLine("... and " + more + " more");
    }
  }

  private static void showFacts(FileLocation location, VerifyReport report, Streams streams)
      throws IOException {
    streams.printLine(OneLine.of(location + ": TOC and tar agree"));
    streams.printLine("  digest     " + report.digest() + "  " + report.size() + " bytes");
    if (report.diffId().isPresent()) {
      streams.printLine(
          "  diffId     " + report.diffId().get() + "  " + report.uncompressedSize() + " bytes");
    }
    streams.printLine(
        "  tocDigest  " + report.tocDigest() + "  " + report.tocEntries() + " entries");
  }
}
