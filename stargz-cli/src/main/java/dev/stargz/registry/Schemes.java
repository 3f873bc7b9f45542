package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLHandshakeException;

/**
 * Whether a registry is spoken to over HTTPS or HTTP. What the user says counts. Else it is HTTPS;
 * only this machine, or any with {@code --insecure}, is tried over HTTP when it speaks no TLS.
 */
final class Schemes {
  private final RegistryOptions options;
  private final RegistryHttp http;
  private final Map<String, String> known = new ConcurrentHashMap<>();

  Schemes(RegistryOptions options, RegistryHttp http) {
    this.options = options;
    this.http = http;
  }

  /** Scheme for a reference; asks the host if nothing else tells. */
  String of(GivenReference reference) throws IOException {
    URI plain = reference.registry("http").base();
    boolean httpAllowed = options.insecure() || Hosts.isLoopback(plain);
    if (reference.scheme().isPresent()) {
      String given = reference.scheme().get();
      if (given.equals("http") && !httpAllowed) {
        throw new IllegalArgumentException(
            "http://" + reference.authority() + " is not encrypted: --insecure allows that");
      }
      return given;
    }
    if (!httpAllowed) {
      return "https";
    }
    String remembered = known.get(reference.authority());
    if (remembered != null) {
      return remembered;
    }
    String found = probe(reference);
    known.put(reference.authority(), found);
    return found;
  }

  private String probe(GivenReference reference) throws IOException {
    try {
      http.probe(reference.registry("https"));
      return "https";
    } catch (SSLHandshakeException e) {
      return "https"; // TLS it is; what is wrong with it, the first request says
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return probePlain(reference, e);
    } catch (IOException e) {
      return probePlain(reference, e);
    }
  }

  private String probePlain(GivenReference reference, IOException https) throws IOException {
    Repository registry = reference.registry("http");
    try {
      http.probe(registry);
      return "http";
    } catch (IOException e) {
      ImageException failure =
          new ImageException(
              registry.registry()
                  + ": no registry answers, neither over HTTPS ("
                  + Failures.reason(https)
                  + ") nor over HTTP ("
                  + Failures.reason(e)
                  + ")",
              e);
      failure.addSuppressed(https);
      throw failure;
    }
  }
}
