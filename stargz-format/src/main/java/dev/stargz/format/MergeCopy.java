package dev.stargz.format;

import dev.stargz.format.LayerFlattener.Layer;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.flatten.MergedNode;
import dev.stargz.format.flatten.MergedOrder;
import dev.stargz.format.flatten.MergedTree;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.HeaderEdit;
import dev.stargz.format.tar.TarBlock;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The second pass over the layers: copies what is left of them. */
final class MergeCopy {
  private static final int BUFFER = 1 << 16;

  private final WriterOptions options;
  private final MergeScan scan;
  private final MergedTree tree;
  private final Spool headers;
  private final OutputStream target;
  private final List<MergedNode> order;
  private final byte[] buffer = new byte[BUFFER];
  private int next;

  MergeCopy(WriterOptions options, MergeScan scan, Spool headers, OutputStream target) {
    this.options = options;
    this.scan = scan;
    this.tree = scan.tree();
    this.headers = headers;
    this.target = target;
    this.order = MergedOrder.of(tree);
  }

  /** Writes the tar, its end included. */
  void write(List<? extends Layer> layers) throws IOException {
    long sequence = 0;
    for (int i = 0; i < layers.size(); i++) {
      if (hasMoreBefore(scan.end(i))) {
        copy(layers.get(i), sequence, scan.end(i));
      }
      sequence = scan.end(i);
    }
    target.write(new byte[2 * TarBlock.SIZE]);
  }

  private boolean hasMoreBefore(long sequence) {
    return next < order.size() && order.get(next).place() < sequence;
  }

  private void copy(Layer layer, long start, long end) throws IOException {
    try (InputStream in = layer.open();
        LayerSource source = LayerSource.open(in)) {
      TarReader tar = new TarReader(source.tar(), 0, options.maxExpandedSize());
      for (long sequence = start; hasMoreBefore(end); sequence++) {
        LayerFlattener.checkInterrupt();
        TarEntry entry = tar.next();
        if (entry == null) {
          throw new CorruptException(
              "expected " + (end - start) + " entries as the first time, found fewer",
              Location.inTar(null, tar.position()));
        }
        while (next < order.size() && order.get(next).place() == sequence) {
          write(order.get(next++), tar, entry, sequence);
        }
      }
    } catch (StargzException e) {
      throw e.inLayer(layer.name());
    }
  }

  /** Writes a node whose turn it is when {@code tar} stands at an entry. */
  private void write(MergedNode node, TarReader tar, TarEntry entry, long sequence)
      throws IOException {
    writeDirectories(node.isDirectory() ? node : node.parent());
    if (node.isDirectory()) {
      return;
    }
    if (node.first() == node) {
      writeContent(node, tar, entry);
    } else if (node.sequence() == sequence) {
      writeLink(node, tar, entry);
    } else {
      byte[] header = headers.read(node.headerAt(), node.headerLength());
      TarReader kept = new TarReader(new ByteArrayInputStream(header), 0, 0);
      TarEntry link = kept.next();
      if (link == null) {
        throw new IllegalStateException("the header of '" + node.path() + "' is gone");
      }
      writeLink(node, kept, link);
    }
    node.setWritten();
  }

  /** Writes a directory and those above it, as far as they have entries and aren't written yet. */
  private void writeDirectories(@Nullable MergedNode directory) throws IOException {
    Deque<MergedNode> missing = new ArrayDeque<>();
    for (MergedNode at = directory; at != null && !at.isWritten(); at = at.parent()) {
      missing.addFirst(at);
    }
    for (MergedNode node : missing) {
      if (node.hasHeader()) {
        target.write(headers.read(node.headerAt(), node.headerLength()));
      }
      node.setWritten();
    }
  }

  private void writeContent(MergedNode node, TarReader tar, TarEntry entry) throws IOException {
    target.write(named(tar, entry, node.path()));
    int n;
    while ((n = tar.read(buffer, 0, BUFFER)) > 0) {
      LayerFlattener.checkInterrupt();
      target.write(buffer, 0, n);
    }
    target.write(tar.padding());
  }

  private void writeLink(MergedNode node, TarReader tar, TarEntry entry) throws IOException {
    byte[] header = named(tar, entry, node.path());
    EntryName content = entry.linkName().cleaned();
    if (!leadsTo(node.first(), content)) {
      header = HeaderEdit.withLinkName(header, header.length, node.first().path());
    }
    target.write(header);
  }

  /** Whether a path in what is written so far names the content that {@code first} names. */
  private boolean leadsTo(MergedNode first, EntryName path) {
    MergedNode there = tree.find(path);
    return there != null && there.isWritten() && !there.isDirectory() && there.first() == first;
  }

  /** The entry's header as it came, if it names that path, else one that does. */
  static byte[] named(TarReader tar, TarEntry entry, EntryName path) throws IOException {
    if (entry.name().cleaned().equals(path)) {
      return Arrays.copyOf(tar.header(), tar.headerLength());
    }
    EntryName name = entry.kind() == EntryKind.DIRECTORY ? path.append('/') : path;
    return HeaderEdit.withName(tar.header(), tar.headerLength(), name);
  }
}
