package dev.stargz.format.nio;

import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A tree of files as a read-only file system: {@code Files.walk}, {@code Files.copy} and whatever
 * else takes a {@link Path} work on it.
 *
 * <pre>{@code
 * try (StargzReader reader = StargzReader.open(RandomAccessSource.of(layer));
 *     FileSystem files = TreeFileSystem.of(reader.tree())) {
 *   String release = Files.readString(files.getPath("/etc/os-release"));
 * }
 * }</pre>
 *
 * <p>Attributes: {@code basic}, {@code owner}, {@code posix}, {@code unix} (mode, ino, nlink, uid,
 * gid, rdev, dev, ctime, as the JDK's own on Unix) and {@code user}, which here is every extended
 * attribute by its full name. Whatever would change a file throws {@link
 * java.nio.file.ReadOnlyFileSystemException}.
 *
 * <p>A path keeps the bytes of the names it came from. One made of text also finds a file whose
 * name is no UTF-8, if it is written as {@link Path#toString} shows it. Safe for many threads.
 */
public final class TreeFileSystem extends FileSystem {
  private final FileTree tree;
  private final TreeFileSystemProvider provider = new TreeFileSystemProvider();
  private final TreePath root = TreePath.root(this);
  private volatile boolean open = true;

  private TreeFileSystem(FileTree tree) {
    this.tree = tree;
  }

  /**
   * A file system of a tree.
   *
   * @return to be closed, which leaves the tree and what it reads from open
   */
  public static FileSystem of(FileTree tree) {
    return new TreeFileSystem(tree);
  }

  FileTree tree() {
    if (!open) {
      throw new ClosedFileSystemException();
    }
    return tree;
  }

  /** The root, which relative paths start from too. */
  TreePath root() {
    return root;
  }

  /** What is at a path. */
  FileNode lookUp(TreePath path, LinkOption... options) throws IOException {
    return tree()
        .findReadable(path.name(), options)
        .orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(root);
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(new TreeFileStore());
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return AttributeViews.NAMES;
  }

  @Override
  public Path getPath(String first, String... more) {
    StringBuilder path = new StringBuilder(first);
    for (String part : more) {
      if (!part.isEmpty()) {
        path.append(path.isEmpty() ? "" : "/").append(part);
      }
    }
    return TreePath.parse(this, path.toString());
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "expected SYNTAX:PATTERN, found '" + syntaxAndPattern + "'");
    }
    String pattern = syntaxAndPattern.substring(colon + 1);
    Pattern regex =
        switch (syntaxAndPattern.substring(0, colon)) {
          case "glob" -> Glob.toRegex(pattern);
          case "regex" -> Pattern.compile(pattern);
          default ->
              throw new UnsupportedOperationException(
                  "expected glob: or regex:, found '" + syntaxAndPattern + "'");
        };
    return path -> regex.matcher(path.toString()).matches();
  }

  /** Throws {@link UnsupportedOperationException}: owners are what the layer says. */
  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("the owners of a layer can't be looked up");
  }

  /** Throws {@link UnsupportedOperationException}: nothing changes. */
  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("a layer's files don't change");
  }
}
