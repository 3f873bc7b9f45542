package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.ImageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/**
 * Where an upload goes on: what the {@code Location} of the registry's newest answer means. It is
 * opaque, so its path and query are sent back to the byte. OCI distribution spec, "Pushing a blob
 * in chunks".
 */
final class UploadLocation {
  private static final String ALLOWED = "-._~:/?#[]@!$&'()*+,;=%";

  private UploadLocation() {}

  /**
   * Resolves a location.
   *
   * @param asked the request that it answers
   * @param location absolute or relative
   * @throws ImageException if it leads where a registry must not send its clients
   */
  static URI resolve(URI asked, String location, Repository registry) throws ImageException {
    URI resolved = secure(absolute(asked, location, registry), registry);
    Hosts.refuseHostile(resolved, registry, "the location of an upload");
    return resolved;
  }

  /** The same location with the digest that ends the upload. */
  static URI withDigest(URI location, ContentDigest digest) {
    String text = location.toString();
    String separator = location.getRawQuery() == null ? "?" : "&";
    if (text.endsWith("?") || text.endsWith("&")) {
      separator = "";
    }
    return URI.create(text + separator + "digest=" + digest.algorithm() + "%3A" + digest.hex());
  }

  private static URI absolute(URI asked, String location, Repository registry)
      throws ImageException {
    try {
      URI uri = new URI(escaped(withoutFragment(location)));
      boolean queryAlone = uri.getRawPath() != null && uri.getRawPath().isEmpty();
      if (queryAlone && !uri.isAbsolute() && uri.getRawAuthority() == null) {
        // URI.resolve would drop the path's last part: RFC 3986, 5.2.2 keeps it.
        return URI.create(withoutQuery(asked) + "?" + uri.getRawQuery());
      }
      return asked.resolve(uri);
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new ImageException(
          registry
              + ": start an upload: the answer's Location is no URI: "
              + Redaction.of(location));
    }
  }

  static String withoutQuery(URI uri) {
    String text = uri.toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query);
  }

  static String withoutFragment(String location) {
    int fragment = location.indexOf('#');
    return fragment < 0 ? location.strip() : location.substring(0, fragment).strip();
  }

  /** Registries put their state into the query as it is; a URI has fewer characters. */
  static String escaped(String location) {
    StringBuilder escaped = new StringBuilder(location.length());
    for (byte b : location.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letterOrDigit = c < 0x80 && Character.isLetterOrDigit(c);
      if (letterOrDigit || ALLOWED.indexOf(c) >= 0) {
        escaped.append(c);
      } else {
        escaped.append(String.format("%%%02X", (int) c));
      }
    }
    return escaped.toString();
  }

  /**
   * A registry behind a proxy that speaks TLS for it may not know that it is asked over HTTPS, and
   * so names itself with {@code http}.
   */
  private static URI secure(URI uri, Repository registry) {
    URI home = registry.base();
    boolean lost =
        "http".equalsIgnoreCase(uri.getScheme())
            && home.getScheme().equals("https")
            && String.valueOf(uri.getHost()).equalsIgnoreCase(home.getHost())
            && (uri.getPort() == home.getPort() || (port(uri, 80) == 80 && port(home, 443) == 443));
    if (!lost) {
      return uri;
    }
    String rest = uri.toString().substring(uri.toString().indexOf("://"));
    int authorityEnd = 3 + uri.getRawAuthority().length();
    return URI.create("https://" + registry.authority() + rest.substring(authorityEnd));
  }

  private static int port(URI uri, int usual) {
    return uri.getPort() < 0 ? usual : uri.getPort();
  }
}
