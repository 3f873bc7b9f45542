package dev.stargz.registry;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.BlobMissingException;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An image in a registry, to be read. */
final class RegistrySource implements ImageSource {
  private final RegistryHttp http;
  private final Reference reference;
  private final List<String> scopes;
  private @Nullable RawManifest root;

  RegistrySource(RegistryConnection connection, Reference reference) {
    this(connection, reference, List.of("repository:" + reference.repository().name() + ":pull"));
  }

  /**
   * A source.
   *
   * @param scopes what a token for its manifests must allow
   */
  RegistrySource(RegistryConnection connection, Reference reference, List<String> scopes) {
    this.http = connection.http();
    this.reference = reference;
    this.scopes = scopes;
  }

  Repository repository() {
    return reference.repository();
  }

  @Override
  public String name() {
    return reference.toString();
  }

  @Override
  public synchronized RawManifest root() throws IOException {
    RawManifest known = root;
    if (known == null) {
      known = get(reference.qualifier());
      root = known;
    }
    return known;
  }

  private RawManifest get(String qualifier) throws IOException {
    return ManifestRequests.get(http, repository(), qualifier, scopes, http.tries())
        .orElseThrow(
            () ->
                new BlobMissingException(
                    repository()
                        + ": there is no "
                        + (qualifier.contains(":") ? "manifest " : "tag ")
                        + qualifier
                        + " (404), or no such repository"));
  }

  @Override
  public RawManifest manifest(Descriptor descriptor) throws IOException {
    String digest = descriptor.digest().toString();
    RawManifest found =
        MediaTypes.namesManifest(descriptor.mediaType()) ? get(digest) : getUnlessBlob(descriptor);
    if (found.size() != descriptor.size()) {
      throw new ImageException(
          repository()
              + ": manifest "
              + descriptor.digest()
              + ": expected "
              + descriptor.size()
              + " bytes, found "
              + found.size());
    }
    return found.mediaType().isEmpty()
        ? new RawManifest(found.bytes(), descriptor.mediaType(), found.digest())
        : found;
  }

  /**
   * An index may list blobs, as BuildKit's cache does. docker-registry answers 500 to who asks for
   * one of them as a manifest, which isn't worth another try then.
   */
  private RawManifest getUnlessBlob(Descriptor descriptor) throws IOException {
    String digest = descriptor.digest().toString();
    try {
      Optional<RawManifest> found = ManifestRequests.get(http, repository(), digest, scopes, 1);
      if (found.isPresent()) {
        return found.get();
      }
    } catch (ImageException e) {
      boolean refused =
          e instanceof RegistryException answer
              && (answer.status() == 401 || answer.status() == 403);
      if (refused) {
        throw e;
      }
    }
    if (isBlob(digest)) {
      throw new BlobMissingException(repository() + ": " + digest + " is a blob, no manifest");
    }
    return get(digest);
  }

  private boolean isBlob(String digest) throws IOException {
    Request head = Request.of(repository(), "HEAD", repository().uri("blobs/" + digest));
    try (Response answer = http.send(head.withScopes(scopes))) {
      return answer.status() == 200;
    }
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) throws IOException {
    return BlobStream.open(new BlobRequests(http, repository(), descriptor));
  }

  @Override
  public RandomAccessSource openRanges(Descriptor descriptor) {
    return new HttpRanges(new BlobRequests(http, repository(), descriptor));
  }

  @Override
  public List<String> companions(ContentDigest digest) throws IOException {
    return new Companions(http, repository()).of(digest);
  }

  /** The connection stays open: it is the connection's owner who closes that. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return name();
  }
}
