package dev.stargz.cli;

import dev.stargz.format.blob.StargzException;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stargzify cat SRC PATH...}: writes the content of files to stdout. */
@Command(
    name = "stargzify cat",
    versionProvider = Version.class,
    sortOptions = false,
    header = "Writes files of an image or a layer to stdout; only their chunks are read.",
    synopsisHeading = "%n",
    customSynopsis = "stargzify cat [OPTIONS] SRC PATH...",
    parameterListHeading = "%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stargzify cat registry.example/app:lazy /etc/os-release",
      "  stargzify cat https://host.example/layer.stargz usr/bin/app > app",
      "",
      "Symbolic links are followed, inside the image. Bytes are checked before they are written:",
      "against the image's digest where annotations have those of its TOCs, else for damage.",
      "",
      "Exit codes: 0 done, 1 failed or a PATH is no file, 2 usage."
    })
final class CatCommand extends ReadingCommand {
  private static final int BUFFER = 1 << 17;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PATH",
      description = "Regular files; several are written one after the other.")
  private List<String> paths = new ArrayList<>();

  @Override
  int run(Invocation invocation) throws IOException {
    if (common.json) {
      throw new UsageException("--json: cat writes the files themselves, ls --json what they are");
    }
    source(); // what is missing first is told first
    if (paths.isEmpty()) {
      throw new UsageException("PATH is missing: expected which files of SRC to write");
    }
    PathArguments.check(paths);
    Streams streams = invocation.streams();
    int exitCode = ExitCode.DONE;
    try (OpenSource source = open(invocation)) {
      FileTree tree = source.tree();
      for (String path : paths) {
        Optional<String> problem = write(tree, path, streams.out());
        if (problem.isPresent()) {
          streams.err().println("stargzify: " + OneLine.of(source.name() + ": " + problem.get()));
          exitCode = ExitCode.FAILED;
        }
      }
    } catch (BrokenPipeException e) {
      return exitCode; // whoever reads it has enough
    }
    return exitCode;
  }

  /** Writes a file; returns why there is none, or why it ends early. */
  private static Optional<String> write(FileTree tree, String path, OutputStream out)
      throws IOException {
    try {
      FileNode file = tree.lookUp(path);
      if (PathArguments.namesDirectory(path) && !file.isDirectory()) {
        return Optional.of("there is no directory '" + path + "'");
      }
      if (!file.isRegularFile()) {
        return Optional.of("'" + path + "' is " + kind(file) + ": expected a regular file");
      }
      copy(tree, file, out);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of("there is no '" + path + "'");
    } catch (FileSystemLoopException e) {
      return Optional.of("'" + path + "' leads through too many symbolic links");
    } catch (StargzException e) {
      return Optional.of(ErrorMessages.of(e));
    }
  }

  private static String kind(FileNode node) {
    return switch (node.type()) {
      case DIRECTORY -> "a directory";
      case CHARACTER_DEVICE -> "a character device";
      case BLOCK_DEVICE -> "a block device";
      case FIFO -> "a named pipe";
      case HARDLINK -> "a hard link to nothing";
      case REGULAR, SYMLINK, CHUNK -> "a " + node.type().jsonName();
    };
  }

  private static void copy(FileTree tree, FileNode file, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = tree.open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
    }
    out.flush();
  }
}
