package dev.stargz.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.RawManifest;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * An image to be written into an OCI layout that is a directory, and made if it isn't there. Blobs
 * come first; {@code index.json} is read again and replaced under a lock, so that several of these,
 * in one process or several, lose none of each other's tags.
 */
final class LayoutTarget implements ImageTarget {
  private final Path directory;
  private final Optional<String> tag;
  private final String who;
  private final BlobStore store;
  private boolean prepared;

  /**
   * Creates a target.
   *
   * @param who the layout's name for messages
   */
  LayoutTarget(Path directory, Optional<String> tag, String who) {
    this.directory = directory;
    this.tag = tag;
    this.who = who;
    this.store = new BlobStore(directory, who, true);
  }

  @Override
  public String name() {
    return who + tag.map(given -> ":" + given).orElse("");
  }

  @Override
  public Optional<ImageSource> existing() throws IOException {
    return tagged(Optional.empty()).isEmpty()
        ? Optional.empty()
        : Optional.of(LayoutSource.open(store.blobs().members(), who, tag, () -> {}));
  }

  @Override
  public boolean hasBlob(Descriptor blob) throws IOException {
    return store.has(blob);
  }

  @Override
  public boolean mount(Descriptor blob, ImageSource from) throws IOException {
    if (!(from instanceof LayoutSource layout)) {
      return false;
    }
    FilePart part = layout.blobs().blob(blob);
    prepare();
    return store.link(blob, part);
  }

  @Override
  public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener)
      throws IOException {
    prepare();
    store.put(blob, content, listener);
  }

  @Override
  public void pushManifest(RawManifest manifest) throws IOException {
    prepare();
    store.put(manifest);
  }

  @Override
  public Optional<ContentDigest> tagged(Optional<String> other) throws IOException {
    Optional<LayoutIndex> index = LayoutSource.index(store.blobs().members(), who);
    Optional<String> name = other.or(() -> tag);
    if (index.isEmpty() || (name.isEmpty() && index.get().entries().size() != 1)) {
      return Optional.empty();
    }
    return index.get().find(name).map(Descriptor::digest);
  }

  @Override
  public void tag(RawManifest root, Optional<String> other) throws IOException {
    pushManifest(root);
    BlobStore.sync(directory.resolve(LayoutBlobs.path(root.digest())).resolveSibling(""));
    LayoutLock lock = LayoutLock.take(directory);
    try (lock) {
      LayoutIndex before =
          LayoutSource.index(store.blobs().members(), who).orElseGet(() -> LayoutIndex.empty(who));
      LayoutIndex after = before.with(Descriptor.of(root), other.or(() -> tag));
      replace(LayoutIndex.FILE, after.json().toBytes());
    }
  }

  private synchronized void prepare() throws IOException {
    if (!prepared) {
      Files.createDirectories(directory);
      if (store.blobs().members().find(LayoutSource.LAYOUT_FILE).isEmpty()) {
        replace(LayoutSource.LAYOUT_FILE, LayoutSource.LAYOUT_CONTENT.getBytes(UTF_8));
      }
      prepared = true;
    }
  }

  private void replace(String name, byte[] content) throws IOException {
    Path file = store.newFile(".json");
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      out.write(content);
      out.getFD().sync();
    }
    Files.move(
        file,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    BlobStore.sync(directory);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
