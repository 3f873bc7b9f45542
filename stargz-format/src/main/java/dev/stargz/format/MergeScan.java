package dev.stargz.format;

import dev.stargz.format.LayerFlattener.Layer;
import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.LayerName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.flatten.MergedNode;
import dev.stargz.format.flatten.MergedTree;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import dev.stargz.format.toc.Landmark;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The first pass over the layers: finds out what each path is in the end. */
final class MergeScan {
  /** Bytes of headers that are kept on disk: a thousand times what large images have. */
  private static final long MAX_HEADERS = 4L << 30;

  private final WriterOptions options;
  private final Warnings warnings;
  private final EntryFilter filter;
  private final Spool headers;
  private final MergedTree tree;
  private final List<Long> ends = new ArrayList<>();
  private final List<Digest> diffIds = new ArrayList<>();
  private long sequence;

  /** Starts with no layers; {@code headers} takes the headers that are written out of order. */
  MergeScan(WriterOptions options, Warnings warnings, Spool headers, long maxHeap) {
    this.options = options;
    this.warnings = warnings;
    this.filter = new EntryFilter(options.skipUnsupported(), warnings);
    this.headers = headers;
    this.tree = new MergedTree(maxHeap);
  }

  /** What the layers are together. */
  MergedTree tree() {
    return tree;
  }

  /** The digests of the layers' tars. */
  List<Digest> diffIds() {
    return List.copyOf(diffIds);
  }

  /** How many entries the layers up to and including that one have. */
  long end(int layer) {
    return ends.get(layer);
  }

  /** Puts a layer over those that were read before. */
  void read(Layer layer) throws IOException {
    tree.startLayer();
    try (InputStream in = layer.open();
        LayerSource source = LayerSource.open(in)) {
      TarReader tar = new TarReader(source.tar(), 0, options.maxExpandedSize());
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        LayerFlattener.checkInterrupt();
        take(tar, entry, layer);
        sequence++;
      }
      tree.endLayer();
      if (tar.hasDataBehindEnd()) {
        warnings.add(
            Kind.DATA_BEHIND_END,
            null,
            "layer '"
                + layer.name()
                + "': bytes behind the archive's two zero blocks were dropped");
      }
      diffIds.add(source.diffId());
    } catch (StargzException e) {
      throw e.inLayer(layer.name());
    }
    ends.add(sequence);
  }

  private void take(TarReader tar, TarEntry entry, Layer layer) throws IOException {
    if (entry.kind() == EntryKind.GLOBAL_RECORDS) {
      warnOfGlobalRecords(entry, layer);
      return;
    }
    if (entry.kind() == EntryKind.UNSUPPORTED && !filter.accepts(entry)) {
      return;
    }
    LayerName name = LayerName.of(entry.name(), entry.location());
    switch (name.kind()) {
      case ENTRY -> takeEntry(tar, entry, layer);
      case SCRATCH -> tree.putScratch(entry, sequence);
      case WHITEOUT -> tree.removeLower(name.path(), entry);
      case OPAQUE -> tree.removeLowerBelow(name.path(), entry);
      case IGNORED -> {}
      case BELOW_WHITEOUT ->
          warnings.add(
              Kind.BELOW_WHITEOUT_DROPPED,
              entry.name(),
              describe(entry, layer) + " was dropped: it lies below a whiteout");
    }
  }

  private void takeEntry(TarReader tar, TarEntry entry, Layer layer) throws IOException {
    EntryName path = entry.name().cleaned();
    if (Landmark.isReserved(path)) {
      tree.putScratch(entry, sequence); // a lazily readable layer's own files
      return;
    }
    MergedNode node = tree.put(entry, sequence);
    if (node == null) {
      return;
    }
    EntryName place = node.path();
    if (!place.equals(path)) {
      warnings.add(
          Kind.BELOW_SYMLINK,
          entry.name(),
          describe(entry, layer) + " lies below a symbolic link: it went to '" + place + "'");
    }
    if (node.keepsHeader()) {
      byte[] header = MergeCopy.named(tar, entry, place);
      checkRoom(header.length, entry);
      node.keepHeader(headers.append(header), header.length);
    }
  }

  private void checkRoom(int length, TarEntry entry) throws UnsupportedException {
    if (headers.size() + length > MAX_HEADERS) {
      throw new UnsupportedException(
          "the headers of directories take more than " + MAX_HEADERS + " bytes", entry.location());
    }
  }

  private static String describe(TarEntry entry, Layer layer) {
    return "entry '" + entry.name() + "' of layer '" + layer.name() + "'";
  }

  private void warnOfGlobalRecords(TarEntry entry, Layer layer) {
    if (!entry.extras().commentOnly()) {
      warnings.add(
          Kind.GLOBAL_RECORDS,
          null,
          "global PAX records (byte "
              + entry.position()
              + " of the tar of layer '"
              + layer.name()
              + "') were dropped: they would be for the entries of other layers too; container"
              + " engines ignore them");
    }
  }
}
