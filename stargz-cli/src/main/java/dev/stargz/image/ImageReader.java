package dev.stargz.image;

import dev.stargz.format.StargzReader;
import dev.stargz.format.toc.TocBudget;
import dev.stargz.format.tree.FileTree;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The layers of one image, opened where they are, the lowest first. Nothing is fetched of a layer
 * but its TOC and the chunks that are read.
 *
 * <p>May be used by many threads. Memory: the TOCs of the layers that were opened, together at most
 * half the heap, and the {@linkplain #tree() tree}.
 */
public final class ImageReader implements Closeable {
  private final String name;
  private final Node.Image image;
  private final List<ImageLayer> layers;
  private final List<LayerBlob> blobs;
  private @Nullable FileTree tree;

  private ImageReader(
      String name, Node.Image image, List<ImageLayer> layers, List<LayerBlob> blobs) {
    this.name = name;
    this.image = image;
    this.layers = layers;
    this.blobs = blobs;
  }

  /**
   * Opens an image: manifest and config are read, layers aren't touched.
   *
   * @param source where it is; stays open, and must while this is used
   * @param platform which image of an index; nothing for this machine's, or the only one
   * @throws ImageException if there is no such image, or what is there is none; for an index it
   *     says which platforms there are
   */
  public static ImageReader open(ImageSource source, Optional<Platform> platform)
      throws IOException {
    return open(source, platform, TocBudget.ofHeap());
  }

  /** The same with another budget for what the TOCs of all layers take together. */
  static ImageReader open(ImageSource source, Optional<Platform> platform, TocBudget budget)
      throws IOException {
    ImageChoice choice = new ImageChoice(source, platform);
    Node.Image image = choice.choose();
    String name = choice.name(image);
    Map<Descriptor, LayerBlob> blobs = new LinkedHashMap<>();
    List<ImageLayer> layers = new ArrayList<>();
    for (Descriptor descriptor : image.layers()) {
      LayerBlob blob =
          blobs.computeIfAbsent(descriptor, each -> new LayerBlob(source, each, budget));
      ContentDigest diffId = image.diffIds().get(layers.size());
      layers.add(new ImageLayer(name, layers.size() + 1, Optional.of(diffId), blob));
    }
    return new ImageReader(name, image, List.copyOf(layers), List.copyOf(blobs.values()));
  }

  /** The image's name for messages, with its platform if an index has several; no secrets. */
  public String name() {
    return name;
  }

  /** The manifest of the image itself. */
  public RawManifest manifest() {
    return image.raw();
  }

  /** The image's config. */
  public JsonObject config() {
    return image.configJson();
  }

  /** What the image runs on, as its config says. */
  public Optional<Platform> platform() {
    return image.platform();
  }

  /** The layers, lowest first; nothing of them is fetched yet. */
  public List<ImageLayer> layers() {
    return layers;
  }

  /**
   * The image's files: all layers are opened, several at a time, and unpacked one over the other.
   * Made when it is first asked for.
   *
   * @return a tree that reads from this image, which must stay open; the layer numbers of its nodes
   *     are places in {@link #layers()}
   * @throws ImageException if a layer is no stargz or damaged; it names the layer
   * @throws dev.stargz.format.blob.StargzException if no file system could hold what the TOCs list
   */
  public synchronized FileTree tree() throws IOException {
    FileTree made = tree;
    if (made == null) {
      made = StargzReader.mergedTree(LayerOpening.open(layers));
      tree = made;
    }
    return made;
  }

  /** Closes the layers; the source stays open. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (LayerBlob blob : blobs) {
      try {
        blob.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
