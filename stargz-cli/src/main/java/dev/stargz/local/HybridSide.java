package dev.stargz.local;

import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds an image in the OCI layout of a docker archive, if that holds all of it: Docker 25.0.0
 * wrote layouts without images, and images without layers, beside a {@code manifest.json} that is
 * right.
 */
final class HybridSide {
  private HybridSide() {}

  /**
   * Looks for an image.
   *
   * @param reference what was asked for
   * @param image what {@code manifest.json} has for it
   * @return nothing if {@code manifest.json} is all there is, or all that can be read
   */
  static Optional<HybridImage> find(
      LayoutBlobs blobs, Optional<String> reference, Optional<DockerManifest.Image> image)
      throws IOException {
    try {
      return findWhole(blobs, reference, image);
    } catch (CorruptImageException e) {
      throw e;
    } catch (ImageException e) {
      if (image.isPresent()) {
        return Optional.empty(); // a layout of another version, perhaps of another time
      }
      throw e;
    }
  }

  private static Optional<HybridImage> findWhole(
      LayoutBlobs blobs, Optional<String> reference, Optional<DockerManifest.Image> image)
      throws IOException {
    Optional<LayoutIndex> index = index(blobs);
    if (index.isEmpty()) {
      return Optional.empty();
    }
    for (Descriptor entry : candidates(index.get(), reference, image)) {
      Optional<HybridImage> found = HybridImage.find(blobs, entry);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * What to say of an archive without {@code manifest.json} in whose layout nothing was found.
   *
   * @return nothing if there is no layout, or no image in it
   */
  static Optional<ImageException> notFound(LayoutBlobs blobs, Optional<String> reference)
      throws IOException {
    Optional<LayoutIndex> index = index(blobs).filter(found -> !found.entries().isEmpty());
    if (index.isEmpty()) {
      return Optional.empty();
    }
    boolean several = reference.isEmpty() && index.get().entries().size() > 1;
    String what =
        several
            ? " has several images: choose one by its name"
            : " has no"
                + reference.map(given -> " image '" + given + "'").orElse(" image")
                + " that is whole";
    return Optional.of(
        new ImageException(
            blobs.who()
                + what
                + "; it has no "
                + DockerManifest.FILE
                + ", and its OCI layout, which is read as oci-archive:FILE[:TAG], has "
                + index.get().shown()));
  }

  private static Optional<LayoutIndex> index(LayoutBlobs blobs) throws IOException {
    if (blobs.members().find(LayoutSource.LAYOUT_FILE).isEmpty()) {
      return Optional.empty();
    }
    LayoutSource.checkVersion(blobs.members(), blobs.who());
    return LayoutSource.index(blobs.members(), blobs.who());
  }

  /** The entries of the names in question, else the one alone. */
  private static List<Descriptor> candidates(
      LayoutIndex index, Optional<String> reference, Optional<DockerManifest.Image> image)
      throws ImageException {
    List<String> names = new ArrayList<>();
    reference.filter(given -> !given.startsWith("@")).ifPresent(names::add);
    image.ifPresent(known -> names.addAll(known.references()));
    List<JsonObject> entries = index.entries();
    List<JsonObject> called =
        names.stream().flatMap(name -> index.called(name).stream()).distinct().toList();
    boolean alone = entries.size() == 1 && (image.isPresent() || reference.isEmpty());
    return index.descriptors(called.isEmpty() && alone ? entries : called);
  }
}
