package dev.stargz.format.nio;

import dev.stargz.format.tree.FileNode;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A node's attributes. A layer has one time a file, which stands for the others too.
 *
 * @param node whose they are
 */
record TreeAttributes(FileNode node) implements PosixFileAttributes {
  private static final PosixFilePermission[] FROM_HIGHEST = PosixFilePermission.values();

  /** A user or group: its name or, if it has none, its number. */
  private record Owner(String name, long number) implements GroupPrincipal {
    @Override
    public String getName() {
      return name.isEmpty() ? Long.toString(number) : name;
    }

    @Override
    public String toString() {
      return getName();
    }
  }

  @Override
  public UserPrincipal owner() {
    return new Owner(node.userName(), node.uid());
  }

  @Override
  public GroupPrincipal group() {
    return new Owner(node.groupName(), node.gid());
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < FROM_HIGHEST.length; i++) {
      if ((node.permissions() & (0400 >> i)) != 0) {
        permissions.add(FROM_HIGHEST[i]);
      }
    }
    return permissions;
  }

  @Override
  public FileTime lastModifiedTime() {
    return FileTime.from(node.modTime(), TimeUnit.SECONDS);
  }

  @Override
  public FileTime lastAccessTime() {
    return lastModifiedTime();
  }

  @Override
  public FileTime creationTime() {
    return lastModifiedTime();
  }

  @Override
  public boolean isRegularFile() {
    return node.isRegularFile();
  }

  @Override
  public boolean isDirectory() {
    return node.isDirectory();
  }

  @Override
  public boolean isSymbolicLink() {
    return node.isSymbolicLink();
  }

  @Override
  public boolean isOther() {
    return !isRegularFile() && !isDirectory() && !isSymbolicLink();
  }

  @Override
  public long size() {
    return node.size();
  }

  /** The node itself: two paths with the same key lead to one file. */
  @Override
  public Object fileKey() {
    return node;
  }
}
