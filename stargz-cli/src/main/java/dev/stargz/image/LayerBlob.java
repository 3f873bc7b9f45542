package dev.stargz.image;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.toc.TocBudget;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A blob that one or several layers of an image are; opened once, when it is first needed. */
final class LayerBlob implements Closeable {
  private static final String ENCRYPTED = "+encrypted";

  private final ImageSource source;
  private final Descriptor descriptor;
  private final TocBudget budget;
  private @Nullable StargzReader reader;
  private boolean closed;

  /**
   * Creates a blob.
   *
   * @param budget what the TOCs of the image may take together
   */
  LayerBlob(ImageSource source, Descriptor descriptor, TocBudget budget) {
    this.source = source;
    this.descriptor = descriptor;
    this.budget = budget;
  }

  Descriptor descriptor() {
    return descriptor;
  }

  /** Its bytes; the caller closes them. */
  RandomAccessSource open() throws IOException {
    return source.openRanges(descriptor);
  }

  /** Its files; open until this is closed. A failure may be another one the next time. */
  synchronized StargzReader reader() throws IOException {
    if (closed) {
      throw new IllegalStateException("the image is closed");
    }
    StargzReader opened = reader;
    if (opened == null) {
      refuseOtherKinds();
      opened = StargzReader.open(open(), tocDigest(), tocOffset(), budget);
      reader = opened;
    }
    return opened;
  }

  /** What the media type says is no gzip needn't be asked for. */
  private void refuseOtherKinds() throws NotStargzException {
    String type = descriptor.mediaType();
    String oci = MediaTypes.toOci(type);
    if (type.endsWith(ENCRYPTED)) {
      throw notStargz("it is encrypted");
    }
    if (oci.endsWith("+zstd")) {
      throw notStargz("it is compressed with zstd");
    }
    if (oci.equals(MediaTypes.OCI_LAYER) || oci.equals(MediaTypes.OCI_FOREIGN)) {
      throw notStargz("it is a plain tar");
    }
  }

  private static NotStargzException notStargz(String what) {
    return new NotStargzException(
        what, new Location("the layer", Optional.empty(), OptionalLong.empty()));
  }

  private Optional<Digest> tocDigest() throws ImageException {
    Optional<String> text = descriptor.annotation(Annotations.TOC_DIGEST);
    try {
      return text.map(Digest::parse);
    } catch (IllegalArgumentException e) {
      throw new ImageException(
          source.name()
              + ": layer "
              + descriptor.digest()
              + ": its annotation "
              + Annotations.TOC_DIGEST
              + " is malformed: "
              + e.getMessage(),
          e);
    }
  }

  /** A hint alone: what is no number is none. */
  private OptionalLong tocOffset() {
    Optional<String> text = descriptor.annotation(Annotations.TOC_OFFSET);
    return text.filter(digits -> digits.matches("[0-9]{1,18}"))
        .map(digits -> OptionalLong.of(Long.parseLong(digits)))
        .orElse(OptionalLong.empty());
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (reader != null) {
      reader.close();
    }
  }
}
