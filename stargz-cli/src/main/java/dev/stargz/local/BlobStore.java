package dev.stargz.local;

import dev.stargz.image.BlobContent;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageTarget.ByteListener;
import dev.stargz.image.RawManifest;
import dev.stargz.image.TempDir;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the blobs of a layout. Each comes into a temporary file first, is hashed on the way, and
 * appears under its digest when all of it is there and right. Blobs that are there already are
 * hashed, once known to be good not again, and then left alone. Calls may come from several threads
 * at once.
 */
final class BlobStore implements Closeable {
  private final Path directory;
  private final String who;
  private final boolean lasting;
  private final LayoutBlobs blobs;
  private final Set<Descriptor> good = ConcurrentHashMap.newKeySet();
  private @Nullable TempDir temp;

  /**
   * Creates a store; nothing is written before the first blob is.
   *
   * @param directory the layout's, which must be there by then
   * @param who the layout's name for messages
   * @param lasting whether what is written has to outlive a crash of the system
   */
  BlobStore(Path directory, String who, boolean lasting) {
    this.directory = directory;
    this.who = who;
    this.lasting = lasting;
    this.blobs = new LayoutBlobs(new DirectoryMembers(directory, who), who);
  }

  /** What is there. */
  LayoutBlobs blobs() {
    return blobs;
  }

  /** Whether a blob is there whole; it is read once to know. */
  boolean has(Descriptor blob) throws IOException {
    Descriptor key = Descriptor.of("", blob.digest(), blob.size());
    if (good.contains(key)) {
      return true;
    }
    Optional<FilePart> part = blobs.find(blob.digest());
    if (part.isEmpty()
        || part.get().size() != blob.size()
        || !new HashedCopy(blob).matches(part.get())) {
      return false;
    }
    good.add(key);
    return true;
  }

  /** Writes a blob, unless it is there. */
  void put(Descriptor blob, BlobContent content, ByteListener listener) throws IOException {
    if (has(blob)) {
      listener.sent(blob.size());
      return;
    }
    Path file = temp().newFile(".blob");
    try {
      new HashedCopy(blob).write(content, file, listener, who, lasting);
      moveIn(file, blob);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Writes a manifest or index, unless it is there. */
  void put(RawManifest manifest) throws IOException {
    put(Descriptor.of(manifest), BlobContent.of(manifest.bytes()), ByteListener.NONE);
  }

  /**
   * Takes over a file as a blob by a hard link, after its bytes were checked. A link shares owner
   * and permissions with the other name: where those aren't what a file written here would have, it
   * would show to others what is private, or be somebody else's to change, and none is made.
   *
   * @return whether that was possible
   */
  boolean link(Descriptor blob, FilePart part) throws IOException {
    if (part.offset() != 0 || part.size() != blob.size()) {
      return false;
    }
    Path file = temp().newFile(".link");
    try {
      if (!linked(file, part.file())) {
        return false;
      }
      FilePart link = new FilePart(file, 0, Files.size(file));
      if (!new HashedCopy(blob).matches(link)) {
        return false;
      }
      if (lasting) {
        sync(file);
      }
      moveIn(file, blob);
      return true;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private boolean linked(Path link, Path existing) throws IOException {
    try {
      // The system would link a symbolic link itself, which means nothing elsewhere.
      Path real = existing.toRealPath();
      if (!isLikeOurs(real)) {
        return false;
      }
      Files.createLink(link, real);
      return Files.isRegularFile(link, LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException | UnsupportedOperationException e) {
      return false; // another file system, or one without hard links, or somebody else's file
    }
  }

  private boolean isLikeOurs(Path file) throws IOException {
    Path ours = Files.createFile(temp().newFile(".mode"));
    try {
      PosixFileAttributes wanted = Files.readAttributes(ours, PosixFileAttributes.class);
      PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class);
      return found.permissions().equals(wanted.permissions())
          && found.owner().equals(wanted.owner())
          && found.group().equals(wanted.group());
    } finally {
      Files.delete(ours);
    }
  }

  private void moveIn(Path file, Descriptor blob) throws IOException {
    Path target = directory.resolve(LayoutBlobs.path(blob.digest()));
    Files.createDirectories(target.resolveSibling(""));
    if (Files.isDirectory(target)) {
      throw new ImageException(who + ": " + target + " is a directory: expected a blob or nothing");
    }
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    good.add(Descriptor.of("", blob.digest(), blob.size()));
  }

  /** A new temporary file in the layout, for whoever renames it. */
  Path newFile(String ending) throws IOException {
    return temp().newFile(ending);
  }

  private synchronized TempDir temp() throws IOException {
    TempDir known = temp;
    if (known == null || !Files.isDirectory(known.path())) { // perhaps taken for a leftover
      known = TempDir.create(Optional.of(directory));
      temp = known;
    }
    return known;
  }

  /** Makes a file last, or what was renamed in a directory, where the system can. */
  static void sync(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // a system that opens no directories; the files that are written here are forced
    }
  }

  /** Removes temporary files; the blobs stay. */
  @Override
  public synchronized void close() throws IOException {
    if (temp != null) {
      temp.close();
      temp = null;
    }
  }
}
