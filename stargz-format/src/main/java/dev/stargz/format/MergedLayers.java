package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import java.util.List;

/**
 * What is true of layers that were merged.
 *
 * @param diffIds of each layer the digest of its tar, all of it, the lowest first: as in the
 *     config's {@code rootfs.diff_ids}
 * @param warnings what about the layers their owner may want to know
 */
public record MergedLayers(List<Digest> diffIds, List<WriterWarning> warnings) {}
