package dev.stargz.cli;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.tree.FileTree;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageLayer;
import dev.stargz.image.ImageReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An image, or one layer of it. */
final class OpenImage implements OpenSource {
  private final ImageReader image;
  private final List<Layer> layers;
  private final boolean merged;
  private final Deque<Closeable> places;
  private final Consumer<String> warnings;

  private OpenImage(
      ImageReader image,
      List<Layer> layers,
      boolean merged,
      Deque<Closeable> places,
      Consumer<String> warnings) {
    this.image = image;
    this.layers = layers;
    this.merged = merged;
    this.places = places;
    this.warnings = warnings;
  }

  /**
   * Makes a source.
   *
   * @param layer the number of the only layer that is wanted
   * @param places closed with it, the first one first
   * @param warnings told of what nobody vouches for, when it is read
   * @throws ImageException if there is no such layer
   */
  static OpenImage of(
      ImageReader image,
      Optional<Integer> layer,
      Deque<Closeable> places,
      Consumer<String> warnings)
      throws ImageException {
    List<ImageLayer> all = image.layers();
    if (layer.isPresent() && layer.get() > all.size()) {
      throw new ImageException(
          image.name() + ": there is no layer " + layer.get() + ", the highest is " + all.size());
    }
    List<ImageLayer> wanted = layer.map(number -> all.subList(number - 1, number)).orElse(all);
    List<Layer> layers = wanted.stream().map(each -> new Layer(image.name(), each)).toList();
    return new OpenImage(image, layers, layer.isEmpty(), places, warnings);
  }

  /** A layer that knows whose it is. */
  private record Layer(String image, ImageLayer layer) implements OpenLayer {
    @Override
    public String name() {
      return image + ", layer " + number() + " (" + layer.descriptor().digest().shortHex() + ")";
    }

    @Override
    public int number() {
      return layer.number();
    }

    @Override
    public Optional<Descriptor> descriptor() {
      return Optional.of(layer.descriptor());
    }

    @Override
    public Optional<ContentDigest> diffId() {
      return layer.diffId();
    }

    @Override
    public StargzReader reader() throws IOException {
      return layer.reader();
    }

    @Override
    public RandomAccessSource openBlob() throws IOException {
      return layer.openBlob();
    }
  }

  @Override
  public String name() {
    return image.name();
  }

  @Override
  public FileTree tree() throws IOException {
    FileTree tree = merged ? image.tree() : layers.get(0).layer().tree();
    List<String> unsure =
        layers.stream()
            .filter(each -> !each.layer().hasTocDigest())
            .map(each -> Integer.toString(each.number()))
            .toList();
    if (!unsure.isEmpty()) {
      warnings.accept(
          name()
              + ": no annotation has the digest of the TOC of layer "
              + String.join(", ", unsure)
              + ": what is read of it is checked for damage, not against the image's digest");
    }
    return tree;
  }

  @Override
  public List<OpenLayer> layers() {
    return List.copyOf(layers);
  }

  @Override
  public Optional<ImageReader> image() {
    return Optional.of(image);
  }

  @Override
  public void close() throws IOException {
    SourceOpening.closeAll(places);
  }
}
