package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import java.util.Optional;

/**
 * An image in a registry.
 *
 * @param repository where it is
 * @param tag its tag; {@code latest} if neither tag nor digest were given
 * @param digest its digest, which its bytes must have
 */
record Reference(Repository repository, Optional<String> tag, Optional<ContentDigest> digest) {
  /** What a manifest is asked for by: the digest if there is one. */
  String qualifier() {
    return digest.map(ContentDigest::toString).or(() -> tag).orElse("latest");
  }

  /** As people write it. */
  @Override
  public String toString() {
    return repository
        + tag.map(name -> ":" + name).orElse("")
        + digest.map(value -> "@" + value).orElse("");
  }
}
