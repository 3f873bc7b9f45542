package dev.stargz.registry;

import dev.stargz.image.BlobMissingException;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Asks for parts of a file on a web server. */
final class UrlRequests implements PartRequests {
  private static final String WHOLE = "fetch it to a file, and read that";

  private final RegistryHttp http;
  private final String hint;
  private final Whereabouts whereabouts = new Whereabouts();

  /** Asks with a login, if there is one to be shown. */
  private final Request known;

  private volatile Request home;

  private UrlRequests(RegistryHttp http, Request home, Request known, String hint) {
    this.http = http;
    this.home = home;
    this.known = known;
    this.hint = hint;
  }

  /** Requests over connections of their own, which are closed with them. */
  static UrlRequests of(URI given, RegistryOptions options) throws IOException {
    URI uri = withoutUser(given);
    Repository server =
        new Repository(uri.getScheme().toLowerCase(Locale.ROOT), uri.getRawAuthority(), "");
    Optional<Credential> own = login(given.getUserInfo());
    Optional<Credential> login = own.or(() -> options.credential(server));
    boolean shown = options.mayShowCredentials(uri);
    Request anybody = Request.of(server, "GET", uri).anonymous();
    Request known = login.filter(each -> shown).map(anybody::from).orElse(anybody);
    Request home = own.isPresent() ? known : anybody;
    return new UrlRequests(RegistryHttp.open(options), home, known, hint(login, shown));
  }

  private static URI withoutUser(URI uri) {
    String authority = uri.getRawAuthority();
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(uri.getScheme() + "://" + host + uri.getRawPath() + query);
  }

  private static Optional<Credential> login(@Nullable String userInfo) {
    if (userInfo == null || userInfo.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = userInfo.split(":", 2);
    String password = parts.length < 2 ? "" : parts[1];
    return Optional.of(
        new Credential(parts[0], password, false, "the user name and password of the URL"));
  }

  private static String hint(Optional<Credential> login, boolean shown) {
    if (login.isPresent() && !shown) {
      return "credentials are not sent over plain HTTP: --send-credentials-over-http allows that";
    }
    return login
        .map(each -> "asked with " + each + ": is it right, and allowed to do this?")
        .orElse("asked without credentials: --username and --password-stdin give some");
  }

  @Override
  public RegistryHttp http() {
    return http;
  }

  @Override
  public Request home() {
    return home;
  }

  @Override
  public String where() {
    return Redaction.of(home.uri()) + ": ";
  }

  @Override
  public OptionalLong knownSize() {
    return OptionalLong.empty();
  }

  @Override
  public boolean mayChange() {
    return true;
  }

  @Override
  public Response part(String range) throws IOException {
    UnaryOperator<Request> part = request -> request.with("Range", range);
    Request asked = home;
    Response answer = whereabouts.ask(http, asked, part);
    if (answer.status() != 401 || !isHome(answer) || asked.equals(known)) {
      return answer;
    }
    answer.close();
    home = known; // not before it is asked for: it may be meant for another host
    return whereabouts.ask(http, known, part);
  }

  @Override
  public ImageException refused(Response answer) {
    String outcome = where() + answer.outcome() + sender(answer);
    return switch (answer.status()) {
      case 404, 410 -> new BlobMissingException(outcome);
      case 401, 403 -> new ImageException(isHome(answer) ? outcome + "; " + hint : outcome);
      case 416 -> new ImageException(outcome + "; " + WHOLE);
      default -> new ImageException(outcome);
    };
  }

  @Override
  public ImageException withoutParts() {
    return new ImageException(
        where() + "the server sends all of it to who asks for a part; " + WHOLE);
  }

  private boolean isHome(Response answer) {
    return home.repository().isHome(answer.uri());
  }

  /** Who answered, if that is another host. */
  private String sender(Response answer) {
    return isHome(answer) ? "" : " (from " + Redaction.of(answer.uri()) + ")";
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
