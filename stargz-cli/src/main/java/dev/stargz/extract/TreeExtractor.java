package dev.stargz.extract;

import dev.stargz.format.blob.StargzException;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes files of a tree below a directory, with their names byte for byte, permissions, times,
 * links, and owners, devices and extended attributes as far as the process may set them. Landmarks
 * are left out.
 *
 * <p>Nothing is written outside of the directory: every file is made in an open directory, reached
 * from the one above it, and no symbolic link in it is followed, whoever put it there and when. A
 * regular file appears under its name when it is complete, or not at all; each chunk is checked
 * before a byte of it is written. After a failure, or when the process is told to end, what was
 * complete by then stays; in the latter case with directories that only their owner may enter,
 * until they are extracted again.
 *
 * <p>Linux alone, through the C library, which JNA calls. Memory: the plan, some 40 bytes a file
 * and 150 a directory; 256 KiB and a chunk a thread.
 */
public final class TreeExtractor {
  /** Where what is open has a path. */
  private static final Path PROC = Path.of("/proc/self/fd");

  private final ExtractOptions options;

  /** Creates an extractor, for any number of trees. */
  public TreeExtractor(ExtractOptions options) {
    this.options = options;
  }

  /**
   * Extracts.
   *
   * @param paths what to extract, of directories all that is in them; they keep their places, and
   *     the directories above them are made with the tree's attributes. As {@link
   *     FileTree#find(String, java.nio.file.LinkOption...)} takes them; none for all there is
   * @param directory is made if it isn't there; must be empty unless files are to be overwritten
   * @param listener is told of what is written
   * @return what was extracted, and what was left out, of which {@link LeftOut#isFailure()} tells
   *     that something is missing
   * @throws ExtractException if something can't be made: the message says which file, which call,
   *     and why
   * @throws StargzException if the source is damaged or isn't what its digests say
   * @throws IOException if the source can't be read, or the thread is interrupted
   */
  public ExtractReport extract(
      FileTree tree, List<String> paths, Path directory, ExtractListener listener)
      throws IOException {
    Linux linux = Linux.load();
    Plan plan = Plan.of(tree, paths);
    if (!Files.isDirectory(PROC)) {
      throw new ExtractException(PROC + " isn't there: /proc must be mounted to extract files");
    }
    makeTarget(directory);
    Progress progress = new Progress(listener, plan);
    try (OpenDirectories open = new OpenDirectories(linux, openRoot(linux, directory));
        Temporaries temporaries = Temporaries.create(linux)) {
      checkEmpty(directory);
      return new Extraction(linux, plan, options, directory, open, temporaries)
          .run(maker -> new ContentWorker(tree, progress, maker));
    }
  }

  private static void makeTarget(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    try {
      Files.createDirectories(directory);
    } catch (FileAlreadyExistsException e) {
      Path file = Path.of(e.getFile());
      throw new ExtractException(
          file
              + (Files.isSymbolicLink(file)
                  ? " is a symbolic link that leads to no directory"
                  : " is a file")
              + ": expected a directory, or nothing there",
          e);
    }
  }

  private static int openRoot(Linux linux, Path directory) throws ExtractException {
    try {
      return linux.openRoot(directory);
    } catch (CallFailedException e) {
      throw new ExtractException(directory + ": " + e.getMessage(), e);
    }
  }

  private void checkEmpty(Path directory) throws IOException {
    if (options.overwrite()) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        throw new ExtractException(
            directory
                + " is not empty: expected an empty directory, or a new one; --overwrite replaces"
                + " files of the same names");
      }
    }
  }
}
