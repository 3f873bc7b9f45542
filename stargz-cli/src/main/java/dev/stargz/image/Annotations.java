package dev.stargz.image;

import java.util.List;

/** The annotations that a conversion reads, writes or takes away. */
final class Annotations {
  /** On a layer: the TOC's digest. Without it the containerd snapshotter refuses the layer. */
  static final String TOC_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

  /** On a layer: the decimal size of the blob decompressed, for Podman and CRI-O. */
  static final String UNCOMPRESSED_SIZE = "io.containers.estargz.uncompressed-size";

  /** On a layer: the decimal offset of the TOC's member; saves a reader a request. */
  static final String TOC_OFFSET = "dev.stargz.toc.offset";

  /** On a layer and on a manifest: digest of what it was made from. */
  static final String SOURCE_DIGEST = "dev.stargz.source.digest";

  /** On a layer: the decimal number of zeros behind the source's last entry. */
  static final String SOURCE_TAIL = "dev.stargz.source.tail";

  /** On a layer and on a manifest: how it was made. */
  static final String CONVERSION = "dev.stargz.conversion";

  /** On the manifest of a variant without files: the image that has them. */
  static final String META_FOR = "dev.stargz.meta.for";

  /** On an index's entry: what the entry is to another one, in BuildKit's indexes. */
  static final String REFERENCE_TYPE = "vnd.docker.reference.type";

  /** The value of {@link #REFERENCE_TYPE} that makes an attestation. */
  static final String ATTESTATION = "attestation-manifest";

  /** On an attestation's entry: the digest of the image it speaks of. */
  static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";

  /** On a manifest: the digest of an index over its layers as they were. */
  static final String SOCI_INDEX = "com.amazon.soci.index-digest";

  /** On a layer: what speaks of its old bytes and would be wrong of the new ones. */
  private static final List<String> OF_OLD_BYTES =
      List.of(
          "containerd.io/uncompressed",
          "containerd.io/snapshot/stargz/",
          "containerd.io/snapshot/nydus-",
          "containerd.io/snapshot/overlaybd/",
          "io.containers.estargz.",
          "dev.stargz.");

  private Annotations() {}

  /** Whether a layer's annotation speaks of its bytes, and so not of other bytes. */
  static boolean speaksOfBytes(String key) {
    return key.contains("zstd-chunked") || OF_OLD_BYTES.stream().anyMatch(key::startsWith);
  }
}
