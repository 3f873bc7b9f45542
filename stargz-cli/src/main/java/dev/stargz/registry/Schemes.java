package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Whether a registry is spoken to over HTTPS or HTTP. What the user says counts. Else it is HTTPS;
 * only this machine, or any with {@code --insecure}, is tried over HTTP when it speaks no TLS.
 */
final class Schemes {
  // What servers with TLS answer to those without: Go's and nginx say so in words, too.
  private static final int BAD_REQUEST = 400;

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

  /** As often as all else: who has only just started hangs up, or isn't there yet. */
  private String probe(GivenReference reference) throws IOException {
    for (int tried = 1; ; tried++) {
      try {
        http.probe(reference.registry("https"));
        return "https";
      } catch (SSLHandshakeException e) {
        // TLS it is, and what is wrong with it the first request says; unless the server hung up.
        if (!(e.getCause() instanceof EOFException)) {
          return "https";
        }
        if (isPlain(reference, e, tried)) {
          return "http";
        }
      } catch (SSLPeerUnverifiedException e) {
        return "https";
      } catch (IOException e) {
        if (isPlain(reference, e, tried)) {
          return "http";
        }
      }
      http.pause(tried, Optional.empty());
    }
  }

  /** Whether HTTP is spoken; fails if that was the last try. */
  private boolean isPlain(GivenReference reference, IOException https, int tried)
      throws IOException {
    if (https instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
      throw https;
    }
    Repository registry = reference.registry("http");
    ImageException failure;
    try {
      int status = http.probe(registry);
      if (status != BAD_REQUEST) {
        return true;
      }
      failure = nobody(registry, https, "400: it seems to want TLS");
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      failure = nobody(registry, https, Failures.reason(e));
    } catch (IOException e) {
      failure = nobody(registry, https, Failures.reason(e));
    }
    if (tried >= http.tries()) {
      throw failure;
    }
    return false;
  }

  private static ImageException nobody(Repository registry, IOException https, String plain) {
    return new ImageException(
        registry.registry()
            + ": no registry answers, neither over HTTPS ("
            + Failures.reason(https)
            + ") nor over HTTP ("
            + plain
            + ")",
        https);
  }
}
