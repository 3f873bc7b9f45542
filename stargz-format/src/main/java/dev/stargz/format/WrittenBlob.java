package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import java.util.List;
import java.util.OptionalLong;

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
 * @param sourceDiffId digest of the source decompressed, each byte of it, those behind the
 *     archive's end too: as in the {@code rootfs.diff_ids} of the config that the source belongs to
 * @param sourceTail how many zero bytes follow the last entry of the source decompressed. Present
 *     only if the source can be rebuilt from the blob alone: no entry was moved, dropped or
 *     expanded, and nothing but zeros follows, at most 64 MiB of them. {@link
 *     StargzVerifier#verify(StargzReader, OptionalLong)} does it
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
    Digest sourceDiffId,
    OptionalLong sourceTail,
    List<WriterWarning> warnings) {}
