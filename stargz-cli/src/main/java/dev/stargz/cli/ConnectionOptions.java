package dev.stargz.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How registries are talked to. */
@Command(optionListHeading = "%nRegistries:%n")
final class ConnectionOptions {
  private static final int MAX_RETRIES = 100;
  private static final int MAX_TIMEOUT = 86_400;

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

  /** Refuses numbers that can't be. */
  void check() {
    checkRange("--retries", retries, 0, MAX_RETRIES);
    checkRange("--timeout", timeout, 1, MAX_TIMEOUT);
  }

  private static void checkRange(String option, @Nullable Integer value, int min, int max) {
    if (value != null && (value < min || value > max)) {
      throw new UsageException(option + ": expected " + min + " to " + max + ", found " + value);
    }
  }

  /** Refuses plain HTTP to other machines, unless it is allowed. */
  void checkHttp(RegistryLocation registry) {
    if (registry.isHttp() && !registry.isLoopback() && !insecure) {
      throw new UsageException(
          registry + ": http:// is open to others on the network: --insecure allows it");
    }
  }
}
