package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What hosts are, told from their names alone. A registry's answer must not lead a client to
 * addresses that only the client reaches: its own services, a cloud's metadata.
 */
final class Hosts {
  private static final Pattern NUMBERS = Pattern.compile("[0-9]+(\\.[0-9]+){0,3}");

  private static final int MAX_PORT = 65_535;
  // RFC 6598, 7; Alibaba's metadata is there.
  private static final int SHARED_FIRST = 100;
  private static final int SHARED_SECOND = 64;

  private Hosts() {}

  /** Whether it is this machine: {@code localhost}, 127.0.0.0/8, ::1. */
  static boolean isLoopback(URI uri) {
    String host = name(uri);
    return literal(host).map(InetAddress::isLoopbackAddress).orElse(host.equals("localhost"));
  }

  /** Whether it is a literal address of the link, where clouds keep their metadata. */
  static boolean isLinkLocal(URI uri) {
    return literal(name(uri)).filter(InetAddress::isLinkLocalAddress).isPresent();
  }

  /** Whether it is a literal address of a private or shared network, or of no network at all. */
  static boolean isPrivate(URI uri) {
    return literal(name(uri)).filter(Hosts::isPrivate).isPresent();
  }

  private static boolean isPrivate(InetAddress address) {
    boolean uniqueLocal =
        address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
    byte[] bytes = address.getAddress();
    boolean shared =
        address instanceof Inet4Address
            && bytes[0] == SHARED_FIRST
            && (bytes[1] & 0xc0) == SHARED_SECOND;
    return uniqueLocal || shared || address.isSiteLocalAddress() || address.isAnyLocalAddress();
  }

  /** A literal address, also of fewer than four numbers; no name is ever looked up. */
  static Optional<InetAddress> literal(String host) {
    if (!NUMBERS.matcher(host).matches() && !host.contains(":")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /**
   * Refuses a URI that a registry's answer must not name: not HTTP, unencrypted where the registry
   * isn't, this machine, the link, a private network; unless it is the registry's own host.
   *
   * @param what the URI is, for the message
   */
  static void refuseHostile(URI uri, Repository registry, String what) throws ImageException {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (scheme.equals("http") && registry.scheme().equals("https")) {
      throw refused(uri, registry, what, "it leaves HTTPS");
    }
    refuseInternal(uri, registry, what);
  }

  /** The same, but it may be unencrypted: for bytes whose digest is known. */
  static void refuseInternal(URI uri, Repository registry, String what) throws ImageException {
    URI home = registry.base();
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean noPort = uri.getPort() == 0 || uri.getPort() > MAX_PORT;
    if (uri.getHost() == null || noPort || !(scheme.equals("http") || scheme.equals("https"))) {
      throw refused(uri, registry, what, "it is no address of a web server");
    }
    boolean own = name(uri).equals(name(home));
    boolean hostile =
        isLinkLocal(uri)
            || ((isLoopback(uri) || name(uri).endsWith(".localhost")) && !isLoopback(home))
            || (isPrivate(uri) && !isPrivate(home));
    if (hostile && !own) {
      throw refused(uri, registry, what, "only this machine reaches that address");
    }
  }

  private static ImageException refused(URI uri, Repository registry, String what, String why) {
    return new ImageException(
        registry + ": " + what + " " + Redaction.of(uri) + " is refused: " + why);
  }

  /** The host without the brackets of IPv6 and the dot of DNS's root, in lower case. */
  static String name(URI uri) {
    String given = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    String host = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
    boolean literal = host.startsWith("[") && host.endsWith("]");
    return literal ? host.substring(1, host.length() - 1) : host;
  }
}
