package dev.stargz.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who asks. A secret is never part of {@link #toString}.
 *
 * @param username empty if there is none
 * @param secret the password, or the identity token
 * @param identityToken whether the secret is a token to be exchanged for access tokens
 * @param origin where it came from, for messages
 */
record Credential(String username, String secret, boolean identityToken, String origin) {
  /** The user name that says that the password is an identity token. */
  static final String TOKEN_USER = "<token>";

  static Credential login(String username, String password, String origin) {
    boolean token = username.equals(TOKEN_USER);
    return new Credential(token ? "" : username, password, token, origin);
  }

  static Credential identityToken(String username, String token, String origin) {
    String known = username.equals(TOKEN_USER) ? "" : username;
    return new Credential(known, token, true, origin);
  }

  Credential withSecret(String newSecret) {
    return new Credential(username, newSecret, identityToken, origin);
  }

  /** RFC 7617, 2. */
  String basic() {
    byte[] pair = (username + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** Where it came from. */
  @Override
  public String toString() {
    return origin;
  }
}
