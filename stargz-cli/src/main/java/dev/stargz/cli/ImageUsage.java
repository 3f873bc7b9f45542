package dev.stargz.cli;

import dev.stargz.image.ConverterOptions.Reuse;
import java.util.Optional;

/** Checks the options of a command line on images against each other and the places it names. */
final class ImageUsage {
  private final ImageArguments arguments;
  private final Invocation invocation;

  ImageUsage(ImageArguments arguments, Invocation invocation) {
    this.arguments = arguments;
    this.invocation = invocation;
  }

  /** Options that ask for what others forbid. */
  static void check(ImageOptions options) {
    if (options.backupTag != null && !options.upgrade) {
      throw new UsageException("--backup-tag keeps what --upgrade overwrites: expected both");
    }
    if (options.onlyPlatform && options.platforms.isEmpty()) {
      throw new UsageException("--only-platform drops all but --platform: expected both");
    }
    if (!options.reuseFrom.isEmpty() && options.reuse == Reuse.OFF) {
      throw new UsageException("--reuse-from and --reuse off contradict each other");
    }
    if (options.backupTag != null) {
      RegistryLocation.checkTag("--backup-tag", options.backupTag);
    }
    options.tags.forEach(tag -> RegistryLocation.checkTag("--tag", tag));
  }

  /** Standard streams have one use each. */
  void checkStreams(boolean json, CredentialOptions credentials) {
    ImageLocation to = arguments.to();
    if (to.isStream() && json) {
      throw new UsageException(
          "--json and DST " + to + " both want stdout: write the image to a file");
    }
    if (to.isStream() && invocation.streams().outIsTerminal()) {
      throw new UsageException(
          "DST " + to + " would write an archive to the terminal: redirect stdout");
    }
    if (arguments.from().isStream()) {
      invocation.streams().checkInput("SRC " + arguments.from());
    }
    boolean password = credentials.fromPasswordStdin || credentials.toPasswordStdin;
    if (arguments.from().isStream() && password) {
      String option =
          credentials.fromPasswordStdin ? "--from-password-stdin" : "--to-password-stdin";
      throw new UsageException(
          option
              + " and SRC "
              + arguments.from()
              + " both want stdin: set the environment's STARGZIFY_"
              + (credentials.fromPasswordStdin ? "FROM" : "TO")
              + "_PASSWORD");
    }
  }

  /** What is said of registries needs one. */
  void checkConnections(ConnectionOptions options, boolean referrersTag) {
    Optional<String> given =
        invocation
            .givenOf(ConnectionOptions.class)
            .or(() -> referrersTag ? Optional.of("--referrers-tag") : Optional.empty());
    if (given.isPresent() && arguments.registries().isEmpty()) {
      throw new UsageException(given.get() + ": no registry is used here");
    }
    options.check();
    arguments.registries().forEach(options::checkHttp);
  }

  /** Credentials need a registry on their side. */
  void checkCredentials(CredentialOptions options, boolean onePlace) {
    boolean from = arguments.from() instanceof RegistryLocation;
    boolean to = arguments.hasRegistryBesidesSource();
    if (!from && !(onePlace && to)) {
      refuse("--from-", "SRC " + arguments.from(), options);
    }
    if (!to) {
      refuse("--to-", "DST " + arguments.to(), options);
    }
  }

  private void refuse(String prefix, String place, CredentialOptions options) {
    invocation.parsed().matchedOptions().stream()
        .filter(option -> option.longestName().startsWith(prefix))
        .filter(option -> invocation.givenOf(options.getClass()).isPresent())
        .findFirst()
        .ifPresent(
            option -> {
              throw new UsageException(option.longestName() + ": " + place + " is in no registry");
            });
  }
}
