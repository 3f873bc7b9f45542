package dev.stargz.image;

import dev.stargz.image.ConversionListener.Phase;
import dev.stargz.image.ConversionReport.Arrival;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Brings blobs over from source to target: not at all if they are there, by a mount if that goes,
 * else through a temporary file, which is checked before any byte is sent.
 */
final class BlobTransfer {
  private static final int BUFFER = 1 << 16;

  private final ImageSource source;
  private final ImageTarget target;
  private final TempDir temp;
  private final DiskBudget disk;
  private final ConverterOptions options;

  BlobTransfer(
      ImageSource source,
      ImageTarget target,
      TempDir temp,
      DiskBudget disk,
      ConverterOptions options) {
    this.source = source;
    this.target = target;
    this.temp = temp;
    this.disk = disk;
    this.options = options;
  }

  /** What is done with a file that is complete. */
  @FunctionalInterface
  interface FileTask<T> {
    /** Does it; the file is removed afterwards. */
    T apply(Path file) throws IOException;
  }

  /** Takes a blob from the source to the target as it is. */
  Arrival copy(Descriptor blob) throws IOException {
    Optional<Arrival> unmoved = unmoved(blob, source);
    return unmoved.isPresent()
        ? unmoved.get()
        : pulled(blob, source, file -> send(blob, BlobContent.of(file), blob));
  }

  /**
   * Takes a blob from another place to the target as it is.
   *
   * @return nothing if that place doesn't give it, or gives other bytes
   */
  Optional<Arrival> copyIfWhole(Descriptor blob, ImageSource from) throws IOException {
    Optional<Arrival> unmoved = unmoved(blob, from);
    return unmoved.isPresent()
        ? unmoved
        : pulledIfWhole(blob, from, file -> send(blob, BlobContent.of(file), blob));
  }

  /** How a blob gets to the target without its bytes; nothing if they have to be moved. */
  private Optional<Arrival> unmoved(Descriptor blob, ImageSource from) throws IOException {
    if (target.hasBlob(blob)) {
      return Optional.of(Arrival.PRESENT);
    }
    if (options.dryRun()) {
      return Optional.of(Arrival.NONE);
    }
    return target.mount(blob, from) ? Optional.of(Arrival.MOUNTED) : Optional.empty();
  }

  /** Takes a blob from a place to the target whose bytes {@code file} has. */
  Arrival copyOf(Descriptor blob, ImageSource from, Path file) throws IOException {
    Optional<Arrival> unmoved = unmoved(blob, from);
    return unmoved.isPresent() ? unmoved.get() : send(blob, BlobContent.of(file), blob);
  }

  /** Brings a blob's bytes into a file, checks them, and hands it on. */
  <T> T pulled(Descriptor blob, ImageSource from, FileTask<T> task) throws IOException {
    return withFile(
        blob.size(),
        file -> {
          pull(blob, from, file);
          return task.apply(file);
        });
  }

  /** The same; nothing if the place doesn't give the blob, or gives other bytes. */
  <T> Optional<T> pulledIfWhole(Descriptor blob, ImageSource from, FileTask<T> task)
      throws IOException {
    return withFile(
        blob.size(),
        file -> {
          try {
            pull(blob, from, file);
          } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
          } catch (IOException e) {
            return Optional.empty();
          }
          return Optional.of(task.apply(file));
        });
  }

  private void pull(Descriptor blob, ImageSource from, Path file) throws IOException {
    try (CheckedInput in = new CheckedInput(from.openBlob(blob), blob, options.listener());
        OutputStream out = Files.newOutputStream(file)) {
      in.transferTo(out);
      if (!in.isAsDescribed()) {
        throw Blobs.damaged(from, "the blob", blob);
      }
    }
  }

  /**
   * Lets a task fill a file of about that size, which is gone afterwards. The task asks for no
   * other file meanwhile: it might wait for the room that it takes itself.
   */
  <T> T withFile(long size, FileTask<T> task) throws IOException {
    disk.take(size);
    Path file = temp.newFile(".blob");
    try {
      return task.apply(file);
    } finally {
      Files.deleteIfExists(file);
      disk.release(size);
    }
  }

  /** The name of a temporary file, which whoever asks removes. */
  Path newFile() {
    return temp.newFile(".blob");
  }

  /** Opens a file for writing, with a buffer. */
  static OutputStream write(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file), BUFFER);
  }

  /**
   * Sends a blob, unless it is there.
   *
   * @param layer the source's layer, for whoever watches
   */
  Arrival push(Descriptor blob, BlobContent content, Descriptor layer) throws IOException {
    if (target.hasBlob(blob)) {
      return Arrival.PRESENT;
    }
    return options.dryRun() ? Arrival.NONE : send(blob, content, layer);
  }

  /** Sends a blob that isn't there. */
  private Arrival send(Descriptor blob, BlobContent content, Descriptor layer) throws IOException {
    target.pushBlob(
        blob,
        content,
        sent -> options.listener().progress(layer, Phase.PUSHING, sent, blob.size()));
    return Arrival.PUSHED;
  }
}
