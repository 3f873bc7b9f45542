package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.RawManifest;
import dev.stargz.registry.TargetBlobs.Held;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pushes manifests, by digest or as a tag, and makes sure that the registry has exactly these
 * bytes. OCI distribution spec, "Pushing manifests".
 */
final class ManifestPush {
  private static final int LOOKS = 4;

  private final RegistryHttp http;
  private final Repository repository;
  private final TargetBlobs blobs;
  private final TargetManifests manifests;

  ManifestPush(
      RegistryHttp http, Repository repository, TargetBlobs blobs, TargetManifests manifests) {
    this.http = http;
    this.repository = repository;
    this.blobs = blobs;
    this.manifests = manifests;
  }

  /**
   * Pushes a manifest.
   *
   * @param tag what it is to be tagged; nothing to push it by its digest
   * @return whether the registry lists it by itself among what refers to its subject
   */
  boolean push(RawManifest manifest, Optional<String> tag) throws IOException {
    return push(manifest, tag, Optional.empty());
  }

  /**
   * Pushes a manifest.
   *
   * @param replaced what the tag stands for now; the registry is asked to refuse if it doesn't
   * @return as above
   */
  boolean push(RawManifest manifest, Optional<String> tag, Optional<ContentDigest> replaced)
      throws IOException {
    Try next = new Try(manifest, tag, replaced);
    while (!next.succeeds()) {
      // It waited already.
    }
    return next.listed;
  }

  /** One manifest, as often as it takes. */
  private final class Try {
    private final RawManifest manifest;
    private final Optional<String> tag;
    private final String name;
    private final PushRefusal refusal;
    private Optional<ContentDigest> replaced;
    private int failed;
    private int unexplained;
    private boolean listed;

    Try(RawManifest manifest, Optional<String> tag, Optional<ContentDigest> replaced) {
      this.manifest = manifest;
      this.tag = tag;
      this.name = tag.orElseGet(() -> manifest.digest().toString());
      this.refusal = new PushRefusal(manifest, tag);
      this.replaced = replaced;
    }

    /** Puts the manifest, and waits if that is to be done again. */
    boolean succeeds() throws IOException {
      try (Response answer = http.send(request())) {
        if (answer.status() / 100 == 2) {
          verify(answer);
          listed = answer.header("OCI-Subject").isPresent();
          return true;
        }
        RegistryException reason =
            http.failure(repository, refusal.asked(), answer, refusal.hint(answer));
        return settled(answer, reason);
      } catch (BrokenConnectionException e) {
        return waited(e, http.tries(), Optional.empty());
      }
    }

    private Request request() {
      Request put =
          Request.of(repository, "PUT", repository.uri("manifests/" + name))
              .with("Content-Type", manifest.mediaType())
              .withBody(RequestBody.of(manifest.bytes()))
              .withScopes(UploadSession.scopes(repository))
              .once();
      return replaced.map(digest -> put.with("If-Match", "\"" + digest + "\"")).orElse(put);
    }

    /** Whether it is there after all; waits otherwise, or fails. */
    private boolean settled(Response answer, RegistryException reason) throws IOException {
      if (answer.status() == 412 && replaced.isPresent() && !refusal.isImmutable(answer)) {
        return unmoved();
      }
      if (saysPartsAreMissing(answer)) {
        return partsMissing(answer, reason);
      }
      if (Backoff.isTransient(answer.status())) {
        // A registry that explains its 500 means it: docker-registry says so of layers with urls.
        boolean meant = answer.status() == 500 && !answer.errors().isEmpty();
        return waited(
            reason, meant ? Math.min(2, http.tries()) : http.tries(), Optional.of(answer));
      }
      throw reason;
    }

    /**
     * Only as a refusal: in the 500 of docker-registry for a layer with urls the same code stands
     * beside others.
     */
    private static boolean saysPartsAreMissing(Response answer) {
      return answer.status() < 500
          && (answer.has("MANIFEST_BLOB_UNKNOWN")
              || answer.has("BLOB_UNKNOWN")
              || answer.has("MANIFEST_UNKNOWN"));
    }

    /**
     * Fails if the tag moved; else it is put without a condition: what this registry compares isn't
     * the digest. RFC 9110, 13.1.1.
     */
    private boolean unmoved() throws IOException {
      Optional<ContentDigest> now = manifests.digestOf(name);
      if (!now.equals(replaced)) {
        throw new ImageException(
            repository
                + ": "
                + refusal.asked()
                + ": somebody else moved the tag meanwhile, from "
                + replaced.map(ContentDigest::toString).orElse("nothing")
                + " to "
                + now.map(ContentDigest::toString).orElse("nothing")
                + "; run again");
      }
      replaced = Optional.empty();
      return false;
    }

    private boolean waited(ImageException reason, int tries, Optional<Response> answer)
        throws IOException {
      if (isTagged()) {
        return true;
      }
      if (++failed >= tries) {
        throw reason;
      }
      http.pause(failed, answer);
      return false;
    }

    /**
     * A tag is moved once: what seemed to fail may have been done, and somebody else may have moved
     * it on before another try.
     */
    private boolean isTagged() throws IOException {
      if (tag.isEmpty()) {
        return false;
      }
      Optional<ContentDigest> present = manifests.digestOf(name);
      return present.isPresent() && present.get().matches(manifest.bytes());
    }

    /** The registry may be about to see a part, or have lost it since it was asked. */
    private boolean partsMissing(Response answer, RegistryException reason) throws IOException {
      List<String> missing = missing(PushedParts.of(manifest));
      if (!missing.isEmpty()) {
        throw new ImageException(
            reason.getMessage()
                + "; the repository has lost, or never had, "
                + String.join(", ", missing)
                + ": run the command again",
            reason);
      }
      if (++unexplained >= LOOKS) {
        throw reason;
      }
      http.pause(unexplained, Optional.of(answer));
      return false;
    }

    private void verify(Response answer) throws IOException {
      Optional<ContentDigest> stored = TargetManifests.digest(answer);
      if (stored.isPresent() && !stored.get().matches(manifest.bytes())) {
        throw other(stored.get());
      }
      boolean sure = answer.status() == 201 && stored.filter(manifest.digest()::equals).isPresent();
      if (!sure) {
        readBack();
      }
    }

    private void readBack() throws IOException {
      Optional<byte[]> stored = manifests.get(name);
      for (int looks = 1; stored.isEmpty() && looks < LOOKS; looks++) {
        http.pause(looks, Optional.empty());
        stored = manifests.get(name);
      }
      if (stored.isEmpty()) {
        throw new ImageException(
            repository + ": " + refusal.asked() + ": the registry took it, but doesn't have it");
      }
      if (!manifest.digest().matches(stored.get())) {
        throw other(ContentDigest.of(stored.get()));
      }
    }

    private ImageException other(ContentDigest stored) {
      String who = tag.isPresent() ? "; perhaps somebody else moved the tag meanwhile" : "";
      return new ImageException(
          repository
              + ": "
              + refusal.asked()
              + ": expected the registry to store "
              + manifest.digest()
              + ", it has "
              + stored
              + who);
    }
  }

  private List<String> missing(PushedParts parts) throws IOException {
    List<String> missing = new ArrayList<>();
    for (Descriptor blob : parts.blobs()) {
      if (isMissing(blobs.look(blob))) {
        missing.add("blob " + blob.digest());
      }
    }
    for (Descriptor child : parts.manifests()) {
      // An index may name blobs as well.
      if (manifests.digestOf(child.digest().toString()).isEmpty() && isMissing(blobs.look(child))) {
        missing.add("manifest " + child.digest());
      }
    }
    return missing;
  }

  private static boolean isMissing(Held held) {
    return held == Held.ABSENT || held == Held.DAMAGED;
  }
}
