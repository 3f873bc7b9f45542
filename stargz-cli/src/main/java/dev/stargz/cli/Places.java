package dev.stargz.cli;

import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.local.DockerArchive;
import dev.stargz.local.OciArchive;
import dev.stargz.local.OciLayout;
import dev.stargz.registry.RegistryConnection;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens the places that a command line names; closes them all, the last one first. */
final class Places implements Closeable {
  private final ConvertOptions options;
  private final Logins logins;
  private final ImageArguments arguments;
  private final Invocation invocation;
  private final Console console;
  private final Deque<Closeable> open = new ArrayDeque<>();
  private @Nullable RegistryConnection from;
  private @Nullable RegistryConnection to;
  private @Nullable RegistryConnection others;

  /**
   * Creates what opens places.
   *
   * @param console gets a line for each request to a registry, if that is wanted
   */
  Places(
      ConvertOptions options,
      Logins logins,
      ImageArguments arguments,
      Invocation invocation,
      Console console) {
    this.options = options;
    this.logins = logins;
    this.arguments = arguments;
    this.invocation = invocation;
    this.console = console;
  }

  /** Opens SRC. */
  ImageSource source(ImageLocation location) throws IOException {
    if (location instanceof RegistryLocation registry) {
      return kept(checked(() -> fromConnection().source(registry.toString())));
    }
    return kept(localSource(location, options.layer().tempDir(), invocation.streams().in()));
  }

  /** Opens a place of earlier results, with the credentials for DST. */
  ImageSource reuseSource(ImageLocation location) throws IOException {
    if (location instanceof RegistryLocation registry) {
      return kept(checked(() -> toConnection(registry).source(registry.toString())));
    }
    return kept(localSource(location, options.layer().tempDir(), invocation.streams().in()));
  }

  /** Opens DST, or a place beside it. */
  ImageTarget target(ImageLocation location) throws IOException {
    if (location instanceof RegistryLocation registry) {
      return kept(checked(() -> toConnection(registry).target(registry.toString())));
    }
    if (location instanceof LayoutLocation layout) {
      return kept(OciLayout.target(layout.directory(), layout.name()));
    }
    return kept(archiveTarget((ArchiveLocation) location));
  }

  /**
   * Opens an image that is in no registry.
   *
   * @param tempDir where archives are copied to; nothing for the default place
   * @param stdin what {@code -} is
   * @return a source that the caller closes
   */
  static ImageSource localSource(ImageLocation location, Optional<Path> tempDir, InputStream stdin)
      throws IOException {
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
              : OciArchive.source(stdin, name, tempDir);
      case DOCKER ->
          file.isPresent()
              ? DockerArchive.source(file.get(), name, tempDir)
              : DockerArchive.source(stdin, name, tempDir);
    };
  }

  private ImageTarget archiveTarget(ArchiveLocation archive) throws IOException {
    Optional<Path> file = archive.file();
    Optional<String> name = archive.name();
    Optional<Path> tempDir = options.layer().tempDir();
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

  /** The login is for one registry; any other would be shown its password. */
  private RegistryConnection toConnection(RegistryLocation registry) throws IOException {
    if (arguments.loginHost().filter(registry.host()::equals).isEmpty()) {
      if (others == null) {
        others = kept(connect(Login.NONE));
      }
      return others;
    }
    if (to == null) {
      to = kept(connect(logins.to()));
    }
    return to;
  }

  /**
   * Opens something; what neither the command line nor the environment may say is a usage error.
   */
  static <T> T checked(Opening<T> opening) throws IOException {
    try {
      return opening.open();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** What is opened. */
  interface Opening<T> {
    T open() throws IOException;
  }

  private RegistryConnection connect(Login login) throws IOException {
    Consumer<String> log = options.log().verbosity() > 1 ? console::line : line -> {};
    return RegistryConnection.open(
        Connections.options(options.connection(), login, invocation, log)
            .referrersTag(options.image().referrersTag)
            .build());
  }

  private <T extends Closeable> T kept(T place) {
    open.push(place);
    return place;
  }

  /** What can't be cleaned up is warned of: the conversion itself is done, or has failed before. */
  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        console.line("stargzify: warning: not all was cleaned up: " + ErrorMessages.of(e));
      }
    }
  }
}
