package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Follows redirects, as far as it is safe. RFC 9110, 15.4. Only what reads is redirected; whether
 * credentials go along is decided for each address anew.
 */
final class Redirects {
  private static final int MAX = 5;
  private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

  private final TokenServer.Sender sender;

  Redirects(TokenServer.Sender sender) {
    this.sender = sender;
  }

  /** The final answer. A store that refuses a signed URL is asked once more with a fresh one. */
  Response send(Request request) throws IOException {
    Response answer = follow(request);
    boolean store = !request.repository().isHome(answer.uri()) && isRead(request);
    boolean started = request.repository().isHome(request.uri());
    if (store && started && answer.status() == 403) {
      answer.close();
      return follow(request);
    }
    return answer;
  }

  private Response follow(Request request) throws IOException {
    Request next = request;
    for (int i = 0; i <= MAX; i++) {
      Response answer = sender.send(next);
      Optional<String> location = answer.header("Location");
      if (!isRead(request) || !STATUSES.contains(answer.status()) || location.isEmpty()) {
        return answer;
      }
      answer.close();
      next = next.withUri(target(next, location.get()));
    }
    throw new ImageException(
        request.repository() + ": " + request + ": redirected more than " + MAX + " times");
  }

  private static boolean isRead(Request request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }

  private static URI target(Request request, String location) throws ImageException {
    URI target;
    try {
      String escaped = UploadLocation.escaped(UploadLocation.withoutFragment(location));
      // Java resolves a query alone against the directory; RFC 3986, 5.2.2, against the file
      target =
          escaped.startsWith("?")
              ? new URI(UploadLocation.withoutQuery(request.uri()) + escaped)
              : request.uri().resolve(new URI(escaped));
    } catch (java.net.URISyntaxException e) {
      throw new ImageException(
          request.repository() + ": " + request + ": redirected to what is no address");
    }
    boolean wasSafe = "https".equalsIgnoreCase(request.uri().getScheme());
    if (wasSafe && !"https".equalsIgnoreCase(target.getScheme())) {
      throw new ImageException(
          request.repository()
              + ": "
              + request
              + ": a redirect to "
              + Redaction.of(target)
              + " is refused: it leaves HTTPS");
    }
    Hosts.refuseHostile(target, request.repository(), "a redirect to");
    return target;
  }
}
