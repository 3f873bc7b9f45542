package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The logins of both sides: from options, the environment and stdin.
 *
 * @param from who reads SRC
 * @param to who writes DST
 */
record Logins(Login from, Login to) {
  private static final int MAX_PASSWORD = 1 << 16;

  /**
   * Reads what was given; passwords on stdin are a line each, that of SRC first.
   *
   * @param hasFrom whether SRC is in a registry; what the environment says of it is of no use
   *     otherwise
   * @param hasTo the same of DST
   */
  static Logins read(
      CredentialOptions options, Invocation invocation, boolean hasFrom, boolean hasTo)
      throws IOException {
    Side from =
        new Side(
            "from", options.fromUsername, options.fromPasswordStdin, options.fromCredentialHelper);
    Side to =
        new Side("to", options.toUsername, options.toPasswordStdin, options.toCredentialHelper);
    return new Logins(
        hasFrom ? from.read(invocation) : Login.NONE, hasTo ? to.read(invocation) : Login.NONE);
  }

  /** Reads who reads SRC, where nothing is written. */
  static Login read(ReadingCredentials options, Invocation invocation) throws IOException {
    return new Side("", options.username, options.passwordStdin, options.credentialHelper)
        .read(invocation);
  }

  /** Where both sides are one place: whichever was given. */
  Logins shared() {
    return new Logins(from.isNone() ? to : from, to.isNone() ? from : to);
  }

  /**
   * One side's options.
   *
   * @param name from or to; empty where there is one side alone
   */
  private record Side(
      String name, @Nullable String username, boolean passwordStdin, @Nullable String helper) {

    Login read(Invocation invocation) throws IOException {
      if (helper != null) {
        if (username != null || passwordStdin) {
          throw new UsageException(
              option("credential-helper") + " and " + given() + " contradict each other");
        }
        return new Login(Optional.empty(), Optional.empty(), Optional.of(helper));
      }
      Optional<String> user =
          Optional.ofNullable(username).or(() -> invocation.variable(variable("USERNAME")));
      Optional<String> password =
          passwordStdin
              ? Optional.of(readPassword(invocation.streams().in()))
              : invocation.variable(variable("PASSWORD"));
      return checked(user, password);
    }

    private Login checked(Optional<String> user, Optional<String> password) {
      if (user.isPresent() && password.isEmpty()) {
        String origin = username == null ? variable("USERNAME") : option("username");
        throw new UsageException(
            origin
                + " needs a password: "
                + option("password-stdin")
                + " or the environment's "
                + variable("PASSWORD"));
      }
      if (user.isEmpty() && password.isPresent()) {
        String origin = passwordStdin ? option("password-stdin") : variable("PASSWORD");
        throw new UsageException(
            origin
                + " needs a name: "
                + option("username")
                + " or the environment's "
                + variable("USERNAME"));
      }
      return new Login(user, password, Optional.empty());
    }

    private String given() {
      return option(username == null ? "password-stdin" : "username");
    }

    private String option(String what) {
      return "--" + (name.isEmpty() ? "" : name + "-") + what;
    }

    private String variable(String what) {
      String side = name.isEmpty() ? "from" : name;
      return "STARGZIFY_" + side.toUpperCase(Locale.ROOT) + "_" + what;
    }

    /** One line, byte by byte: what is behind it may be the other side's. */
    private String readPassword(InputStream in) throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int b = in.read();
      while (b >= 0 && b != '\n') {
        if (line.size() == MAX_PASSWORD) {
          throw new UsageException(
              option("password-stdin") + ": a line of more than " + MAX_PASSWORD + " bytes");
        }
        line.write(b);
        b = in.read();
      }
      String password = line.toString(UTF_8);
      if (password.endsWith("\r")) {
        password = password.substring(0, password.length() - 1);
      }
      if (password.isEmpty()) {
        throw new UsageException(option("password-stdin") + ": there is no password on stdin");
      }
      return password;
    }
  }
}
