package dev.stargz.format.nio;

import dev.stargz.format.blob.EntryName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent.Kind;
import java.nio.file.WatchEvent.Modifier;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A path: names of bytes. The empty path is one empty name, as in the JDK's own. */
final class TreePath implements Path {
  private static final EntryName DOT = EntryName.of(".");
  private static final EntryName DOT_DOT = EntryName.of("..");

  private final TreeFileSystem files;
  private final boolean absolute;
  private final List<EntryName> names;

  private TreePath(TreeFileSystem files, boolean absolute, List<EntryName> names) {
    this.files = files;
    this.absolute = absolute;
    this.names = absolute || !names.isEmpty() ? names : List.of(EntryName.ROOT);
  }

  static TreePath root(TreeFileSystem files) {
    return new TreePath(files, true, List.of());
  }

  /** A path of text. */
  static TreePath parse(TreeFileSystem files, String text) {
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      throw new InvalidPathException(text, "a NUL character", nul);
    }
    return of(files, EntryName.of(text));
  }

  /** A path of bytes. */
  static TreePath of(TreeFileSystem files, EntryName path) {
    byte[] bytes = path.bytes();
    List<EntryName> names = new ArrayList<>();
    int from = 0;
    for (int to = 0; to <= bytes.length; to++) {
      if (to == bytes.length || bytes[to] == '/') {
        if (to > from) {
          names.add(EntryName.of(bytes, from, to));
        }
        from = to + 1;
      }
    }
    return new TreePath(files, path.startsWithSlash(), Collections.unmodifiableList(names));
  }

  /** A path of one of our file systems; of others it is a {@link ProviderMismatchException}. */
  static TreePath from(Path path) {
    if (Objects.requireNonNull(path) instanceof TreePath ours) {
      return ours;
    }
    throw new ProviderMismatchException();
  }

  private TreePath with(boolean isAbsolute, List<EntryName> newNames) {
    return new TreePath(files, isAbsolute, List.copyOf(newNames));
  }

  TreeFileSystem files() {
    return files;
  }

  /** The whole path in bytes. */
  EntryName name() {
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    for (EntryName part : names) {
      if (absolute || path.size() > 0) {
        path.write('/');
      }
      path.writeBytes(part.bytes());
    }
    if (path.size() == 0 && absolute) {
      path.write('/');
    }
    return EntryName.of(path.toByteArray());
  }

  /** The child of a directory of this path. */
  TreePath child(EntryName name) {
    List<EntryName> longer = isEmpty() ? new ArrayList<>() : new ArrayList<>(names);
    longer.add(name);
    return with(absolute, longer);
  }

  List<EntryName> names() {
    return names;
  }

  private boolean isEmpty() {
    return !absolute && names.size() == 1 && names.get(0).isEmpty();
  }

  @Override
  public FileSystem getFileSystem() {
    return files;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable Path getRoot() {
    return absolute ? files.root() : null;
  }

  @Override
  public @Nullable Path getFileName() {
    return names.isEmpty() ? null : getName(names.size() - 1);
  }

  @Override
  public @Nullable Path getParent() {
    if (names.isEmpty()) {
      return null;
    }
    if (names.size() == 1) {
      return getRoot();
    }
    return with(absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public Path getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public Path subpath(int beginIndex, int endIndex) {
    if (beginIndex < 0 || endIndex > names.size() || beginIndex >= endIndex) {
      throw new IllegalArgumentException(
          "names " + beginIndex + " to " + endIndex + " of " + names.size());
    }
    return with(false, names.subList(beginIndex, endIndex));
  }

  @Override
  public boolean startsWith(Path other) {
    if (!(other instanceof TreePath that) || that.files != files || that.absolute != absolute) {
      return false;
    }
    if (that.isEmpty() || isEmpty()) {
      return that.isEmpty() && isEmpty();
    }
    return names.size() >= that.names.size()
        && names.subList(0, that.names.size()).equals(that.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof TreePath that) || that.files != files) {
      return false;
    }
    if (that.absolute) {
      return equals(that);
    }
    if (that.isEmpty() || isEmpty()) {
      return that.isEmpty() && isEmpty();
    }
    int from = names.size() - that.names.size();
    return from >= 0 && names.subList(from, names.size()).equals(that.names);
  }

  @Override
  public Path normalize() {
    List<EntryName> clean = new ArrayList<>();
    for (EntryName name : names) {
      boolean dotDot = name.equals(DOT_DOT);
      boolean below = !clean.isEmpty() && !clean.get(clean.size() - 1).equals(DOT_DOT);
      if (dotDot && below) {
        clean.remove(clean.size() - 1);
      } else if (!name.equals(DOT) && !(dotDot && absolute)) {
        clean.add(name);
      }
    }
    return with(absolute, clean);
  }

  @Override
  public Path resolve(Path other) {
    TreePath that = from(other);
    if (that.absolute || isEmpty()) {
      return that;
    }
    if (that.isEmpty()) {
      return this;
    }
    List<EntryName> all = new ArrayList<>(names);
    all.addAll(that.names);
    return with(absolute, all);
  }

  @Override
  public Path relativize(Path other) {
    TreePath that = from(other);
    if (that.absolute != absolute) {
      throw new IllegalArgumentException("'" + this + "' and '" + that + "': one is absolute");
    }
    if (isEmpty()) {
      return that;
    }
    List<EntryName> there = that.isEmpty() ? List.of() : that.names;
    int common = 0;
    while (common < Math.min(names.size(), there.size())
        && names.get(common).equals(there.get(common))) {
      common++;
    }
    List<EntryName> way = new ArrayList<>(Collections.nCopies(names.size() - common, DOT_DOT));
    if (names.subList(common, names.size()).contains(DOT_DOT)) {
      throw new IllegalArgumentException("no way out of '" + this + "' is known");
    }
    way.addAll(there.subList(common, there.size()));
    return with(false, way);
  }

  /** {@code stargz:/PATH}, for messages; no provider makes a path of it. */
  @Override
  public URI toUri() {
    try {
      return new URI("stargz", null, toAbsolutePath().toString(), null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a path is always part of a URI", e);
    }
  }

  @Override
  public Path toAbsolutePath() {
    return absolute ? this : files.root().resolve(isEmpty() ? files.root() : this);
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    files.lookUp(this, options);
    return options.length > 0 ? withoutDots() : new RealPath(files, this).resolve();
  }

  private Path withoutDots() {
    TreePath path = (TreePath) toAbsolutePath();
    return path.with(true, path.names.stream().filter(name -> !name.equals(DOT)).toList());
  }

  /** Throws {@link UnsupportedOperationException}: nothing changes. */
  @Override
  public WatchKey register(WatchService watcher, Kind<?>[] events, Modifier... modifiers) {
    throw new UnsupportedOperationException("a layer's files don't change");
  }

  @Override
  public int compareTo(Path other) {
    return name().compareTo(from(other).name());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TreePath that
        && files == that.files
        && absolute == that.absolute
        && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return Objects.hash(absolute, names);
  }

  /** The names as text, bytes that are no UTF-8 as {@code \xNN}. */
  @Override
  public String toString() {
    return name().text();
  }
}
