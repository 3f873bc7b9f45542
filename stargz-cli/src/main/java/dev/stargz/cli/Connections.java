package dev.stargz.cli;

import dev.stargz.registry.RegistryOptions;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes the library's options out of those of the command line. Not their own method: picocli looks
 * at all methods of an options class, and whoever has one layer has no use for registries.
 */
final class Connections {
  private Connections() {}

  /**
   * How servers are reached.
   *
   * @param log gets a line for each request
   */
  static RegistryOptions.Builder options(
      ConnectionOptions given, Login login, Invocation invocation, Consumer<String> log) {
    RegistryOptions.Builder builder =
        RegistryOptions.builder()
            .insecure(given.insecure)
            .sendCredentialsOverHttp(given.sendCredentialsOverHttp)
            .environment(Map.copyOf(invocation.environment()))
            .log(log);
    if (login.username().isPresent() && login.password().isPresent()) {
      builder.login(login.username().get(), login.password().get());
    }
    login.helper().ifPresent(builder::credentialHelper);
    if (given.caFile != null) {
      builder.caFile(given.caFile);
    }
    if (given.retries != null) {
      builder.tries(given.retries + 1);
    }
    if (given.timeout != null) {
      builder.timeout(Duration.ofSeconds(given.timeout));
    }
    return builder;
  }
}
