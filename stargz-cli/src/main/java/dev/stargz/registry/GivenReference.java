package dev.stargz.registry;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import dev.stargz.image.ContentDigest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference as the user wrote it, short names completed as Docker does.
 *
 * @param scheme {@code http} or {@code https} if the user said so
 * @param authority host and port
 * @param name of the repository
 * @param tag {@code latest} if neither tag nor digest are given
 * @param digest to be checked
 */
record GivenReference(
    Optional<String> scheme,
    String authority,
    String name,
    Optional<String> tag,
    Optional<ContentDigest> digest) {
  private static final Set<String> DOCKER_HUB =
      Set.of("docker.io", "index.docker.io", "registry.hub.docker.com", Repository.DOCKER_HUB);
  private static final Pattern PREFIX =
      Pattern.compile("(?:docker://)?(?:(https?)://)?(.*)", Pattern.DOTALL);
  // Jib knows no literal IPv6 addresses: it is shown a name in their place.
  private static final Pattern IPV6 = Pattern.compile("(\\[[0-9a-fA-F:.]+])(.*)", Pattern.DOTALL);
  private static final String IPV6_NAME = "ipv6.invalid";

  /**
   * Parses {@code [docker://][http://|https://]HOST/NAME[:TAG][@DIGEST]}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static GivenReference parse(String text) {
    Matcher prefix = PREFIX.matcher(text);
    if (!prefix.matches()) {
      throw notAReference(text);
    }
    String rest = prefix.group(2);
    int at = rest.indexOf('@');
    Optional<ContentDigest> digest =
        at < 0 ? Optional.empty() : Optional.of(ContentDigest.parse(rest.substring(at + 1)));
    String named = at < 0 ? rest : rest.substring(0, at);
    return of(Optional.ofNullable(prefix.group(1)), named, digest, text);
  }

  private static GivenReference of(
      Optional<String> scheme, String named, Optional<ContentDigest> digest, String text) {
    Matcher ipv6 = IPV6.matcher(named);
    boolean literal = ipv6.matches();
    ImageReference parsed = parse(literal ? IPV6_NAME + ipv6.group(2) : named, text);
    String host = parsed.getRegistry();
    boolean hub = DOCKER_HUB.contains(host);
    String repository = parsed.getRepository();
    return new GivenReference(
        scheme,
        hub ? Repository.DOCKER_HUB : literal ? host.replace(IPV6_NAME, ipv6.group(1)) : host,
        hub && !repository.contains("/") ? "library/" + repository : repository,
        hasTag(named) || digest.isEmpty() ? parsed.getTag() : Optional.empty(),
        digest);
  }

  private static boolean hasTag(String named) {
    return named.indexOf(':', named.lastIndexOf('/') + 1) >= 0;
  }

  private static ImageReference parse(String named, String text) {
    try {
      ImageReference parsed = ImageReference.parse(named);
      if (isRepository(parsed.getRepository())) {
        return parsed;
      }
    } catch (InvalidImageReferenceException e) {
      // said below, with the whole text
    }
    throw notAReference(text);
  }

  /** Jib lets upper-case names pass, which no registry takes. */
  private static boolean isRepository(String name) {
    return name.equals(name.toLowerCase(java.util.Locale.ROOT));
  }

  private static IllegalArgumentException notAReference(String text) {
    return new IllegalArgumentException(
        "not a reference to an image: expected [docker://][http://|https://]HOST/NAME[:TAG|@DIGEST],"
            + " names in lower case, found '"
            + Redaction.of(text)
            + "'");
  }

  /** This reference once it is known how the registry is spoken to. */
  Reference at(String knownScheme) {
    return new Reference(new Repository(knownScheme, authority, name), tag, digest);
  }

  /** The registry, and nothing of the image. */
  Repository registry(String triedScheme) {
    return new Repository(triedScheme, authority, name);
  }
}
