package dev.stargz.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * An image to be written into an OCI layout that is a directory, and made if it isn't there. Blobs
 * come first; {@code index.json} is read again and replaced under a lock, so that several of these,
 * in one process or several, lose none of each other's tags. Programs that take no such lock, as
 * skopeo, may still lose some.
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

  /** Nothing if the name stands for several images, or for one whose manifest isn't whole. */
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

  /** Nothing if the name stands for several images, or for one whose manifest isn't whole. */
  @Override
  public Optional<ContentDigest> tagged(Optional<String> other) throws IOException {
    Optional<LayoutIndex> index = LayoutSource.index(store.blobs().members(), who);
    Optional<String> name = other.or(() -> tag);
    if (index.isEmpty() || (name.isEmpty() && index.get().entries().size() != 1)) {
      return Optional.empty();
    }
    List<Descriptor> found = index.get().find(name);
    return found.size() == 1 && store.has(found.get(0))
        ? Optional.of(found.get(0).digest())
        : Optional.empty();
  }

  @Override
  public void tag(RawManifest root, Optional<String> other) throws IOException {
    pushManifest(root);
    syncBlobs();
    LayoutLock lock = LayoutLock.take(directory, who, LayoutLock.PATIENCE);
    try (lock) {
      LayoutIndex before =
          LayoutSource.index(store.blobs().members(), who).orElseGet(() -> LayoutIndex.empty(who));
      LayoutIndex after = before.with(Descriptor.of(root), other.or(() -> tag));
      replace(LayoutIndex.FILE, after.json().toBytes());
    }
  }

  /** Makes the names of all blobs last. */
  private void syncBlobs() throws IOException {
    Path blobs = directory.resolve("blobs");
    try (DirectoryStream<Path> algorithms = Files.newDirectoryStream(blobs)) {
      algorithms.forEach(BlobStore::sync);
    }
    BlobStore.sync(blobs);
  }

  /** Makes a directory, whose name and those above it last. */
  private static void create(Path directory) throws IOException {
    Deque<Path> parents = new ArrayDeque<>();
    Path at = directory.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
      parents.push(at);
    }
    Files.createDirectories(directory);
    parents.forEach(BlobStore::sync);
  }

  /** A layout without images comes first, so that a run that fails leaves one that can be read. */
  private synchronized void prepare() throws IOException {
    if (prepared) {
      return;
    }
    create(directory);
    Leftovers.remove(directory, Instant.now());
    if (store.blobs().members().find(LayoutSource.LAYOUT_FILE).isEmpty()) {
      replace(LayoutSource.LAYOUT_FILE, LayoutSource.LAYOUT_CONTENT.getBytes(UTF_8));
    }
    if (store.blobs().members().find(LayoutIndex.FILE).isEmpty()) {
      LayoutLock lock = LayoutLock.take(directory, who, LayoutLock.PATIENCE);
      try (lock) {
        if (store.blobs().members().find(LayoutIndex.FILE).isEmpty()) {
          replace(LayoutIndex.FILE, LayoutIndex.empty(who).json().toBytes());
        }
      }
    }
    prepared = true;
  }

  private void replace(String name, byte[] content) throws IOException {
    Path file = store.newFile(".json");
    try (FileOutput out = FileOutput.open(file, who)) {
      out.write(content);
      out.sync();
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
