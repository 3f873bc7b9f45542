package dev.stargz.cli;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.tree.FileTree;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A layer that is a file or a URL. */
final class SingleLayer implements OpenSource, OpenLayer {
  private final String name;
  private final Opener opener;
  private @Nullable StargzReader reader;

  /** Opens the blob. */
  @FunctionalInterface
  interface Opener {
    RandomAccessSource open() throws IOException;
  }

  SingleLayer(String name, Opener opener) {
    this.name = name;
    this.opener = opener;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int number() {
    return 1;
  }

  @Override
  public Optional<Descriptor> descriptor() {
    return Optional.empty();
  }

  @Override
  public Optional<ContentDigest> diffId() {
    return Optional.empty();
  }

  @Override
  public synchronized StargzReader reader() throws IOException {
    StargzReader opened = reader;
    if (opened == null) {
      opened = StargzReader.open(openBlob());
      reader = opened;
    }
    return opened;
  }

  @Override
  public RandomAccessSource openBlob() throws IOException {
    return opener.open();
  }

  @Override
  public FileTree tree() throws IOException {
    try {
      return reader().tree();
    } catch (NotStargzException e) {
      throw new ImageException(
          name + ": " + e.getMessage() + "; convert it first: stargzify file:IN file:OUT", e);
    }
  }

  @Override
  public List<OpenLayer> layers() {
    return List.of(this);
  }

  @Override
  public synchronized void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }
}
