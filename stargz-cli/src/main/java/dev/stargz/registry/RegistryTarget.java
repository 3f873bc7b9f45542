package dev.stargz.registry;

import dev.stargz.image.BlobContent;
import dev.stargz.image.BlobMissingException;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.RawManifest;
import dev.stargz.registry.TargetBlobs.Held;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An image in a registry, to be written. */
final class RegistryTarget implements ImageTarget {
  private final RegistryConnection connection;
  private final Reference reference;
  private final TargetBlobs blobs;
  private final BlobPush blobPush;
  private final BlobMount blobMount;
  private final TargetManifests manifests;
  private final ManifestPush manifestPush;
  private final ReferrersTagPush referrersTag;
  private final PushOnce<ContentDigest> inFlight = new PushOnce<>();
  private final Map<ContentDigest, UploadSession> begun = new ConcurrentHashMap<>();

  RegistryTarget(RegistryConnection connection, Reference reference) {
    RegistryHttp http = connection.http();
    Repository repository = reference.repository();
    this.connection = connection;
    this.reference = reference;
    this.blobs = new TargetBlobs(http, repository);
    this.blobPush = new BlobPush(http, blobs);
    this.blobMount = new BlobMount(http, repository);
    this.manifests = new TargetManifests(http, repository);
    this.manifestPush = new ManifestPush(http, repository, blobs, manifests);
    this.referrersTag = new ReferrersTagPush(repository, manifestPush, manifests);
  }

  @Override
  public String name() {
    return reference.toString();
  }

  @Override
  public Optional<ImageSource> existing() throws IOException {
    // Asked with the rights that the push needs: a repository that is only about to be made is
    // forbidden to who can but read it.
    List<String> scopes = UploadSession.scopes(reference.repository());
    ImageSource source = new RegistrySource(connection, reference, scopes);
    try {
      source.root();
      return Optional.of(source);
    } catch (MalformedManifestException e) {
      return Optional.of(source); // something is there: whoever reads it is told what is wrong
    } catch (BlobMissingException e) {
      return Optional.empty();
    } catch (RegistryException e) {
      if (e.status() == 403) {
        return Optional.empty(); // so do some registries say that there is no such repository
      }
      throw e;
    }
  }

  @Override
  public boolean hasBlob(Descriptor blob) throws IOException {
    return blobs.isKnown(blob) || blobs.look(blob) == Held.WHOLE;
  }

  @Override
  public boolean mount(Descriptor blob, ImageSource from) throws IOException {
    if (!(from instanceof RegistrySource source)) {
      return false;
    }
    Repository other = source.repository();
    if (other.equals(reference.repository())) {
      return hasBlob(blob);
    }
    // What is damaged for one repository is so for all of the registry.
    if (!blobMount.isPossible(other) || blobs.isDamaged(blob)) {
      return false;
    }
    BlobMount.Result result = blobMount.mount(blob, other);
    result
        .begun()
        .map(session -> begun.put(blob.digest(), session))
        .ifPresent(UploadSession::cancel);
    return result.done() && blobs.look(blob) == Held.WHOLE;
  }

  @Override
  public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener)
      throws IOException {
    inFlight.run(
        blob.digest(),
        () -> {
          if (!blobs.isKnown(blob)) {
            PushRequest push = new PushRequest(reference.repository(), blob, content, listener);
            blobPush.push(push, Optional.ofNullable(begun.remove(blob.digest())));
          }
        });
    listener.sent(blob.size());
  }

  @Override
  public void pushManifest(RawManifest manifest) throws IOException {
    boolean listed = manifestPush.push(manifest, Optional.empty());
    Optional<Descriptor> subject = PushedParts.of(manifest).subject();
    if (connection.options().referrersTag() && subject.isPresent() && !listed) {
      referrersTag.add(manifest, subject.get());
    }
  }

  @Override
  public Optional<ContentDigest> tagged(Optional<String> tag) throws IOException {
    return manifests.digestOf(nameOf(tag));
  }

  @Override
  public void tag(RawManifest root, Optional<String> tag) throws IOException {
    String name = nameOf(tag);
    // A registry with immutable tags refuses even what is there already.
    Optional<ContentDigest> present = manifests.digestOf(name);
    if (present.isEmpty() || !present.get().matches(root.bytes())) {
      manifestPush.push(root, Optional.of(name), present);
    }
  }

  private String nameOf(Optional<String> tag) throws ImageException {
    return tag.or(reference::tag)
        .orElseThrow(() -> new ImageException(reference + ": has no tag that could be moved"));
  }

  /** Ends uploads that were begun and not used. The connection is its opener's to close. */
  @Override
  public void close() {
    begun.values().forEach(UploadSession::cancel);
    begun.clear();
  }
}
