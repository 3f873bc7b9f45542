package dev.stargz.registry;

import com.google.cloud.tools.jib.registry.credentials.CredentialHelperNotFoundException;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperUnhandledServerUrlException;
import com.google.cloud.tools.jib.registry.credentials.DockerCredentialHelper;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a program {@code docker-credential-*} through Jib. What it prints is never shown. */
final class CredentialHelper {
  private static final String PREFIX = "docker-credential-";

  /** How long a helper may take: it may ask a cloud, but hardly a person. */
  static final Duration LONGEST = Duration.ofMinutes(1);

  private final Duration longest;
  private final String program;
  private final Map<String, String> environment;

  /**
   * @param name what stands behind {@code docker-credential-}, or a path
   */
  CredentialHelper(String name, Map<String, String> environment) {
    this(name, environment, LONGEST);
  }

  CredentialHelper(String name, Map<String, String> environment, Duration longest) {
    this.longest = longest;
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
      DockerCredentialHelper helper =
          new DockerCredentialHelper(server, Path.of(program), environment);
      com.google.cloud.tools.jib.api.Credential found = awaited(helper::retrieve, longest);
      String user = found.getUsername();
      return Optional.of(
          Credential.login(user, found.getPassword(), "the credential helper " + program));
    } catch (CredentialHelperUnhandledServerUrlException e) {
      // Jib's words for a helper that prints no JSON; this is what helpers print who have nothing.
      if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("not found")) {
        return Optional.empty();
      }
      throw failed(server);
    } catch (CredentialHelperNotFoundException e) {
      throw new Missing("the credential helper " + program + " isn't there: is it in PATH?");
    } catch (TimeoutException e) {
      throw new ImageException(
          "the credential helper "
              + program
              + " said nothing about "
              + server
              + " for "
              + longest.toSeconds()
              + " s: does it wait for a passphrase?");
    } catch (InterruptedIOException e) {
      throw e;
    } catch (Exception e) {
      throw failed(server);
    }
  }

  /**
   * Calls what can't be interrupted, and leaves it alone if it takes too long.
   *
   * @throws TimeoutException if it does
   * @throws InterruptedIOException if this thread is interrupted
   * @throws Exception what the call throws
   */
  static <T> T awaited(Callable<T> call, Duration longest) throws Exception {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "stargzify-credential-helper");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a credential helper was asked");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Without the cause: Jib quotes what the helper printed. */
  private ImageException failed(String server) {
    return new ImageException(
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

  /** The program isn't there. */
  static final class Missing extends ImageException {
    private static final long serialVersionUID = 1L;

    private Missing(String message) {
      super(message);
    }
  }
}
