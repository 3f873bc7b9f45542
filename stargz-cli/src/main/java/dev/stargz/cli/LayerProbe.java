package dev.stargz.cli;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.toc.Footer;
import dev.stargz.image.BlobMissingException;
import dev.stargz.image.Descriptor;
import dev.stargz.image.LayerClaims;
import dev.stargz.image.MediaTypes;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Opens a layer whatever its annotations say of it, or tells in a few words why it is no stargz.
 * For commands that look at all layers there are.
 */
final class LayerProbe implements Closeable {
  private static final String ENCRYPTED = "+encrypted";

  private final @Nullable StargzReader reader;
  private final String reason;

  private LayerProbe(@Nullable StargzReader reader, String reason) {
    this.reader = reader;
    this.reason = reason;
  }

  /**
   * Opens a layer: its TOC is read, of a layer that is no stargz the last bytes.
   *
   * @return what the caller closes
   * @throws dev.stargz.format.blob.CorruptException if it is a stargz that is damaged
   * @throws UnsupportedException if it is one that this version can't read
   */
  static LayerProbe open(OpenLayer layer) throws IOException {
    String type = layer.descriptor().map(Descriptor::mediaType).orElse("");
    if (type.endsWith(ENCRYPTED)) {
      return new LayerProbe(null, "encrypted");
    }
    try {
      return new LayerProbe(
          StargzReader.open(layer.openBlob(), Optional.empty(), tocOffset(layer)), "");
    } catch (NotStargzException e) {
      return new LayerProbe(null, "no footer");
    } catch (UnsupportedException e) {
      return new LayerProbe(null, otherFormat(layer).orElseThrow(() -> e));
    } catch (BlobMissingException e) {
      if (MediaTypes.isForeign(type)) {
        return new LayerProbe(null, "kept elsewhere");
      }
      throw e;
    }
  }

  /** Whether the manifest takes the layer for a stargz. */
  static boolean isAnnotated(OpenLayer layer) {
    return layer
        .descriptor()
        .filter(each -> new LayerClaims(each, layer.diffId()).takesItForStargz())
        .isPresent();
  }

  private static OptionalLong tocOffset(OpenLayer layer) {
    return layer
        .descriptor()
        .map(descriptor -> new LayerClaims(descriptor, layer.diffId()).tocOffset())
        .orElse(OptionalLong.empty());
  }

  private static Optional<String> otherFormat(OpenLayer layer) throws IOException {
    try (RandomAccessSource blob = layer.openBlob()) {
      return Footer.otherFormat(blob.readTail(Footer.TAIL));
    }
  }

  /** The layer's files; nothing if it is no stargz. */
  Optional<StargzReader> reader() {
    return Optional.ofNullable(reader);
  }

  /** Why it is no stargz. */
  String reason() {
    return reason;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }
}
