package dev.stargz.cli;

import dev.stargz.image.ContentDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code [docker://][http://|https://]HOST/NAME[:TAG][@DIGEST]}: an image in a registry. Short
 * names are Docker's: {@code ubuntu} is {@code docker.io/library/ubuntu:latest}.
 *
 * @param scheme {@code http://} or {@code https://} as given, or empty
 * @param host with its port, if it was given
 * @param name of the repository
 * @param tag as given; nothing for {@code latest}, or for the digest alone
 * @param digest as given
 */
record RegistryLocation(
    String scheme, String host, String name, Optional<String> tag, Optional<ContentDigest> digest)
    implements ImageLocation {
  private static final String DOCKER_HUB = "docker.io";

  /** The same registry by its other names. */
  private static final Set<String> NAMES_OF_DOCKER_HUB =
      Set.of("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

  private static final int MAX_PORT = 65_535;

  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
  private static final Pattern HOST =
      Pattern.compile("(?:\\[[0-9a-fA-F:.]+]|[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*)(?::[0-9]{1,5})?");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern REST =
      Pattern.compile(
          "(" + COMPONENT + "(?:/" + COMPONENT + ")*)(?::([^:@/]*))?(?:@([^@]*))?", Pattern.DOTALL);
  private static final Pattern DIGEST_LIKE = Pattern.compile("[a-z0-9]+:[0-9a-fA-F]*");
  private static final Pattern SCHEMES =
      Pattern.compile("(?:docker://)?(https?://)?(.*)", Pattern.DOTALL);

  /** skopeo's other transports, and what to do instead; as names of images they are unlikely. */
  private static final Pattern OTHER_TRANSPORT =
      Pattern.compile(
          "(docker-daemon|containers-storage|dir|tarball|sif|ostree):.*", Pattern.DOTALL);

  private static final Pattern LOOPBACK =
      Pattern.compile("(?:localhost|127\\.[0-9.]+|\\[::1])(?::[0-9]+)?");

  private static final Pattern LAYER_FILE =
      Pattern.compile("[^:@]*\\.(?:tar|tgz|tzst|stargz|esgz|tar\\.gz|tar\\.zst)");

  /**
   * Reads an argument that has no other form.
   *
   * @param role what the argument is for, for messages
   * @throws UsageException if it is no reference
   */
  static RegistryLocation parse(String role, String argument) {
    Matcher schemes = SCHEMES.matcher(argument);
    if (!schemes.matches()) {
      throw new AssertionError(argument);
    }
    String scheme = schemes.group(1) == null ? "" : schemes.group(1);
    String reference = schemes.group(2);
    boolean isPath = argument.startsWith("/") || argument.startsWith(".");
    if (!isPath) {
      refuseSecrets(role, reference);
    }
    String what = role + " '" + argument + "'";
    if (reference.length() == argument.length()) {
      refuseWhatLooksLikeAnother(what, argument);
    }
    int slash = reference.indexOf('/');
    String first = slash < 0 ? "" : reference.substring(0, slash);
    boolean hasHost = !scheme.isEmpty() || isHost(first);
    String host = hasHost ? first : DOCKER_HUB;
    if (!HOST.matcher(host).matches()) {
      throw new UsageException(what + ": " + FORMS);
    }
    checkPort(what, host);
    return ofParts(what, scheme, host, hasHost ? reference.substring(slash + 1) : reference);
  }

  private static void checkPort(String what, String host) {
    String port = host.substring(host.lastIndexOf(':') + 1);
    boolean given = host.indexOf(':') >= 0 && !host.endsWith("]");
    if (given && Integer.parseInt(port) > MAX_PORT) {
      throw new UsageException(what + ": there is no port " + port);
    }
  }

  private static RegistryLocation ofParts(String what, String scheme, String host, String rest) {
    Matcher matcher = REST.matcher(rest);
    if (!matcher.matches()) {
      String upper = rest.equals(rest.toLowerCase(Locale.ROOT)) ? "" : "; names are in lower case";
      throw new UsageException(what + ": " + FORMS + upper);
    }
    Optional<String> tag = Optional.ofNullable(matcher.group(2));
    tag.ifPresent(each -> checkTag(what, each));
    Optional<ContentDigest> digest =
        Optional.ofNullable(matcher.group(3)).map(text -> parseDigest(what, text));
    String registry = NAMES_OF_DOCKER_HUB.contains(host) ? DOCKER_HUB : host;
    boolean isShort = registry.equals(DOCKER_HUB) && matcher.group(1).indexOf('/') < 0;
    String name = isShort ? "library/" + matcher.group(1) : matcher.group(1);
    return new RegistryLocation(scheme, registry, name, tag, digest);
  }

  /** As Docker tells hosts from the first part of a name. */
  private static boolean isHost(String first) {
    return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
  }

  /** What stands before an {@code @} that no digest follows is not shown: it may be a password. */
  private static void refuseSecrets(String role, String reference) {
    int at = reference.lastIndexOf('@');
    if (at > 0 && DIGEST_LIKE.matcher(reference.substring(at + 1)).matches()) {
      at = reference.lastIndexOf('@', at - 1);
    }
    if (at > 0) {
      throw holdsCredentials(role);
    }
  }

  /** The error for an argument that holds a password, or looks so; it isn't repeated. */
  static UsageException holdsCredentials(String role) {
    return new UsageException(
        role
            + " holds credentials before its '@', or no digest behind it. Others on this machine"
            + " can read arguments: the name is for --from-username or --to-username, --username"
            + " of commands that only read; the password for stdin, with --from-password-stdin,"
            + " --to-password-stdin or --password-stdin");
  }

  private static void refuseWhatLooksLikeAnother(String what, String argument) {
    if (argument.startsWith("/") || argument.startsWith(".") || argument.startsWith("-")) {
      throw new UsageException(what + ": " + FORMS + "; a layer's path takes file: in front");
    }
    if (LAYER_FILE.matcher(argument).matches()) {
      throw new UsageException(
          what
              + ": looks like a file: write file:"
              + argument
              + ", or docker://"
              + argument
              + " if it is an image");
    }
    Matcher transport = OTHER_TRANSPORT.matcher(argument);
    if (transport.matches()) {
      throw new UsageException(
          what
              + ": "
              + transport.group(1)
              + ": isn't read; "
              + FORMS
              + "; docker save IMAGE | stargzify docker-archive:- DST takes one from a daemon");
    }
  }

  /**
   * Checks a tag. OCI distribution spec, "Pulling manifests".
   *
   * @param what whose tag it is, for the message
   */
  static void checkTag(String what, String tag) {
    if (!TAG.matcher(tag).matches()) {
      throw new UsageException(
          what
              + ": '"
              + tag
              + "' is no tag: expected up to 128 letters, digits, '_', '.' and '-', the first no"
              + " '.' or '-'");
    }
  }

  private static ContentDigest parseDigest(String what, String text) {
    try {
      return ContentDigest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(what + ": " + e.getMessage());
    }
  }

  /** Whether the registry is on this machine, where plain HTTP is nobody else's to read. */
  boolean isLoopback() {
    return LOOPBACK.matcher(host).matches();
  }

  /** Whether plain HTTP was asked for. */
  boolean isHttp() {
    return scheme.equals("http://");
  }

  /** This reference without its digest, as a place to write to. */
  RegistryLocation withoutDigest() {
    return new RegistryLocation(scheme, host, name, tag, Optional.empty());
  }

  @Override
  public boolean isStream() {
    return false;
  }

  @Override
  public boolean isByDigest() {
    return digest.isPresent();
  }

  /** The tag, if it has one: behind a digest that is what a result would be written to. */
  @Override
  public Optional<String> identity() {
    String at = digest.map(each -> "@" + each).orElse(":latest");
    String place = host.toLowerCase(Locale.ROOT) + "/" + name;
    return Optional.of(place + tag.map(each -> ":" + each).orElse(at));
  }

  @Override
  public RegistryLocation tagged(String other) {
    return new RegistryLocation(scheme, host, name, Optional.of(other), Optional.empty());
  }

  @Override
  public String at(ContentDigest result) {
    return host + "/" + name + "@" + result;
  }

  /** In full, with the scheme if one was given: what a connection takes. */
  @Override
  public String toString() {
    String at = digest.map(each -> "@" + each).orElse("");
    String colon = tag.map(each -> ":" + each).orElse(at.isEmpty() ? ":latest" : "");
    return scheme + host + "/" + name + colon + at;
  }
}
