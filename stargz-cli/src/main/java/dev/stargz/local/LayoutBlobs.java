package dev.stargz.local;

import dev.stargz.image.BlobMissingException;
import dev.stargz.image.BlobSizeException;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.JsonObject;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.util.Optional;

/**
 * The blobs of an OCI layout: {@code blobs/ALGORITHM/HEX}. OCI image spec, "Image Layout", "Blobs".
 *
 * @param members the layout's files
 * @param who the layout's name for messages
 */
record LayoutBlobs(Members members, String who) {
  /** Where a blob is, from the layout's root. */
  static String path(ContentDigest digest) {
    return "blobs/" + digest.algorithm() + "/" + digest.hex();
  }

  /** Looks a blob up; whether it has the size that is said is for the caller to see. */
  Optional<FilePart> find(ContentDigest digest) throws IOException {
    return members.find(path(digest));
  }

  /** Whether there is a blob of that digest and size. */
  boolean has(Descriptor blob) throws IOException {
    return find(blob.digest()).filter(part -> part.size() == blob.size()).isPresent();
  }

  /** A blob, of the size that its descriptor says. */
  FilePart blob(Descriptor blob) throws IOException {
    Optional<FilePart> part = find(blob.digest());
    if (part.isEmpty()) {
      throw new BlobMissingException(who + " has no blob " + blob.digest());
    }
    return sized(part.get(), blob);
  }

  private FilePart sized(FilePart part, Descriptor blob) throws ImageException {
    if (part.size() != blob.size()) {
      throw new BlobSizeException(
          who
              + ": "
              + path(blob.digest())
              + " is damaged: expected "
              + blob.size()
              + " bytes, as its descriptor says, found "
              + part.size());
    }
    return part;
  }

  /** A manifest or index, its bytes checked; its type is found out if the descriptor has none. */
  RawManifest manifest(Descriptor descriptor) throws IOException {
    Optional<FilePart> part = find(descriptor.digest());
    if (part.isEmpty()) {
      throw new BlobMissingException(missing(descriptor));
    }
    String what = who + ": manifest " + descriptor.digest();
    byte[] bytes = sized(part.get(), descriptor).readAll(RawManifest.MAX_SIZE, what);
    if (!descriptor.digest().matches(bytes)) {
      throw new CorruptImageException(
          what
              + " is damaged: its bytes have the digest "
              + ContentDigest.of(bytes)
              + "; fetch or copy the image anew");
    }
    String type = descriptor.mediaType();
    return new RawManifest(
        bytes, type.isEmpty() ? ManifestType.of(bytes, what) : type, descriptor.digest());
  }

  private String missing(Descriptor descriptor) {
    String what = who + " has no manifest " + descriptor.digest();
    return descriptor
        .platform()
        .map(
            platform ->
                what
                    + " ("
                    + platform(platform)
                    + "), which its index names: to convert what is there, choose it with"
                    + " --platform OS/ARCH and --only-platform")
        .orElse(what);
  }

  /** A platform as people write it. */
  static String platform(JsonObject platform) {
    String text =
        platform.string("os").orElse("?") + "/" + platform.string("architecture").orElse("?");
    return platform.string("variant").map(variant -> text + "/" + variant).orElse(text);
  }
}
