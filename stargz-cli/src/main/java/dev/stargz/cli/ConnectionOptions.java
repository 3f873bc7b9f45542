package dev.stargz.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How registries are talked to. */
@Command(optionListHeading = "%nRegistries:%n")
final class ConnectionOptions {
  @Option(
      names = {"--insecure", "-insecure"},
      description = "Allow http:// and certificates that nobody vouches for.")
  boolean insecure;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "Certificates, in PEM, to trust besides those that Java does.")
  @Nullable Path caFile;

  @Option(
      names = "--send-credentials-over-http",
      description = "Send passwords and tokens even over http:// to other machines.")
  boolean sendCredentialsOverHttp;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description =
          "How often to repeat a request that may pass later, such as after a 503; default 4.")
  @Nullable Integer retries;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait for a connection, or the next byte on one; default 120.")
  @Nullable Integer timeout;

  @Option(
      names = "--referrers-tag",
      description = "Write the tag by which registries without the referrers API find referrers.")
  boolean referrersTag;
}
