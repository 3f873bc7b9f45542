package dev.stargz.registry;

import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import java.io.Closeable;
import java.io.IOException;

/**
 * How one side of a conversion reaches registries: its credentials, proxies, certificates, and the
 * connections and tokens that it keeps. May be used by several threads.
 */
public final class RegistryConnection implements Closeable {
  private final RegistryOptions options;
  private final RegistryHttp http;
  private final Schemes schemes;

  private RegistryConnection(RegistryOptions options, RegistryHttp http) {
    this.options = options;
    this.http = http;
    this.schemes = new Schemes(options, http);
  }

  /**
   * Makes a connection; asks nobody yet.
   *
   * @throws IOException if the file of certificates can't be read
   * @throws IllegalArgumentException if the environment names a proxy that can't be
   */
  public static RegistryConnection open(RegistryOptions options) throws IOException {
    return new RegistryConnection(options, RegistryHttp.open(options));
  }

  /**
   * An image to be read. The registry is asked for it when the source is.
   *
   * @param reference {@code [docker://][http://|https://]HOST/NAME[:TAG|@DIGEST]}, short names as
   *     Docker's
   * @throws IllegalArgumentException if it is none, or names {@code http://} for another host than
   *     this one without {@link RegistryOptions.Builder#insecure}
   * @throws IOException if the host has to be asked what it speaks and doesn't answer
   */
  public ImageSource source(String reference) throws IOException {
    return new RegistrySource(this, resolve(reference));
  }

  /**
   * An image to be written.
   *
   * @param reference as for {@link #source}
   * @throws IllegalArgumentException as for {@link #source}
   * @throws IOException as for {@link #source}
   */
  public ImageTarget target(String reference) throws IOException {
    return new RegistryTarget(this, resolve(reference));
  }

  Reference resolve(String reference) throws IOException {
    GivenReference given = GivenReference.parse(reference);
    return given.at(schemes.of(given));
  }

  RegistryHttp http() {
    return http;
  }

  RegistryOptions options() {
    return options;
  }

  /** Ends the connections; what was opened over them is of no use then. */
  @Override
  public void close() throws IOException {
    http.close();
  }
}
