package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Where the environment says that credentials are, in the order in which they are looked for. */
final class CredentialFiles {
  private final Map<String, String> environment;
  private final Consumer<String> log;

  CredentialFiles(Map<String, String> environment, Consumer<String> log) {
    this.environment = environment;
    this.log = log;
  }

  /**
   * Who asks for a repository, by the first file that says so.
   *
   * @throws ImageException if a file, or what it names, is of no use
   */
  Optional<Credential> find(Repository repository) throws IOException {
    Optional<Path> named = directory("REGISTRY_AUTH_FILE", "");
    if (named.isPresent()) {
      CredentialFile file =
          CredentialFile.read(named.get(), false)
              .orElseThrow(
                  () ->
                      new ImageException(
                          named.get() + ": REGISTRY_AUTH_FILE names it, but it isn't there"));
      Optional<Credential> found = file.find(repository, environment, log);
      if (found.isPresent()) {
        return found;
      }
    }
    for (Path path : paths()) {
      Optional<Credential> found = find(path, false, repository);
      if (found.isPresent()) {
        return found;
      }
    }
    Optional<Path> legacy = directory("HOME", ".dockercfg");
    return legacy.isEmpty() ? Optional.empty() : find(legacy.get(), true, repository);
  }

  private Optional<Credential> find(Path path, boolean legacy, Repository repository)
      throws IOException {
    Optional<CredentialFile> file = CredentialFile.read(path, legacy);
    return file.isEmpty() ? Optional.empty() : file.get().find(repository, environment, log);
  }

  private Set<Path> paths() {
    Set<Path> paths = new LinkedHashSet<>();
    directory("XDG_RUNTIME_DIR", "containers/auth.json").ifPresent(paths::add);
    directory("XDG_CONFIG_HOME", "containers/auth.json")
        .or(() -> directory("HOME", ".config/containers/auth.json"))
        .ifPresent(paths::add);
    directory("DOCKER_CONFIG", "config.json")
        .or(() -> directory("HOME", ".docker/config.json"))
        .ifPresent(paths::add);
    return paths;
  }

  private Optional<Path> directory(String variable, String below) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isBlank())
        .map(value -> below.isEmpty() ? Path.of(value) : Path.of(value, below));
  }
}
