package dev.stargz.cli;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Goes over the files that a command line names, as {@code ls} does. */
final class Listing {
  private static final String ROOT = "/";

  private final FileTree tree;
  private final ListOptions options;
  private final ListingFormat format;
  private final NameStyle style;
  private final OutputStream out;
  private final Consumer<String> errors;
  private boolean first = true;

  /**
   * Creates a listing.
   *
   * @param style of headings
   * @param out where headings go; the format has its own way there
   * @param errors told of each path that isn't there
   */
  Listing(
      FileTree tree,
      ListOptions options,
      ListingFormat format,
      NameStyle style,
      OutputStream out,
      Consumer<String> errors) {
    this.tree = tree;
    this.options = options;
    this.format = format;
    this.style = style;
    this.out = out;
    this.errors = errors;
  }

  /**
   * Shows what is at the paths: files first, then directories, each in the order given.
   *
   * @return whether all of them are there
   */
  boolean show(List<String> given) throws IOException {
    List<String> paths = given.isEmpty() ? List.of(ROOT) : given;
    List<ListedFile> files = new ArrayList<>();
    List<ListedFile> directories = new ArrayList<>();
    for (String path : paths) {
      Optional<FileNode> node = find(path);
      if (node.isPresent()) {
        boolean opened = node.get().isDirectory() && !options.directory;
        (opened ? directories : files).add(ListedFile.ofPath(path, node.get()));
      }
    }
    if (!files.isEmpty()) {
      format.show(files);
      first = false;
    }
    boolean headings = format.hasHeadings() && (paths.size() > 1 || options.recursive);
    for (ListedFile directory : directories) {
      showDirectory(directory.text(), directory.path(), directory.node(), headings);
    }
    return files.size() + directories.size() == paths.size();
  }

  /** What is at a path; a link that ends it is followed if it leads to a directory to be listed. */
  private Optional<FileNode> find(String path) {
    try {
      Optional<FileNode> node = tree.find(path, LinkOption.NOFOLLOW_LINKS);
      boolean wanted = PathArguments.namesDirectory(path);
      boolean follow = wanted || !(options.isLong() || options.directory);
      if (follow && node.isPresent() && node.get().isSymbolicLink()) {
        Optional<FileNode> target = tree.find(path).filter(FileNode::isDirectory);
        node = target.isPresent() ? target : wanted ? Optional.empty() : node;
      }
      if (node.isEmpty() || (wanted && !node.get().isDirectory())) {
        errors.accept("there is no " + (wanted ? "directory " : "") + "'" + path + "'");
        return Optional.empty();
      }
      return node;
    } catch (FileSystemLoopException e) {
      errors.accept("'" + path + "' leads through too many symbolic links");
      return Optional.empty();
    }
  }

  /**
   * Shows a directory and, if that is wanted, those below it.
   *
   * @param shown its path as people read it
   */
  private void showDirectory(String shown, EntryName path, FileNode directory, boolean headings)
      throws IOException {
    if (headings) {
      String heading = (first ? "" : "\n") + style.plain(shown) + ":\n";
      out.write(heading.getBytes(StandardCharsets.UTF_8));
    }
    first = false;
    List<ListedFile> files = files(path, directory);
    format.show(files);
    if (options.recursive) {
      for (ListedFile file : files) {
        if (file.node().isDirectory()) {
          String below = shown.endsWith(ROOT) ? shown + file.text() : shown + ROOT + file.text();
          showDirectory(below, file.path(), file.node(), headings);
        }
      }
    }
  }

  private List<ListedFile> files(EntryName path, FileNode directory) {
    Map<EntryName, String> texts = textsOfOddNames(directory);
    EntryName prefix = path.endsWithSlash() ? path : path.append('/');
    List<ListedFile> files = new ArrayList<>(directory.children().size());
    directory
        .children()
        .forEach(
            (name, node) -> {
              String text = texts.getOrDefault(name, name.text());
              files.add(new ListedFile(name, text, joined(prefix, name), node));
            });
    return files;
  }

  /** What is shown of names that are no UTF-8; they are few. */
  private Map<EntryName, String> textsOfOddNames(FileNode directory) {
    if (directory.children().keySet().stream().allMatch(EntryName::isUtf8)) {
      return Map.of();
    }
    Map<EntryName, String> texts = new HashMap<>();
    tree.readableNames(directory).forEach((text, name) -> texts.put(name, text));
    return texts;
  }

  private static EntryName joined(EntryName prefix, EntryName name) {
    byte[] start = prefix.bytes();
    byte[] end = name.bytes();
    byte[] joined = java.util.Arrays.copyOf(start, start.length + end.length);
    System.arraycopy(end, 0, joined, start.length, end.length);
    return EntryName.of(joined);
  }
}
