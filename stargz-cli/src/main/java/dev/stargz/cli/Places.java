package dev.stargz.cli;

import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.local.DockerArchive;
import dev.stargz.local.OciArchive;
import dev.stargz.local.OciLayout;
import dev.stargz.registry.RegistryConnection;
import dev.stargz.registry.RegistryOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens the places that a command line names; closes them all, the last one first. */
final class Places implements Closeable {
  private final ConnectionOptions options;
  private final Logins logins;
  private final Optional<Path> tempDir;
  private final Invocation invocation;
  private final Consumer<String> log;
  private final Deque<Closeable> open = new ArrayDeque<>();
  private @Nullable RegistryConnection from;
  private @Nullable RegistryConnection to;

  /**
   * Creates what opens places.
   *
   * @param log gets a line for each request to a registry
   */
  Places(
      ConnectionOptions options,
      Logins logins,
      Optional<Path> tempDir,
      Invocation invocation,
      Consumer<String> log) {
    this.options = options;
    this.logins = logins;
    this.tempDir = tempDir;
    this.invocation = invocation;
    this.log = log;
  }

  /** Opens SRC. */
  ImageSource source(ImageLocation location) throws IOException {
    if (location instanceof RegistryLocation registry) {
      return kept(fromConnection().source(registry.toString()));
    }
    return kept(localSource(location));
  }

  /** Opens a place of earlier results, with the credentials for DST. */
  ImageSource reuseSource(ImageLocation location) throws IOException {
    if (location instanceof RegistryLocation registry) {
      return kept(toConnection().source(registry.toString()));
    }
    return kept(localSource(location));
  }

  /** Opens DST, or a place beside it. */
  ImageTarget target(ImageLocation location) throws IOException {
    if (location instanceof RegistryLocation registry) {
      return kept(toConnection().target(registry.toString()));
    }
    if (location instanceof LayoutLocation layout) {
      return kept(OciLayout.target(layout.directory(), layout.name()));
    }
    return kept(archiveTarget((ArchiveLocation) location));
  }

  private ImageSource localSource(ImageLocation location) throws IOException {
    if (location instanceof LayoutLocation layout) {
      return OciLayout.source(layout.directory(), layout.name());
    }
    ArchiveLocation archive = (ArchiveLocation) location;
    Optional<Path> file = archive.file();
    Optional<String> name = archive.name();
    return switch (archive.kind()) {
      case OCI ->
          file.isPresent()
              ? OciArchive.source(file.get(), name, tempDir)
              : OciArchive.source(invocation.streams().in(), name, tempDir);
      case DOCKER ->
          file.isPresent()
              ? DockerArchive.source(file.get(), name, tempDir)
              : DockerArchive.source(invocation.streams().in(), name, tempDir);
    };
  }

  private ImageTarget archiveTarget(ArchiveLocation archive) throws IOException {
    Optional<Path> file = archive.file();
    Optional<String> name = archive.name();
    return switch (archive.kind()) {
      case OCI ->
          file.isPresent()
              ? OciArchive.target(file.get(), name, tempDir)
              : OciArchive.target(invocation.streams().out(), name, tempDir);
      case DOCKER ->
          file.isPresent()
              ? DockerArchive.target(file.get(), name, tempDir)
              : DockerArchive.target(invocation.streams().out(), name, tempDir);
    };
  }

  private RegistryConnection fromConnection() throws IOException {
    if (from == null) {
      from = kept(connect(logins.from()));
    }
    return from;
  }

  private RegistryConnection toConnection() throws IOException {
    if (to == null) {
      to = kept(connect(logins.to()));
    }
    return to;
  }

  private RegistryConnection connect(Login login) throws IOException {
    RegistryOptions.Builder builder =
        RegistryOptions.builder()
            .insecure(options.insecure)
            .sendCredentialsOverHttp(options.sendCredentialsOverHttp)
            .referrersTag(options.referrersTag)
            .environment(Map.copyOf(invocation.environment()))
            .log(log);
    if (login.username().isPresent() && login.password().isPresent()) {
      builder.login(login.username().get(), login.password().get());
    }
    login.helper().ifPresent(builder::credentialHelper);
    if (options.caFile != null) {
      builder.caFile(options.caFile);
    }
    if (options.retries != null) {
      builder.tries(options.retries + 1);
    }
    if (options.timeout != null) {
      builder.timeout(Duration.ofSeconds(options.timeout));
    }
    return RegistryConnection.open(builder.build());
  }

  private <T extends Closeable> T kept(T place) {
    open.push(place);
    return place;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
