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
  // Jib knows no literal IPv6 addresses, and takes a host without dot and port for the first part
  // of
  // a name at Docker Hub, also behind a scheme: it is shown another host in their place.
  private static final Pattern IPV6 = Pattern.compile("(\\[[0-9a-fA-F:.]+](?::\\d+)?)(/.+)");
  private static final Pattern ANY_HOST =
      Pattern.compile("([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?::\\d+)?)(/.+)");
  private static final String STAND_IN = "host.invalid";

  /**
   * Parses {@code [docker://][http://|https://]HOST/NAME[:TAG][@DIGEST]}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static GivenReference parse(String text) {
    Matcher prefix = PREFIX.matcher(text);
    if (!prefix.matches() || text.chars().anyMatch(c -> c <= ' ')) {
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
    Optional<Matcher> host = givenHost(scheme.isPresent(), named);
    if (scheme.isPresent() && host.isEmpty()) {
      throw notAReference(text);
    }
    ImageReference parsed = parse(host.map(found -> STAND_IN + found.group(2)).orElse(named), text);
    String authority = host.map(found -> found.group(1)).orElse(parsed.getRegistry());
    if (!isHost(authority)) {
      throw notAReference(text);
    }
    boolean hub = DOCKER_HUB.contains(authority);
    String repository = parsed.getRepository();
    return new GivenReference(
        scheme,
        hub ? Repository.DOCKER_HUB : authority,
        hub && !repository.contains("/") ? "library/" + repository : repository,
        hasTag(named) || digest.isEmpty() ? parsed.getTag() : Optional.empty(),
        digest);
  }

  /** The host and the rest, where the host is plain to see. */
  private static Optional<Matcher> givenHost(boolean behindScheme, String named) {
    Matcher ipv6 = IPV6.matcher(named);
    if (ipv6.matches()) {
      return Optional.of(ipv6);
    }
    Matcher any = ANY_HOST.matcher(named);
    return behindScheme && any.matches() ? Optional.of(any) : Optional.empty();
  }

  private static boolean isHost(String authority) {
    String port = authority.substring(authority.lastIndexOf(']') + 1).replaceFirst("^[^:]*:?", "");
    return port.isEmpty()
        || (port.matches("\\d{1,5}")
            && Integer.parseInt(port) > 0
            && Integer.parseInt(port) < 65_536);
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
