package dev.stargz.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stargz.format.GeneratedTar.Kind;
import dev.stargz.format.GeneratedTar.Step;
import dev.stargz.format.blob.EntryName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a file system holds after a tar was unpacked into it, entry by entry. Written for these
 * tests alone and knowing nothing of the library: maps from paths to files.
 *
 * <p>As far as it goes beyond what unpackers agree on, it follows FORMAT.md: a link to what comes
 * later gets it in the end, entries below symbolic links stay at the path that they name.
 */
final class Unpacked {
  /** How it ended. */
  enum Outcome {
    /** A tree. */
    TREE,
    /** An entry below a file: nothing can unpack that. */
    BELOW_A_FILE,
    /** A hard link to a directory. */
    LINK_TO_DIRECTORY,
    /** A path through a link that nobody knows the target of yet; what that means is open. */
    UNSPECIFIED
  }

  /** A file of any kind; all its names share it. */
  static final class File {
    final Step made;

    /** Of a link to what is not there yet, or never comes: where it goes. */
    final String awaited;

    private File(Step made, String awaited) {
      this.made = made;
      this.awaited = awaited;
    }

    boolean isDirectory() {
      return made.kind() == Kind.DIRECTORY || made.kind() == Kind.ROOT;
    }

    boolean isMissing() {
      return awaited != null;
    }
  }

  private static final int MOST_SYMLINKS = 40;

  private final SortedMap<String, File> files = new TreeMap<>();
  private Outcome outcome = Outcome.TREE;
  private boolean earlyLinks;

  private Unpacked() {}

  static Unpacked of(GeneratedTar tar) {
    Unpacked unpacked = new Unpacked();
    for (Step step : tar.steps()) {
      if (step.kind() != Kind.GLOBAL_RECORDS && unpacked.outcome == Outcome.TREE) {
        unpacked.unpack(step);
      }
    }
    if (unpacked.outcome == Outcome.TREE) {
      unpacked.findAwaited();
    }
    return unpacked;
  }

  Outcome outcome() {
    return outcome;
  }

  /** Whether there were hard links to what was not there yet, or never came. */
  boolean hasEarlyLinks() {
    return earlyLinks;
  }

  /** By cleaned path, all that has an entry. */
  SortedMap<String, File> files() {
    return files;
  }

  /** What is at a path; the name need not be clean. */
  File fileAt(EntryName name) {
    return files.get(new String(name.cleaned().bytes(), ISO_8859_1));
  }

  private void unpack(Step step) {
    String path = clean(step.name());
    outcome = outcomeBelow(path);
    if (outcome != Outcome.TREE) {
      return;
    }
    File file = step.kind() == Kind.HARDLINK ? link(step, path) : new File(step, null);
    if (file != null) {
      put(path, file);
    }
  }

  /** Whether an entry can have that path: its closest ancestor that is no directory decides. */
  private Outcome outcomeBelow(String path) {
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      File above = files.get(path.substring(0, slash));
      if (above != null && above.made.kind() == Kind.SYMLINK) {
        return Outcome.TREE; // where it leads, the layer alone can't say
      }
      if (above != null && !above.isDirectory()) {
        return Outcome.BELOW_A_FILE;
      }
    }
    return Outcome.TREE;
  }

  /** What a hard link links; null if it is the path's own file. */
  private File link(Step step, String path) {
    String target = clean(step.target());
    String found = find(target);
    if (found == null) {
      earlyLinks = true;
      return new File(step, target);
    }
    File file = files.get(found);
    if (file.isDirectory()) {
      outcome = Outcome.LINK_TO_DIRECTORY;
      return null;
    }
    if (found.equals(path)) {
      return null;
    }
    return file.isMissing() ? new File(step, target) : file;
  }

  /** A directory that no entry names is one all the same. */
  private void checkNoDirectory(String target) {
    boolean above = files.keySet().stream().anyMatch(path -> path.startsWith(target + "/"));
    if (above || target.isEmpty()) {
      outcome = Outcome.LINK_TO_DIRECTORY;
    }
  }

  private void put(String path, File file) {
    if (!file.isDirectory()) {
      files.keySet().removeIf(below -> below.startsWith(path + "/"));
    }
    files.put(path, file);
  }

  private void findAwaited() {
    Map<String, File> found = new HashMap<>();
    for (Map.Entry<String, File> each : files.entrySet()) {
      File file = each.getValue();
      for (int i = 0; i <= files.size() && file != null && file.isMissing(); i++) {
        String path = find(file.awaited);
        file = path == null ? null : files.get(path);
      }
      if (file != null && file.isDirectory() && each.getValue().isMissing()) {
        outcome = Outcome.LINK_TO_DIRECTORY;
      }
      if (file != null && !file.isMissing()) {
        found.put(each.getKey(), file);
      } else {
        checkNoDirectory(each.getValue().awaited);
      }
    }
    files.putAll(found);
  }

  /** The path that names a file: itself, or what it leads to through symbolic links above it. */
  private String find(String path) {
    String at = path;
    for (int i = 0; i <= MOST_SYMLINKS; i++) {
      if (i == 0 && files.containsKey(at)) {
        return at;
      }
      String next = followed(at);
      if (next == null) {
        return files.containsKey(at) ? at : null;
      }
      at = next;
    }
    return null;
  }

  private String followed(String path) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      File above = files.get(path.substring(0, slash));
      if (above != null && above.isMissing()) {
        outcome = Outcome.UNSPECIFIED;
      }
      if (above != null && !above.isMissing() && above.made.kind() == Kind.SYMLINK) {
        String target = above.made.target();
        int last = path.lastIndexOf('/', slash - 1);
        String start = target.startsWith("/") || last < 0 ? "" : path.substring(0, last) + "/";
        return clean(start + target + path.substring(slash));
      }
    }
    return null;
  }

  /** The path below the root; {@code ..} never leaves it. */
  static String clean(String name) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }
}
