package dev.stargz.registry;

import com.google.cloud.tools.jib.registry.credentials.CredentialHelperNotFoundException;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperUnhandledServerUrlException;
import com.google.cloud.tools.jib.registry.credentials.DockerCredentialHelper;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Asks a program {@code docker-credential-*} through Jib. What it prints is never shown. */
final class CredentialHelper {
  private static final String PREFIX = "docker-credential-";

  private final String program;
  private final Map<String, String> environment;

  /**
   * @param name what stands behind {@code docker-credential-}, or a path
   */
  CredentialHelper(String name, Map<String, String> environment) {
    boolean whole = name.contains("/") || name.startsWith(PREFIX);
    this.program = whole ? name : PREFIX + name;
    this.environment = environment;
  }

  /**
   * What it has for a server.
   *
   * @throws ImageException if it isn't there, fails, or prints something else
   */
  Optional<Credential> ask(String server) throws IOException {
    try {
      com.google.cloud.tools.jib.api.Credential found =
          new DockerCredentialHelper(server, Path.of(program), environment).retrieve();
      String user = found.getUsername();
      return Optional.of(
          Credential.login(user, found.getPassword(), "the credential helper " + program));
    } catch (CredentialHelperUnhandledServerUrlException e) {
      return Optional.empty();
    } catch (CredentialHelperNotFoundException e) {
      throw new Missing("the credential helper " + program + " isn't there: is it in PATH?");
    } catch (IOException | RuntimeException e) {
      // Without the cause: Jib quotes what the helper printed.
      throw new ImageException(
          "the credential helper "
              + program
              + " gave no user name and secret for "
              + server
              + "; 'echo "
              + server
              + " | "
              + program
              + " get' shows what it says");
    }
  }

  /** The program isn't there. */
  static final class Missing extends ImageException {
    private static final long serialVersionUID = 1L;

    private Missing(String message) {
      super(message);
    }
  }
}
