package dev.stargz.cli;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.ImageReader;
import dev.stargz.image.ImageSource;
import dev.stargz.registry.LayerUrl;
import dev.stargz.registry.RegistryConnection;
import dev.stargz.registry.RegistryOptions;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens what SRC names. What was opened until something failed is closed. */
final class SourceOpening {
  private final ReadingCommand command;
  private final Invocation invocation;
  private final Deque<Closeable> opened = new ArrayDeque<>();

  SourceOpening(ReadingCommand command, Invocation invocation) {
    this.command = command;
    this.invocation = invocation;
  }

  /** Opens it; called once. */
  OpenSource open(Location location) throws IOException {
    try {
      return openEach(location);
    } catch (IOException | RuntimeException | Error e) {
      try {
        closeAll(opened);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Closes all, the last one first; the first failure is thrown, with the others. */
  static void closeAll(Deque<Closeable> places) throws IOException {
    IOException failure = null;
    while (!places.isEmpty()) {
      try {
        places.pop().close();
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

  private OpenSource openEach(Location location) throws IOException {
    if (location instanceof FileLocation file) {
      Path path = file.path().orElseThrow();
      return new SingleLayer(file.toString(), () -> openFile(file, path));
    }
    if (location instanceof UrlLocation url) {
      // the environment's login is for a registry, and no other server's to know
      Invocation withoutLogin = new Invocation(invocation.streams(), Map.of(), invocation.parsed());
      RegistryOptions options = options(Logins.read(command.credentials, withoutLogin));
      return new SingleLayer(url.toString(), () -> openUrl(url, options));
    }
    return openImage((ImageLocation) location);
  }

  private static RandomAccessSource openFile(FileLocation file, Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(file + " is a directory: expected a layer's blob");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException(
          file + " is no regular file: a layer is read from its end; write it into a file first");
    }
    return RandomAccessSource.of(path);
  }

  private static RandomAccessSource openUrl(UrlLocation url, RegistryOptions options)
      throws IOException {
    return Places.checked(() -> LayerUrl.open(url.url(), options));
  }

  private OpenSource openImage(ImageLocation location) throws IOException {
    ImageSource source = kept(imageSource(location));
    ImageReader image = kept(ImageReader.open(source, Optional.ofNullable(command.from.platform)));
    source.warnings().forEach(this::warn);
    return OpenImage.of(image, Optional.ofNullable(command.from.layer), opened, this::warn);
  }

  private ImageSource imageSource(ImageLocation location) throws IOException {
    if (location instanceof RegistryLocation registry) {
      RegistryOptions options = options(Logins.read(command.credentials, invocation));
      RegistryConnection connection = kept(Places.checked(() -> RegistryConnection.open(options)));
      return Places.checked(() -> connection.source(registry.toString()));
    }
    Optional<Path> tempDir = Optional.ofNullable(command.from.tempDir);
    return Places.localSource(location, tempDir, invocation.streams().in());
  }

  private RegistryOptions options(Login login) {
    boolean verbose = command.from.verbose.length > 0;
    Consumer<String> log = verbose ? this::log : line -> {};
    return Connections.options(command.connection, login, invocation, log).build();
  }

  private void warn(String warning) {
    if (!command.common.quiet) {
      log("stargzify: warning: " + warning);
    }
  }

  private void log(String line) {
    invocation.streams().err().println(OneLine.of(line));
  }

  private <T extends Closeable> T kept(T place) {
    opened.push(place);
    return place;
  }
}
