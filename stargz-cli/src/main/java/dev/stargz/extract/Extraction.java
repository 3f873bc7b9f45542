package dev.stargz.extract;

import dev.stargz.extract.LeftOut.Kind;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.TocEntryType;
import dev.stargz.format.tree.FileNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes what is planned. First the directories, open to their owner alone; then symbolic links and
 * devices, the files, on several threads, and further links; the directories' own attributes last,
 * because a time would change again, and a directory that forbids writing could not be filled.
 */
final class Extraction {
  private static final int KIND_OF_MODE = 0170000;

  private final Linux linux;
  private final Plan plan;
  private final ExtractOptions options;
  private final Path target;
  private final OpenDirectories directories;
  private final Temporaries temporaries;
  private final LeftOuts leftOuts = new LeftOuts();
  private final Attributes attributes;

  /** Devices that the process may not make. */
  private final Set<FileNode> missing = new HashSet<>();

  /**
   * Prepares it.
   *
   * @param target for messages
   * @param directories with the root open
   */
  Extraction(
      Linux linux,
      Plan plan,
      ExtractOptions options,
      Path target,
      OpenDirectories directories,
      Temporaries temporaries) {
    this.linux = linux;
    this.plan = plan;
    this.options = options;
    this.target = target;
    this.directories = directories;
    this.temporaries = temporaries;
    this.attributes = new Attributes(linux, options, leftOuts);
  }

  /** Makes all; what writes contents is given, because it differs from thread to thread. */
  ExtractReport run(Function<ContentWorker.Maker, ContentWorker> workers) throws IOException {
    for (Item item : plan.withoutContent()) {
      leftOuts.add(Kind.HARD_LINK, () -> item.path().text());
    }
    try {
      make(workers);
      finishDirectories();
    } catch (IOException | RuntimeException e) {
      finishMade();
      throw e;
    }
    return report();
  }

  private void make(Function<ContentWorker.Maker, ContentWorker> workers) throws IOException {
    for (Place place : plan.directories()) {
      naming(place::path, () -> makeDirectory(place));
    }
    for (Item item : plan.others()) {
      naming(item::path, () -> makeOther(item));
    }
    new FileWorkers(plan.files(), () -> workers.apply(this::makeFile)).run(options.threads());
    for (Plan.Link link : plan.links()) {
      naming(link.item()::path, () -> makeLink(link));
    }
  }

  // ---- directories

  private void makeDirectory(Place place) throws IOException {
    try (OpenDirectory parent = directories.open(parentOf(place))) {
      if (!isKept(parent, place)) {
        linux.makeDirectory(parent.descriptor(), place.name());
        place.setMade();
      }
    }
  }

  private static Place parentOf(Place place) {
    Place parent = place.parent();
    if (parent == null) {
      throw new IllegalArgumentException("the root is never made");
    }
    return parent;
  }

  /** Whether a directory of that name is there; anything else, a link to one too, is removed. */
  private boolean isKept(OpenDirectory parent, Place place) throws IOException {
    if (!options.overwrite()) {
      return false;
    }
    try {
      int descriptor = linux.openDirectory(parent.descriptor(), place.name());
      try (OpenNode directory = new OpenNode(descriptor, /* pathOnly= */ false)) {
        if (isUnfinished(directory)) {
          place.setMade();
        }
      }
      return true;
    } catch (CallFailedException e) {
      switch (e.errno()) {
        case ENOENT -> {}
        case ENOTDIR, ELOOP -> linux.unlink(parent.descriptor(), place.name());
        default -> throw e;
      }
      return false;
    }
  }

  /** Whether it looks as an extraction leaves it that was killed: nobody's but this user's. */
  private boolean isUnfinished(OpenNode directory) throws IOException {
    Map<String, Object> status = directory.status();
    return status.get("mode") instanceof Integer mode
        && (mode & ~KIND_OF_MODE) == Linux.NEW_DIRECTORY
        && status.get("uid") instanceof Integer owner
        && Integer.toUnsignedLong(owner) == linux.uid();
  }

  /** After a failure: directories that were made don't stay closed to all but their owner. */
  private void finishMade() {
    List<Place> all = plan.directories();
    for (int i = all.size() - 1; i >= 0 && !temporaries.isEnding(); i--) {
      if (all.get(i).isMade()) {
        try {
          finish(all.get(i));
        } catch (IOException e) {
          // what failed before is the failure to tell
        }
      }
    }
  }

  /** Those that are in others first. */
  private void finishDirectories() throws IOException {
    List<Place> all = plan.directories();
    for (int i = all.size() - 1; i >= 0; i--) {
      Place place = all.get(i);
      if (place.hasOwnAttributes()) {
        naming(place::path, () -> finish(place));
      }
    }
    if (plan.root().isWhole() && plan.root().node().entry().isPresent()) {
      naming(plan.root()::path, () -> finish(plan.root()));
    }
  }

  private void finish(Place place) throws IOException {
    try (OpenDirectory directory = directories.open(place)) {
      attributes.set(directory.node(), place.node(), place::path);
    }
  }

  // ---- files of all other kinds

  private void makeFile(Item item, ContentWorker content) throws IOException {
    naming(
        item::path,
        () -> {
          try (OpenDirectory parent = directories.open(item.parent());
              Temporary file = temporaries.make(parent, linux::createFile)) {
            content.copy(item.node(), file.node());
            attributes.set(file.node(), item.node(), item::path);
            file.rename(item.name(), options.overwrite());
          }
        });
  }

  private void makeOther(Item item) throws IOException {
    try (OpenDirectory parent = directories.open(item.parent());
        Temporary file =
            temporaries.make(parent, (directory, name) -> make(item.node(), directory, name))) {
      checkKind(file.node(), item.node());
      attributes.set(file.node(), item.node(), item::path);
      file.rename(item.name(), options.overwrite());
    } catch (CallFailedException e) {
      if (!e.is("mknodat", Errno.EPERM) || item.node().type() == TocEntryType.FIFO) {
        throw e;
      }
      missing.add(item.node());
      leftOuts.add(
          isWhiteout(item.node()) ? Kind.OVERLAY_MARK : Kind.DEVICE, () -> item.path().text());
    }
  }

  private boolean isWhiteout(FileNode node) {
    return options.overlay().isPresent()
        && node.type() == TocEntryType.CHARACTER_DEVICE
        && node.devMajor() == 0
        && node.devMinor() == 0;
  }

  private OpenNode make(FileNode node, int directory, EntryName name)
      throws CallFailedException, ExtractException {
    if (node.isSymbolicLink()) {
      linux.makeSymbolicLink(node.linkTarget(), directory, name);
    } else {
      int kind = node.statMode() & KIND_OF_MODE;
      linux.makeNode(directory, name, kind, node.devMajor(), node.devMinor());
    }
    return linux.openNode(directory, name);
  }

  /** Somebody else may have put another file in the place of the one that was just made. */
  private static void checkKind(OpenNode file, FileNode node) throws IOException {
    Map<String, Object> status = file.status();
    boolean same =
        status.get("mode") instanceof Integer mode
            && ((mode ^ node.statMode()) & KIND_OF_MODE) == 0
            && status.get("rdev") instanceof Long device
            && device == Linux.device(node.devMajor(), node.devMinor())
            && Integer.valueOf(1).equals(status.get("nlink"));
    if (!same) {
      throw new ExtractException("somebody else has replaced it while it was made");
    }
  }

  private void makeLink(Plan.Link link) throws IOException {
    if (missing.contains(link.item().node())) {
      leftOuts.add(Kind.DEVICE, () -> link.item().path().text());
      return;
    }
    EntryName from = link.first().name();
    EntryName to = link.item().name();
    try (OpenDirectory fromParent = directories.open(link.first().parent());
        OpenDirectory toParent = directories.open(link.item().parent())) {
      try {
        linux.link(fromParent.descriptor(), from, toParent.descriptor(), to);
      } catch (CallFailedException e) {
        if (e.errno() != Errno.EEXIST || !options.overwrite()) {
          throw e;
        }
        linux.unlink(toParent.descriptor(), to);
        linux.link(fromParent.descriptor(), from, toParent.descriptor(), to);
      }
    }
  }

  // ---- what is told

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** Says of failures which file they are about. */
  private void naming(Supplier<EntryName> path, Step step) throws IOException {
    try {
      step.run();
    } catch (CallFailedException e) {
      throw named(path, hint(e), e);
    } catch (ExtractException e) {
      throw named(path, "", e);
    }
  }

  private static String hint(CallFailedException failure) {
    return switch (failure.errno()) {
      case EISDIR, ENOTEMPTY -> "a directory is in the way: ";
      case EEXIST ->
          "somebody else made it meanwhile, or the file system takes two names for one: ";
      default -> "";
    };
  }

  private IOException named(Supplier<EntryName> path, String why, IOException failure) {
    if (temporaries.isEnding()) {
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(failure);
      return interrupted; // what fails while the process ends is no news
    }
    return new ExtractException(shown(path.get()) + ": " + why + failure.getMessage(), failure);
  }

  private String shown(EntryName path) {
    return path.isEmpty() ? target.toString() : target + "/" + path.text();
  }

  private ExtractReport report() {
    List<Item> others = new ArrayList<>(plan.others());
    others.removeIf(item -> missing.contains(item.node()));
    long symbolicLinks = others.stream().filter(item -> item.node().isSymbolicLink()).count();
    long links =
        plan.links().stream().filter(link -> !missing.contains(link.item().node())).count();
    return new ExtractReport(
        plan.directories().size(),
        plan.files().size(),
        links,
        symbolicLinks,
        others.size() - symbolicLinks,
        plan.bytes(),
        leftOuts.all());
  }
}
