package dev.stargz.format.nio;

import dev.stargz.format.tree.FileNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link java.nio.file.Files} calls. Not installed in the platform: a file system is made of a
 * tree, and no URI could name one.
 */
final class TreeFileSystemProvider extends FileSystemProvider {
  private static final int ANY_EXECUTE = 0111;

  @Override
  public String getScheme() {
    return "stargz";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException("make one with TreeFileSystem.of(tree)");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new FileSystemNotFoundException("no URI names a tree: " + uri);
  }

  @Override
  public Path getPath(URI uri) {
    throw new FileSystemNotFoundException("no URI names a tree: " + uri);
  }

  // ---- reading

  private static FileNode lookUp(Path path, LinkOption... options) throws IOException {
    TreePath ours = TreePath.from(path);
    return ours.files().lookUp(ours, options);
  }

  /** The regular file at a path. */
  private static FileNode file(Path path, OpenOption... options) throws IOException {
    for (OpenOption option : options) {
      if (option != StandardOpenOption.READ && option instanceof StandardOpenOption) {
        throw new ReadOnlyFileSystemException();
      }
    }
    boolean noFollow = Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS);
    FileNode node = noFollow ? lookUp(path, LinkOption.NOFOLLOW_LINKS) : lookUp(path);
    if (node.isDirectory()) {
      throw new FileSystemException(path.toString(), null, "Is a directory");
    }
    boolean file = node.isRegularFile() || node.statMode() == node.permissions();
    if (!file) { // a hard link without content says so when it is opened
      throw new FileSystemException(path.toString(), null, "Not a regular file");
    }
    return node;
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) throws IOException {
    FileNode file = file(path, options.toArray(OpenOption[]::new));
    return TreePath.from(path).files().tree().openChannel(file);
  }

  @Override
  public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
    FileNode file = file(path, options);
    return TreePath.from(path).files().tree().open(file);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    FileNode node = lookUp(directory);
    if (!node.isDirectory()) {
      throw new NotDirectoryException(directory.toString());
    }
    return new TreeDirectoryStream(TreePath.from(directory), node, filter);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    FileNode node = lookUp(link, LinkOption.NOFOLLOW_LINKS);
    if (!node.isSymbolicLink()) {
      throw new NotLinkException(link.toString());
    }
    return TreePath.of(TreePath.from(link).files(), node.linkTarget());
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    if (path.equals(other)) {
      return true;
    }
    return other instanceof TreePath && lookUp(path) == lookUp(other);
  }

  @Override
  public boolean isHidden(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().startsWith(".");
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    lookUp(path);
    return new TreeFileStore();
  }

  /** Owners are the layer's, not this machine's: all may read, nobody may write. */
  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    FileNode node = lookUp(path);
    for (AccessMode mode : modes) {
      boolean denied =
          switch (mode) {
            case READ -> false;
            case WRITE -> true;
            case EXECUTE -> !node.isDirectory() && (node.permissions() & ANY_EXECUTE) == 0;
          };
      if (denied) {
        throw new AccessDeniedException(path.toString());
      }
    }
  }

  // ---- attributes

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return AttributeViews.view(TreePath.from(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (!type.isAssignableFrom(TreeAttributes.class)) {
      throw new UnsupportedOperationException("no attributes of " + type);
    }
    return type.cast(new TreeAttributes(lookUp(path, options)));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return AttributeViews.read(lookUp(path, options), attributes);
  }

  // ---- nothing is ever changed

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attrs) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void delete(Path path) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
    throw new ReadOnlyFileSystemException();
  }
}
