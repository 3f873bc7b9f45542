package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates a connection believes. It is its own: nothing in the process changes. */
final class Trust {
  private Trust() {}

  /**
   * The platform's certificates and those of the CA file, or anybody's if that is allowed.
   *
   * @throws ImageException if the file holds no certificates
   */
  static SSLContext context(RegistryOptions options) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusting(options), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS can't be set up: " + e.getMessage(), e);
    }
  }

  /** Who is believed; null for whom the platform does. */
  static TrustManager @Nullable [] trusting(RegistryOptions options)
      throws IOException, GeneralSecurityException {
    if (options.insecure()) {
      return new TrustManager[] {new Anybody()};
    }
    if (options.caFile().isEmpty()) {
      return null; // the platform's own
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int count = 0;
    for (Certificate certificate : certificates(options.caFile().get())) {
      store.setCertificateEntry("file-" + count++, certificate);
    }
    for (X509Certificate certificate : manager(null).getAcceptedIssuers()) {
      store.setCertificateEntry("platform-" + count++, certificate);
    }
    return new TrustManager[] {manager(store)};
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Stream.of(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("this Java checks no certificates"));
  }

  private static Collection<? extends Certificate> certificates(Path file) throws IOException {
    Collection<? extends Certificate> certificates;
    try (InputStream in = Files.newInputStream(file)) {
      certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
    } catch (CertificateException e) {
      throw new ImageException(file + ": expected certificates in PEM: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ImageException(file + ": the file of certificates can't be read", e);
    }
    if (certificates.isEmpty()) {
      throw new ImageException(file + ": expected certificates in PEM, found none");
    }
    return List.copyOf(certificates);
  }

  /** Believes everybody; of this type, so that the platform doesn't add checks of host names. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
