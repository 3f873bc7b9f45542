package dev.stargz.cli;

import java.util.Optional;

/**
 * Who we are at a registry, as far as this command line says: a name and a password, a credential
 * helper, or nothing.
 *
 * @param username with {@code password}, or not at all
 * @param password a secret
 * @param helper the program {@code docker-credential-HELPER}
 */
record Login(Optional<String> username, Optional<String> password, Optional<String> helper) {
  static final Login NONE = new Login(Optional.empty(), Optional.empty(), Optional.empty());

  boolean isNone() {
    return equals(NONE);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "Login[" + username.orElse("-") + ", " + helper.orElse("-") + "]";
  }
}
