package dev.stargz.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks the options of a command line that reads against SRC. */
final class ReadingUsage {
  private final Location from;
  private final Invocation invocation;

  ReadingUsage(Location from, Invocation invocation) {
    this.from = from;
    this.invocation = invocation;
  }

  void check(SourceOptions source, ReadingCredentials credentials, ConnectionOptions connection) {
    if (!(from instanceof ImageLocation)) {
      refuse("--layer", source.layer);
      refuse("--platform", source.platform);
    }
    if (source.layer != null && source.layer < 1) {
      throw new UsageException("--layer: expected 1 for the lowest or more, found " + source.layer);
    }
    if (from.isStream()) {
      invocation.streams().checkInput("SRC " + from);
    }
    connection.check();
    if (from instanceof RegistryLocation registry) {
      connection.checkHttp(registry);
    } else if (from instanceof UrlLocation) {
      if (credentials.credentialHelper != null) {
        throw new UsageException(
            "--credential-helper is for registries: SRC " + from + " is a URL of a layer");
      }
      if (credentials.username != null && !credentials.passwordStdin) {
        throw new UsageException(
            "--username needs --password-stdin: the environment's password is for registries, and"
                + " SRC "
                + from
                + " is a URL of a layer");
      }
    } else {
      refuseWithoutServer(ReadingCredentials.class);
      refuseWithoutServer(ConnectionOptions.class);
    }
  }

  private void refuse(String option, @Nullable Object value) {
    if (value != null) {
      throw new UsageException(option + " is for images, and SRC " + from + " is a single layer");
    }
  }

  private void refuseWithoutServer(Class<?> group) {
    Optional<String> given = invocation.givenOf(group);
    if (given.isPresent()) {
      throw new UsageException(given.get() + ": SRC " + from + " is in no registry");
    }
  }
}
