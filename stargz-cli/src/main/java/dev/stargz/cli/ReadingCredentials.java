package dev.stargz.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who reads SRC; no password is ever an argument. */
@Command(
    optionListHeading =
        "%nCredentials (else, for registries alone, STARGZIFY_FROM_USERNAME and%n"
            + "STARGZIFY_FROM_PASSWORD, or Docker's and Podman's files):%n")
final class ReadingCredentials {
  @Option(names = "--username", paramLabel = "NAME", description = "Who reads SRC.")
  @Nullable String username;

  @Option(names = "--password-stdin", description = "The password is a line of stdin.")
  boolean passwordStdin;

  @Option(
      names = "--credential-helper",
      paramLabel = "NAME",
      description = "Ask docker-credential-NAME.")
  @Nullable String credentialHelper;
}
