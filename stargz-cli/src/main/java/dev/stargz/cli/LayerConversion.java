package dev.stargz.cli;

import dev.stargz.format.StargzWriter;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.WriterProgress;
import dev.stargz.format.WriterWarning;
import dev.stargz.format.WrittenBlob;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Converts one {@code file:} into another, and says how it went. */
final class LayerConversion {
  private static final int BUFFER = 1 << 16;

  private final FileLocation from;
  private final FileLocation to;
  private final ConvertOptions options;
  private final Invocation invocation;
  private final Streams streams;

  LayerConversion(
      FileLocation from, FileLocation to, ConvertOptions options, Invocation invocation) {
    this.from = from;
    this.to = to;
    this.options = options;
    this.invocation = invocation;
    this.streams = invocation.streams();
  }

  /** Converts, reports on stderr, and writes the result to stdout. */
  void run() throws IOException {
    WriterOptions.Builder writer = options.layer().toWriterOptions(invocation);
    ProgressMode mode = options.log().progress;
    try (DigestFile digestFile = DigestFile.create(options.log().digestFile, false)) {
      long start = System.nanoTime();
      WrittenBlob blob;
      try (InputStream in = open();
          ProgressLine line = progressLine(mode)) {
        writer.progress(isShown(mode) ? line : WriterProgress.NONE);
        blob = convert(in, writer.build());
      }
      digestFile.write(blob.digest().toString());
      report(blob, writer.build(), System.nanoTime() - start);
    }
  }

  private InputStream open() throws IOException {
    if (from.path().isEmpty()) {
      return streams.in();
    }
    if (Files.isDirectory(from.path().get())) {
      throw new IOException(
          from + " is a directory: expected a tar; 'tar c DIR | stargzify file:- DST' packs one");
    }
    return Files.newInputStream(from.path().get());
  }

  private boolean isShown(ProgressMode mode) {
    boolean wanted = mode == ProgressMode.PLAIN || (mode == ProgressMode.AUTO && isLive(mode));
    return wanted && !options.common().quiet;
  }

  private boolean isLive(ProgressMode mode) {
    return mode == ProgressMode.AUTO && streams.errIsTerminal();
  }

  private ProgressLine progressLine(ProgressMode mode) throws IOException {
    OptionalLong size = OptionalLong.empty();
    if (from.path().filter(Files::isRegularFile).isPresent()) {
      size = OptionalLong.of(Files.size(from.path().get()));
    }
    return new ProgressLine(streams.err(), isLive(mode), size, System::nanoTime);
  }

  private WrittenBlob convert(InputStream in, WriterOptions writerOptions) throws IOException {
    StargzWriter writer = new StargzWriter(writerOptions);
    if (to.path().isEmpty()) {
      OutputStream out = new BufferedOutputStream(streams.out(), BUFFER);
      return writer.write(in, out);
    }
    Path path = to.path().get();
    try (OutputFile file = OutputFile.create(path, to.toString())) {
      WrittenBlob blob = writer.write(in, file.stream());
      file.commit();
      return blob;
    }
  }

  private void report(WrittenBlob blob, WriterOptions writerOptions, long nanos)
      throws IOException {
    if (!options.common().quiet) {
      for (WriterWarning warning : blob.warnings()) {
        streams.err().println("stargzify: warning: " + OneLine.of(warning.message()));
      }
      streams.err().println(summary(blob, nanos));
    }
    if (options.common().json) {
      streams.printLine(ResultJson.ofConversion(from, to, writerOptions, blob));
    } else if (to.path().isPresent()) {
      streams.printLine(blob.digest().toString());
    }
  }

  private String summary(WrittenBlob blob, long nanos) {
    return OneLine.of(
        from
            + " -> "
            + to
            + ": "
            + Amounts.bytes(blob.sourceSize())
            + " -> "
            + Amounts.bytes(blob.size())
            + " (x "
            + Amounts.ratio(blob.size(), blob.sourceSize())
            + "), tar "
            + Amounts.bytes(blob.uncompressedSize())
            + ", "
            + Amounts.seconds(nanos)
            + ", "
            + Amounts.rate(blob.uncompressedSize(), nanos));
  }
}
