package dev.stargz.format.toc;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a TOC: a file's header data and first chunk, or a further chunk. Immutable. Its
 * fields are those of the JSON; FORMAT.md, "TOC", has the table.
 */
public final class TocEntry {
  private final EntryName name;
  private final @Nullable String readableName;
  private final TocEntryType type;
  private final long size;
  private final long modTime;
  private final EntryName linkName;
  private final @Nullable String readableLinkName;
  private final long mode;
  private final long uid;
  private final long gid;
  private final String userName;
  private final String groupName;
  private final long offset;
  private final long innerOffset;
  private final long devMajor;
  private final long devMinor;
  private final Map<String, byte[]> xattrs;
  private final @Nullable Digest digest;
  private final long chunkOffset;
  private final long chunkSize;
  private final @Nullable Digest chunkDigest;

  private TocEntry(Builder builder) {
    name = builder.name;
    readableName = builder.readableName;
    type = builder.type;
    size = builder.size;
    modTime = builder.modTime;
    linkName = builder.linkName;
    readableLinkName = builder.readableLinkName;
    mode = builder.mode;
    uid = builder.uid;
    gid = builder.gid;
    userName = builder.userName;
    groupName = builder.groupName;
    offset = builder.offset;
    innerOffset = builder.innerOffset;
    devMajor = builder.devMajor;
    devMinor = builder.devMinor;
    xattrs = builder.xattrs;
    digest = builder.digest;
    chunkOffset = builder.chunkOffset;
    chunkSize = builder.chunkSize;
    chunkDigest = builder.chunkDigest;
  }

  /** The tar entry's name as stored, every byte of it. */
  public EntryName name() {
    return name;
  }

  /**
   * The JSON's {@code name}: the text of {@link #name()} or, where that is no UTF-8, a readable
   * form that no other entry has.
   */
  public String readableName() {
    return readableName == null ? name.text() : readableName;
  }

  /** What it is. */
  public TocEntryType type() {
    return type;
  }

  /** A regular file's size in bytes; 0 for all else. */
  public long size() {
    return size;
  }

  /** Seconds since 1970 UTC. */
  public long modTime() {
    return modTime;
  }

  /**
   * A symbolic link's target as stored, or the name of the entry that carries a hard link's
   * content; empty for all else.
   */
  public EntryName linkName() {
    return linkName;
  }

  /** The JSON's {@code linkName}, readable like {@link #readableName()}. */
  public String readableLinkName() {
    return readableLinkName == null ? linkName.text() : readableLinkName;
  }

  /** The tar header's mode bits. */
  public long mode() {
    return mode;
  }

  /** The owner's number. */
  public long uid() {
    return uid;
  }

  /** The group's number. */
  public long gid() {
    return gid;
  }

  /** The owner's name, or empty. */
  public String userName() {
    return userName;
  }

  /** The group's name, or empty. */
  public String groupName() {
    return groupName;
  }

  /** Where in the blob the member of this chunk starts, in compressed bytes. */
  public long offset() {
    return offset;
  }

  /** Where in that member the chunk starts, in uncompressed bytes. */
  public long innerOffset() {
    return innerOffset;
  }

  /** A device's major number. */
  public long devMajor() {
    return devMajor;
  }

  /** A device's minor number. */
  public long devMinor() {
    return devMinor;
  }

  /** Extended attributes by name, sorted; not to be changed, values neither. */
  public Map<String, byte[]> xattrs() {
    return xattrs;
  }

  /** The digest of a regular file's whole content, if the writer gave it. */
  public @Nullable Digest digest() {
    return digest;
  }

  /** Where in the file this chunk starts, in bytes. */
  public long chunkOffset() {
    return chunkOffset;
  }

  /** The chunk's size in bytes; 0 for a file's last chunk, which reaches to the end. */
  public long chunkSize() {
    return chunkSize;
  }

  /** The digest of this chunk, if the writer gave it. */
  public @Nullable Digest chunkDigest() {
    return chunkDigest;
  }

  /** Whether this entry has bytes in the blob: a chunk, or a regular file that isn't empty. */
  public boolean hasContent() {
    return type == TocEntryType.CHUNK || (type == TocEntryType.REGULAR && size > 0);
  }

  /** Where this entry is, for messages. */
  public Location location() {
    return Location.inToc(name);
  }

  /** {@code type name}, for messages and debugging. */
  @Override
  public String toString() {
    return type.jsonName() + " " + name;
  }

  /** Collects the fields of an entry. What isn't set is zero, empty or absent. */
  public static final class Builder {
    private final EntryName name;
    private final TocEntryType type;
    private @Nullable String readableName;
    private long size;
    private long modTime;
    private EntryName linkName = EntryName.ROOT;
    private @Nullable String readableLinkName;
    private long mode;
    private long uid;
    private long gid;
    private String userName = "";
    private String groupName = "";
    private long offset;
    private long innerOffset;
    private long devMajor;
    private long devMinor;
    private Map<String, byte[]> xattrs = Collections.emptyMap();
    private @Nullable Digest digest;
    private long chunkOffset;
    private long chunkSize;
    private @Nullable Digest chunkDigest;

    /** Starts an entry of that name and type. */
    public Builder(EntryName name, TocEntryType type) {
      this.name = name;
      this.type = type;
    }

    /** Sets the readable form of the name; null for the name's own text. */
    public Builder readableName(@Nullable String text) {
      readableName = text == null || text.equals(name.text()) ? null : text;
      return this;
    }

    /** Sets the size in bytes. */
    public Builder size(long bytes) {
      size = bytes;
      return this;
    }

    /** Sets the time in seconds since 1970 UTC. */
    public Builder modTime(long seconds) {
      modTime = seconds;
      return this;
    }

    /** Sets the link's target and its readable form; null for the target's own text. */
    public Builder linkName(EntryName target, @Nullable String text) {
      linkName = target;
      readableLinkName = text == null || text.equals(target.text()) ? null : text;
      return this;
    }

    /** Sets the mode bits. */
    public Builder mode(long bits) {
      mode = bits;
      return this;
    }

    /** Sets the owner. */
    public Builder user(long number, String ownerName) {
      uid = number;
      userName = ownerName;
      return this;
    }

    /** Sets the group. */
    public Builder group(long number, String ownerName) {
      gid = number;
      groupName = ownerName;
      return this;
    }

    /** Sets where the chunk lies: the member's offset, and the chunk's in the member. */
    public Builder place(long memberOffset, long inner) {
      offset = memberOffset;
      innerOffset = inner;
      return this;
    }

    /** Sets the numbers of a device. */
    public Builder device(long major, long minor) {
      devMajor = major;
      devMinor = minor;
      return this;
    }

    /** Sets the extended attributes, which are copied into their order. */
    public Builder xattrs(Map<String, byte[]> values) {
      xattrs = values.isEmpty() ? Collections.emptyMap() : new TreeMap<>(values);
      return this;
    }

    /** Sets the digest of the whole content. */
    public Builder digest(@Nullable Digest ofContent) {
      digest = ofContent;
      return this;
    }

    /** Sets which part of the file this chunk is; {@code bytes} is 0 for the last. */
    public Builder chunk(long start, long bytes, @Nullable Digest ofChunk) {
      chunkOffset = start;
      chunkSize = bytes;
      chunkDigest = ofChunk != null && Objects.equals(ofChunk, digest) ? digest : ofChunk;
      return this;
    }

    /** The entry. */
    public TocEntry build() {
      return new TocEntry(this);
    }
  }
}
