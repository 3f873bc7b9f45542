package dev.stargz.registry;

import java.net.URI;
import java.util.Locale;

/**
 * A repository of images and the registry that holds it.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority the registry's host, and its port if it isn't the scheme's own
 * @param name such as {@code library/ubuntu}; empty for a web server that is no registry
 */
record Repository(String scheme, String authority, String name) {
  /** Where Docker Hub's registry is. */
  static final String DOCKER_HUB = "registry-1.docker.io";

  /** The URI of something in this repository, such as {@code manifests/latest}. */
  URI uri(String path) {
    return URI.create(scheme + "://" + authority + "/v2/" + name + "/" + path);
  }

  /** The URI that says whether this is a registry. */
  URI base() {
    return URI.create(scheme + "://" + authority + "/v2/");
  }

  /** Whether a URI leads to this registry: same scheme, host and port. */
  boolean isHome(URI uri) {
    return Origin.of(uri).equals(Origin.of(base()));
  }

  /** Whether this and another are in one registry. */
  boolean sameRegistry(Repository other) {
    return isHome(other.base());
  }

  /** The registry's name as people know it. */
  String registry() {
    return authority.equals(DOCKER_HUB) ? "docker.io" : authority;
  }

  /** As people write it: {@code docker.io/library/ubuntu}. */
  @Override
  public String toString() {
    return name.isEmpty() ? registry() : registry() + "/" + name;
  }

  /**
   * What decides whether credentials may go somewhere. RFC 6454, 4.
   *
   * @param scheme in lower case
   * @param host in lower case
   * @param port never left out
   */
  record Origin(String scheme, String host, int port) {
    static Origin of(URI uri) {
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
      int usual = scheme.equals("http") ? 80 : 443;
      return new Origin(scheme, host, uri.getPort() < 0 ? usual : uri.getPort());
    }
  }
}
