package dev.stargz.registry;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request to a registry, or to where a registry said to ask. Credentials go along only if the URI
 * leads to the repository's own registry.
 *
 * @param repository whose registry it is, and whose credentials count
 * @param method such as {@code GET}
 * @param uri where to
 * @param headers besides {@code Authorization} and those that describe the body's length
 * @param body what is sent
 * @param scopes what the token must allow, such as {@code repository:a/b:pull}, in their order
 * @param retried whether 408, 429, 5xx and broken connections are tried again; a 401 always is,
 *     once with another token, at the same URI
 * @param credentials whether whoever is known to that registry asks; else nobody does
 * @param login who asks in any case; shown as a name and a password before anybody wants to know
 */
record Request(
    Repository repository,
    String method,
    URI uri,
    Map<String, String> headers,
    Optional<RequestBody> body,
    List<String> scopes,
    boolean retried,
    boolean credentials,
    Optional<Credential> login) {
  Request {
    headers = Map.copyOf(headers);
    scopes = List.copyOf(scopes);
  }

  /** A request with nothing but the pull scope, that is retried. */
  static Request of(Repository repository, String method, URI uri) {
    List<String> pull = List.of("repository:" + repository.name() + ":pull");
    return new Request(
        repository, method, uri, Map.of(), Optional.empty(), pull, true, true, Optional.empty());
  }

  Request with(String header, String value) {
    Map<String, String> changed = new LinkedHashMap<>(headers);
    changed.put(header, value);
    return new Request(repository, method, uri, changed, body, scopes, retried, credentials, login);
  }

  Request withBody(RequestBody newBody) {
    return new Request(
        repository,
        method,
        uri,
        headers,
        Optional.of(newBody),
        scopes,
        retried,
        credentials,
        login);
  }

  Request withScopes(List<String> newScopes) {
    return new Request(
        repository, method, uri, headers, body, newScopes, retried, credentials, login);
  }

  Request withUri(URI newUri) {
    return new Request(
        repository, method, newUri, headers, body, scopes, retried, credentials, login);
  }

  /** This request, of whose failures the caller makes what it can. */
  Request once() {
    return new Request(repository, method, uri, headers, body, scopes, false, credentials, login);
  }

  /** This request, from nobody. */
  Request anonymous() {
    return new Request(
        repository, method, uri, headers, body, List.of(), retried, false, Optional.empty());
  }

  /** This request, from somebody who isn't asked for a token. */
  Request from(Credential known) {
    return new Request(
        repository, method, uri, headers, body, List.of(), retried, false, Optional.of(known));
  }

  /** Method and URI, without secrets. */
  @Override
  public String toString() {
    return method + " " + Redaction.of(uri);
  }
}
