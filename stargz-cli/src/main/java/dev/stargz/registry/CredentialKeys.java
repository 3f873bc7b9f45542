package dev.stargz.registry;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Under which names a repository's credentials may stand: Podman's files have them for each
 * repository or a part of its path, Docker's for a registry, in several spellings.
 */
final class CredentialKeys {
  /** Docker Hub's name since the first Docker. */
  static final String HUB_SERVER = "https://index.docker.io/v1/";

  private static final List<String> HUB_HOSTS =
      List.of("docker.io", "index.docker.io", Repository.DOCKER_HUB);

  private CredentialKeys() {}

  /** Without scheme, most specific first: {@code host/a/b}, {@code host/a}, {@code host}. */
  static List<String> of(Repository repository) {
    boolean hub = repository.authority().equals(Repository.DOCKER_HUB);
    List<String> hosts = hub ? HUB_HOSTS : List.of(repository.authority());
    Set<String> keys = new LinkedHashSet<>();
    for (String path = "/" + repository.name();
        !path.isEmpty();
        path = path.substring(0, path.lastIndexOf('/'))) {
      for (String host : hosts) {
        keys.add(host.toLowerCase(Locale.ROOT) + path);
      }
    }
    hosts.forEach(host -> keys.add(host.toLowerCase(Locale.ROOT)));
    return new ArrayList<>(keys);
  }

  /** A key as a file spells it, in the form of {@link #of}. */
  static String normal(String key) {
    String given = key.strip().replaceFirst("/+$", "");
    String bare = given.replaceFirst("^https?://", "");
    // Docker once wrote the API's address; without a scheme it is the name of a repository.
    boolean address = !bare.equals(given) || bare.startsWith("index.docker.io/");
    String host = address ? bare.replaceFirst("/v[12]$", "") : bare;
    int slash = host.indexOf('/');
    return slash < 0
        ? host.toLowerCase(Locale.ROOT)
        : host.substring(0, slash).toLowerCase(Locale.ROOT) + host.substring(slash);
  }

  /** What credential helpers know the registry by. */
  static String server(Repository repository) {
    boolean hub = repository.authority().equals(Repository.DOCKER_HUB);
    return hub ? HUB_SERVER : repository.authority();
  }

  /** The first key that a file has, as it spells it. */
  static Optional<String> find(Set<String> spelled, String key) {
    return spelled.stream().filter(one -> normal(one).equals(key)).findFirst();
  }
}
