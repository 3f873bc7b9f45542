package dev.stargz.registry;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Layers on web servers, named by a URL and read in parts. */
public final class LayerUrl {
  private static final Set<String> SCHEMES = Set.of("http", "https");

  private LayerUrl() {}

  /**
   * A layer at a URL. Nobody is asked before it is read; then only for the parts that are needed.
   *
   * @param url {@code http://} or {@code https://}; a user name and a password in it are shown to
   *     that host alone, and never in a message. Without them it is the login of {@code options},
   *     once the host asks for one; files and helpers with credentials for registries aren't asked
   * @param options how servers are reached
   * @return the layer's bytes; its reads throw {@link dev.stargz.image.BlobMissingException} if
   *     there is nothing, and {@link dev.stargz.image.ImageException} if the server refuses, sends
   *     no parts of a large file, or if the file changes meanwhile. The caller closes it
   * @throws IllegalArgumentException if it is no such URL, or {@code http://} to another host than
   *     this one without {@link RegistryOptions.Builder#insecure}
   * @throws IOException if the file of certificates can't be read
   */
  public static RandomAccessSource open(String url, RegistryOptions options) throws IOException {
    URI given =
        parsed(url)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "not the URL of a layer: expected http(s)://HOST/PATH, found '"
                            + shown(url)
                            + "'"));
    if (!options.insecure() && isHttp(given) && !Hosts.isLoopback(given)) {
      throw new IllegalArgumentException(
          shown(url) + ": http:// is not encrypted: --insecure allows that");
    }
    return new HttpRanges(UrlRequests.of(given, options));
  }

  /** A URL without user, password and query, for people. */
  public static String shown(String url) {
    return parsed(url)
        .map(Redaction::of)
        .orElseGet(() -> Redaction.of(url.substring(url.lastIndexOf('@') + 1)));
  }

  private static Optional<URI> parsed(String url) {
    try {
      URI uri = new URI(UploadLocation.escaped(url.strip()));
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      return SCHEMES.contains(scheme) && uri.getHost() != null && uri.getPort() < 65_536
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isHttp(URI uri) {
    return "http".equalsIgnoreCase(uri.getScheme());
  }
}
