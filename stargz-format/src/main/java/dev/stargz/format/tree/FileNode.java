package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file of any kind: what a file system keeps in an inode. All hard links to a file lead to one
 * node, so it knows no name of its own. Belongs to one {@link FileTree}; safe for many threads.
 */
public final class FileNode {
  private static final long DEFAULT_DIRECTORY_MODE = 0755;
  private static final long PERMISSIONS = 07777;

  private @Nullable TocEntry entry;
  private final @Nullable Directory directory;
  private int layer;
  private int inode;
  private int linkCount;

  private FileNode(@Nullable TocEntry entry, @Nullable Directory directory, int layer) {
    this.entry = entry;
    this.directory = directory;
    this.layer = layer;
  }

  static FileNode file(TocEntry entry, int layer) {
    return new FileNode(entry, null, layer);
  }

  /** A directory; {@code entry} is null as long as none was seen. */
  static FileNode directory(@Nullable TocEntry entry, Directory directory, int layer) {
    return new FileNode(entry, directory, layer);
  }

  // ---- while the tree is made

  /** Gives a directory the attributes of a further entry, or of none. */
  void update(@Nullable TocEntry newEntry, int newLayer) {
    entry = newEntry;
    layer = newLayer;
  }

  @Nullable Directory directory() {
    return directory;
  }

  void addLink() {
    linkCount++;
  }

  void setInode(int number) {
    inode = number;
  }

  // ---- what it is

  /** The kind of file. A hard link that leads to no content is {@link TocEntryType#HARDLINK}. */
  public TocEntryType type() {
    return entry == null ? TocEntryType.DIRECTORY : entry.type();
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return directory != null;
  }

  /** Whether it is a regular file. */
  public boolean isRegularFile() {
    return type() == TocEntryType.REGULAR;
  }

  /** Whether it is a symbolic link. */
  public boolean isSymbolicLink() {
    return type() == TocEntryType.SYMLINK;
  }

  /** What the TOC says of it; empty for a directory that only the paths of other files imply. */
  public Optional<TocEntry> entry() {
    return Optional.ofNullable(entry);
  }

  /** The number of the layer that the entry is from, 0 for the lowest. */
  public int layer() {
    return layer;
  }

  /** A number that no other node of the tree has, from 1 on. */
  public int inode() {
    return inode;
  }

  /** How many names it has; of a directory 2 and the number of its subdirectories. */
  public int linkCount() {
    return linkCount;
  }

  // ---- attributes

  /** Bytes of a regular file's content or of a symbolic link's target, 0 for all else. */
  public long size() {
    if (entry == null) {
      return 0;
    }
    boolean regular = entry.type() == TocEntryType.REGULAR;
    return isSymbolicLink() ? entry.linkName().length() : regular ? entry.size() : 0;
  }

  /** The lower twelve bits of the mode: permissions, set-id bits, sticky bit. */
  public int permissions() {
    return (int) ((entry == null ? DEFAULT_DIRECTORY_MODE : entry.mode()) & PERMISSIONS);
  }

  /** Kind and permissions as {@code st_mode} has them; a hard link without content has no kind. */
  public int statMode() {
    int kind =
        switch (type()) {
          case DIRECTORY -> 0040000;
          case REGULAR -> 0100000;
          case SYMLINK -> 0120000;
          case CHARACTER_DEVICE -> 0020000;
          case BLOCK_DEVICE -> 0060000;
          case FIFO -> 0010000;
          case HARDLINK, CHUNK -> 0;
        };
    return kind | permissions();
  }

  /** The owner's number. */
  public long uid() {
    return entry == null ? 0 : entry.uid();
  }

  /** The group's number. */
  public long gid() {
    return entry == null ? 0 : entry.gid();
  }

  /** The owner's name, or empty. */
  public String userName() {
    return entry == null ? "" : entry.userName();
  }

  /** The group's name, or empty. */
  public String groupName() {
    return entry == null ? "" : entry.groupName();
  }

  /** Seconds since 1970 UTC. */
  public long modTime() {
    return entry == null ? 0 : entry.modTime();
  }

  /** A device's major number, 0 for all else. */
  public long devMajor() {
    return isDevice() && entry != null ? entry.devMajor() : 0;
  }

  /** A device's minor number, 0 for all else. */
  public long devMinor() {
    return isDevice() && entry != null ? entry.devMinor() : 0;
  }

  private boolean isDevice() {
    return type() == TocEntryType.CHARACTER_DEVICE || type() == TocEntryType.BLOCK_DEVICE;
  }

  /** A symbolic link's target as stored; empty for all else. */
  public EntryName linkTarget() {
    return entry != null && isSymbolicLink() ? entry.linkName() : EntryName.ROOT;
  }

  /** Extended attributes by name, sorted; not to be changed, values neither. */
  public Map<String, byte[]> xattrs() {
    Map<String, byte[]> stored = entry == null ? Map.of() : entry.xattrs();
    if (directory == null || directory.opaque == null) {
      return stored;
    }
    Map<String, byte[]> all = new TreeMap<>(stored);
    all.put(directory.opaque.opaqueName(), new byte[] {'y'});
    return all;
  }

  /** A directory's files by name, in the order of the names' bytes; none for all else. */
  public SortedMap<EntryName, FileNode> children() {
    return directory == null
        ? Collections.emptySortedMap()
        : Collections.unmodifiableSortedMap(directory.children());
  }

  /** For messages and debugging. */
  @Override
  public String toString() {
    return "inode " + inode + " (" + (entry == null ? "an implied directory" : entry) + ")";
  }
}
