package dev.stargz.format.nio;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;

/** The extended attributes of whatever is at a path, by their full names. */
final class XattrView implements UserDefinedFileAttributeView {
  private final TreePath path;
  private final LinkOption[] options;

  XattrView(TreePath path, LinkOption... options) {
    this.path = path;
    this.options = options.clone();
  }

  @Override
  public String name() {
    return "user";
  }

  private Map<String, byte[]> xattrs() throws IOException {
    return path.files().lookUp(path, options).xattrs();
  }

  private byte[] value(String name) throws IOException {
    byte[] value = xattrs().get(name);
    if (value == null) {
      throw new FileSystemException(path.toString(), null, "no extended attribute '" + name + "'");
    }
    return value;
  }

  @Override
  public List<String> list() throws IOException {
    return List.copyOf(xattrs().keySet());
  }

  @Override
  public int size(String name) throws IOException {
    return value(name).length;
  }

  /**
   * Reads a value.
   *
   * @throws BufferOverflowException if the buffer has no room for it
   */
  @Override
  public int read(String name, ByteBuffer target) throws IOException {
    byte[] value = value(name);
    target.put(value);
    return value.length;
  }

  @Override
  public int write(String name, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void delete(String name) {
    throw new ReadOnlyFileSystemException();
  }
}
