package dev.stargz.cli;

import dev.stargz.format.WriterOptions;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.ConversionReport;
import dev.stargz.image.ConverterOptions;
import dev.stargz.image.ImageConverter;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Converts an image from one place to another, and says how it went. */
final class ImageConversion {
  private final ImageArguments arguments;
  private final ConvertOptions options;
  private final Invocation invocation;

  ImageConversion(ImageArguments arguments, ConvertOptions options, Invocation invocation) {
    this.arguments = arguments;
    this.options = options;
    this.invocation = invocation;
  }

  /** Converts, reports on stderr, and writes the result to stdout. */
  void run() throws IOException {
    options.layer().checkTempDir();
    WriterOptions writer = options.layer().toWriterOptions(invocation).build();
    try (DigestFile digestFile = DigestFile.create(options.log().digestFile, dryRun())) {
      long start = System.nanoTime();
      ConversionReport report = convert(writer);
      Optional<ContentDigest> digest = report.root().map(RawManifest::digest);
      try {
        report(report, System.nanoTime() - start);
      } finally {
        if (digest.isPresent()) {
          digestFile.write(digest.get().toString());
        }
      }
    }
  }

  /** SRC is opened last: it may be a stream that comes once, and that takes its time. */
  private ConversionReport convert(WriterOptions writer) throws IOException {
    boolean hasFrom = arguments.from() instanceof RegistryLocation;
    boolean hasTo = arguments.hasRegistryBesidesSource();
    Logins logins = Logins.read(options.credentials(), invocation, hasFrom, hasTo);
    if (arguments.isInPlace()) {
      logins = logins.shared();
    }
    try (Console console = console();
        Places places = new Places(options, logins, arguments, invocation, console)) {
      ImageTarget target = places.target(arguments.to());
      ConverterOptions converter = converterOptions(writer, places, console);
      ImageSource source = places.source(arguments.from());
      return new ImageConverter(converter).convert(source, target);
    }
  }

  private ConverterOptions converterOptions(WriterOptions writer, Places places, Console console)
      throws IOException {
    ImageOptions image = options.image();
    List<ImageSource> reuseFrom = new ArrayList<>();
    for (ImageLocation location : arguments.reuseFrom()) {
      reuseFrom.add(places.reuseSource(location));
    }
    ConverterOptions.Builder builder =
        ConverterOptions.builder()
            .writer(writer)
            .reuse(image.reuse)
            .reuseFrom(reuseFrom)
            .attestations(image.attestations)
            .platforms(image.platforms)
            .onlyPlatforms(image.onlyPlatform)
            .keepMediaTypes(image.keepMediaTypes)
            .includeForeign(image.includeForeign)
            .force(image.force)
            .flatten(image.flatten)
            .upgrade(image.upgrade)
            .dryRun(image.dryRun)
            .tags(image.tags)
            .listener(listener(console));
    if (image.backupTag != null) {
      builder.backupTag(image.backupTag);
    }
    if (arguments.meta().isPresent()) {
      builder.meta(places.target(arguments.meta().get()));
    }
    return builder.build();
  }

  private boolean dryRun() {
    return options.image().dryRun;
  }

  private boolean quiet() {
    return options.common().quiet;
  }

  private Console console() {
    boolean live =
        options.log().progress == ProgressMode.AUTO
            && invocation.streams().errIsTerminal()
            && !quiet();
    int columns = live ? invocation.columns(Streams.STDERR) : Invocation.DEFAULT_COLUMNS;
    return Console.open(invocation.streams().err(), live, columns);
  }

  private ConversionLog listener(Console console) {
    boolean plain = options.log().progress == ProgressMode.PLAIN;
    LayerLines lines = new LayerLines(options.log().verbosity() > 0, dryRun());
    return new ConversionLog(console, plain, quiet(), lines, System::nanoTime);
  }

  private void report(ConversionReport report, long nanos) throws IOException {
    Streams streams = invocation.streams();
    if (!quiet()) {
      meta(report).ifPresent(line -> streams.err().println(OneLine.of(line)));
      String summary = new ImageSummary(report).line(dryRun(), nanos);
      streams.err().println(OneLine.of(summary));
    }
    if (options.common().json) {
      streams.printLine(ImageJson.of(report, options.image().tags, dryRun()));
    } else if (!arguments.to().isStream() && report.root().isPresent()) {
      streams.printLine(OneLine.of(arguments.to().at(report.root().get().digest())));
    }
  }

  /** Where the variant without files is, if one was written. */
  private Optional<String> meta(ConversionReport report) {
    return report
        .meta()
        .flatMap(ConversionReport.Meta::root)
        .flatMap(root -> arguments.meta().map(place -> place.at(root.digest())))
        .map(place -> (dryRun() ? "meta would be " : "meta ") + place);
  }
}
