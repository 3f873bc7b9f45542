package dev.stargz.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who we are, for each side; no password is ever an argument. */
@Command(
    optionListHeading =
        "%nCredentials (else Docker's and Podman's files; STARGZIFY_FROM_USERNAME,"
            + " STARGZIFY_FROM_PASSWORD,%nSTARGZIFY_TO_USERNAME and STARGZIFY_TO_PASSWORD are read,"
            + " too):%n")
final class CredentialOptions {
  @Option(names = "--from-username", paramLabel = "NAME", description = "Who reads SRC.")
  @Nullable String fromUsername;

  @Option(names = "--from-password-stdin", description = "The password is a line of stdin.")
  boolean fromPasswordStdin;

  @Option(
      names = "--from-credential-helper",
      paramLabel = "NAME",
      description = "Ask docker-credential-NAME.")
  @Nullable String fromCredentialHelper;

  @Option(
      names = "--to-username",
      paramLabel = "NAME",
      description =
          "Who writes DST; also for --meta and --reuse-from in the same registry, no other.")
  @Nullable String toUsername;

  @Option(
      names = "--to-password-stdin",
      description = "Likewise; the line behind the first one, if both are there.")
  boolean toPasswordStdin;

  @Option(
      names = "--to-credential-helper",
      paramLabel = "NAME",
      description = "Ask docker-credential-NAME.")
  @Nullable String toCredentialHelper;
}
