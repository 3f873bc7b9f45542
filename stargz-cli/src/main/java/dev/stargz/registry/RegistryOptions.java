package dev.stargz.registry;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How one side of a conversion speaks to its registry. Immutable. */
public final class RegistryOptions {
  private final Builder values;

  private RegistryOptions(Builder values) {
    this.values = values.copy();
  }

  /** Begins with anonymous access, the environment of the process, 5 tries, 2 minutes. */
  public static Builder builder() {
    return new Builder();
  }

  /** The login for a registry. */
  Optional<Credential> credential(Repository repository) {
    boolean meant = values.loginFor == null || values.loginFor.equals(repository.registry());
    return meant ? Optional.ofNullable(values.credential) : Optional.empty();
  }

  Optional<String> credentialHelper() {
    return Optional.ofNullable(values.credentialHelper);
  }

  boolean insecure() {
    return values.insecure;
  }

  Optional<Path> caFile() {
    return Optional.ofNullable(values.caFile);
  }

  boolean sendCredentialsOverHttp() {
    return values.sendCredentialsOverHttp;
  }

  /** Whether credentials may be shown there: not where others on the way can read them. */
  boolean mayShowCredentials(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme())
        || Hosts.isLoopback(uri)
        || sendCredentialsOverHttp();
  }

  boolean referrersTag() {
    return values.referrersTag;
  }

  int tries() {
    return values.tries;
  }

  Duration timeout() {
    return values.timeout;
  }

  Map<String, String> environment() {
    return values.environment;
  }

  Consumer<String> log() {
    return values.log;
  }

  Clock clock() {
    return values.clock;
  }

  Backoff.Sleeper sleeper() {
    return values.sleeper;
  }

  /** Collects options. */
  public static final class Builder {
    private @Nullable Credential credential;
    private @Nullable String loginFor;
    private @Nullable String credentialHelper;
    private @Nullable Path caFile;
    private boolean insecure;
    private boolean sendCredentialsOverHttp;
    private boolean referrersTag;
    private int tries = 5;
    private Duration timeout = Duration.ofMinutes(2);
    private Map<String, String> environment = System.getenv();
    private Consumer<String> log = line -> {};
    private Clock clock = Clock.systemUTC();
    private Backoff.Sleeper sleeper = Backoff.Sleeper.REAL;

    private Builder() {}

    private Builder copy() {
      Builder copy = new Builder();
      copy.credential = credential;
      copy.loginFor = loginFor;
      copy.credentialHelper = credentialHelper;
      copy.caFile = caFile;
      copy.insecure = insecure;
      copy.sendCredentialsOverHttp = sendCredentialsOverHttp;
      copy.referrersTag = referrersTag;
      copy.tries = tries;
      copy.timeout = timeout;
      copy.environment = Map.copyOf(environment);
      copy.log = log;
      copy.clock = clock;
      copy.sleeper = sleeper;
      return copy;
    }

    /**
     * A user's name and password, used instead of what files and helpers hold.
     *
     * @param username {@code <token>} if the password is an identity token
     */
    public Builder login(String username, String password) {
      credential = Credential.login(username, password, "the given user name and password");
      return this;
    }

    /**
     * Where {@link #login} counts; without this it does in every registry that is asked.
     *
     * @param reference an image there, as for {@link RegistryConnection#source}
     * @throws IllegalArgumentException if it is none
     */
    public Builder loginFor(String reference) {
      loginFor = GivenReference.parse(reference).registry("https").registry();
      return this;
    }

    /**
     * A credential helper, used instead of what files hold.
     *
     * @param helper what stands behind {@code docker-credential-}, or a path to a helper
     */
    public Builder credentialHelper(String helper) {
      credentialHelper = helper;
      return this;
    }

    /** Allows {@code http://} and any certificate; off by default. */
    public Builder insecure(boolean allowed) {
      insecure = allowed;
      return this;
    }

    /** Certificates in PEM to be trusted besides those of the Java platform. */
    public Builder caFile(Path file) {
      caFile = file;
      return this;
    }

    /** Allows credentials over plain HTTP to other hosts than this one; off by default. */
    public Builder sendCredentialsOverHttp(boolean allowed) {
      sendCredentialsOverHttp = allowed;
      return this;
    }

    /**
     * Writes the tag {@code sha256-<hex>} that lists what refers to a manifest, where a registry
     * doesn't do so itself. OCI distribution spec, "Referrers Tag Schema". Off by default.
     */
    public Builder referrersTag(boolean written) {
      referrersTag = written;
      return this;
    }

    /**
     * How often a request is tried when the registry is busy or the connection breaks.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder tries(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("expected at least one try, found " + count);
      }
      tries = count;
      return this;
    }

    /**
     * How long a connection may take to be made, and how long one may stand still.
     *
     * @throws IllegalArgumentException if it is less than a millisecond or more than a day
     */
    public Builder timeout(Duration longest) {
      if (longest.toMillis() < 1 || longest.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException("expected a timeout up to a day, found " + longest);
      }
      timeout = longest;
      return this;
    }

    /**
     * The environment that names proxies and files of credentials; by default that of the process.
     */
    public Builder environment(Map<String, String> variables) {
      environment = variables;
      return this;
    }

    /** Where a line is written about each request; it holds no secret. */
    public Builder log(Consumer<String> lines) {
      log = lines;
      return this;
    }

    Builder clock(Clock time) {
      clock = time;
      return this;
    }

    Builder sleeper(Backoff.Sleeper pauses) {
      sleeper = pauses;
      return this;
    }

    /** Makes the options. */
    public RegistryOptions build() {
      return new RegistryOptions(this);
    }
  }
}
