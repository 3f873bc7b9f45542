package dev.stargz.registry;

import java.io.IOException;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a resource was found in the end. Who was sent on asks there at once, until that is refused:
 * addresses in a store are signed, and hold for some minutes.
 */
final class Whereabouts {
  private volatile @Nullable URI store;

  /**
   * Asks for a part.
   *
   * @param home the request for all of it, at the address it is known by
   * @param part makes that a request for a part
   * @return the answer, whatever its status; the caller closes it
   */
  Response ask(RegistryHttp http, Request home, UnaryOperator<Request> part) throws IOException {
    URI known = store;
    if (known != null) {
      try {
        Response answer = http.send(part.apply(home.withUri(known)));
        if (answer.status() == 206) {
          return answer;
        }
        answer.close();
      } catch (BrokenConnectionException e) {
        // that host is gone; whoever sent us there may know another
      }
      store = null;
    }
    Response answer = http.send(part.apply(home));
    if (answer.status() == 206 && !answer.uri().equals(home.uri())) {
      store = answer.uri();
    }
    return answer;
  }
}
