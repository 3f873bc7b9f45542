package dev.stargz.format.tar;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import java.util.SortedMap;

/**
 * What the header blocks of one tar entry say, extensions applied.
 *
 * @param position of the first header block, in bytes of the uncompressed tar
 * @param kind what it is
 * @param typeflag the header's own byte for that
 * @param name the path as stored
 * @param linkName the target as stored, of a symbolic or hard link; empty otherwise
 * @param size bytes of payload, holes of a sparse file included; 0 for all but regular files
 * @param mode permission bits, and whatever else the header's field holds
 * @param uid owner, up to 2^63-1
 * @param gid group, up to 2^63-1
 * @param userName owner's name or empty
 * @param groupName group's name or empty
 * @param mtime seconds since 1970 UTC, rounded down
 * @param devMajor of a device; 0 otherwise
 * @param devMinor of a device; 0 otherwise
 * @param xattrs extended attributes from PAX {@code SCHILY.xattr.} records, by name
 * @param extras what else is worth a word
 */
@SuppressWarnings("ArrayRecordComponent")
public record TarEntry(
    long position,
    EntryKind kind,
    byte typeflag,
    EntryName name,
    EntryName linkName,
    long size,
    long mode,
    long uid,
    long gid,
    String userName,
    String groupName,
    long mtime,
    long devMajor,
    long devMinor,
    SortedMap<String, byte[]> xattrs,
    Extras extras) {

  /**
   * Facts that matter for warnings only.
   *
   * @param sparse whether the source stored it with holes, which {@link TarReader} fills with zeros
   * @param libarchiveXattrsOnly whether extended attributes came as {@code LIBARCHIVE.xattr.} alone
   * @param commentOnly of global records: whether {@code comment} is the only key
   */
  public record Extras(boolean sparse, boolean libarchiveXattrsOnly, boolean commentOnly) {
    static final Extras NONE = new Extras(false, false, false);
  }

  /** Where this entry is, for messages. */
  public Location location() {
    return Location.inTar(name, position);
  }
}
