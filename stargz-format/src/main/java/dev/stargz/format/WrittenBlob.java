package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import java.util.List;

/**
 * What is true of a blob that was written to its last byte: for a layer's descriptor, the image's
 * config, and the annotations.
 *
 * @param digest of the blob, as in the layer's descriptor
 * @param size of the blob in bytes
 * @param diffId digest of the blob decompressed, as in the config's {@code rootfs.diff_ids}
 * @param uncompressedSize of the blob decompressed, in bytes
 * @param tocDigest digest of the TOC's JSON, for the annotation {@code
 *     containerd.io/snapshot/stargz/toc.digest}
 * @param tocOffset where in the blob the TOC's member starts, in bytes
 * @param sourceSize of what was read to make it, in bytes as given
 * @param warnings what about the input its owner may want to know
 */
public record WrittenBlob(
    Digest digest,
    long size,
    Digest diffId,
    long uncompressedSize,
    Digest tocDigest,
    long tocOffset,
    long sourceSize,
    List<WriterWarning> warnings) {}
