package dev.stargz.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * A command that reads SRC and writes none: its first argument, and the options that go with it.
 */
abstract class ReadingCommand extends StargzifyCommand {
  private static final String EXPECTED =
      "an image, such as HOST/NAME:TAG or oci:DIR, or a layer: file:PATH or its URL";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SRC",
      description = {
        "An image: HOST/NAME[:TAG][@DIGEST] in a registry, oci:DIR[:TAG], oci-archive:FILE[:TAG],"
            + " docker-archive:FILE[:REF] (- is stdin for archives); or a layer: file:PATH, a path that begins with / or .,"
            + " http(s)://... ending in .stargz, .esgz, .tar.gz or .tgz, or url: and any URL."
      })
  private @Nullable String source;

  @Mixin final SourceOptions from = new SourceOptions();
  @Mixin final ReadingCredentials credentials = new ReadingCredentials();
  @Mixin final ConnectionOptions connection = new ConnectionOptions();

  /** SRC as it was given, without what may be secret in a URL. */
  @Override
  String source() {
    String given = required(source, EXPECTED);
    return UrlLocation.matches(given) ? UrlLocation.parse("SRC", given).toString() : given;
  }

  @Override
  String passwordOptions() {
    return "--password-stdin";
  }

  /**
   * Opens SRC; manifests are read, layers aren't touched.
   *
   * @return what the caller closes
   * @throws UsageException if it is none of the forms, or options don't go with it
   */
  OpenSource open(Invocation invocation) throws IOException {
    Location location = ReadingLocation.parse(required(source, EXPECTED));
    new ReadingUsage(location, invocation).check(from, credentials, connection);
    return new SourceOpening(this, invocation).open(location);
  }
}
