package dev.stargz.format.nio;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** The attributes of whatever is at a path when they are asked for. */
final class PosixView implements PosixFileAttributeView {
  private final TreePath path;
  private final String name;
  private final LinkOption[] options;

  PosixView(TreePath path, String name, LinkOption... options) {
    this.path = path;
    this.name = name;
    this.options = options.clone();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public PosixFileAttributes readAttributes() throws IOException {
    return new TreeAttributes(path.files().lookUp(path, options));
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return readAttributes().owner();
  }

  @Override
  public void setOwner(UserPrincipal owner) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void setGroup(GroupPrincipal group) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void setTimes(FileTime lastModified, FileTime lastAccess, FileTime creation) {
    throw new ReadOnlyFileSystemException();
  }
}
