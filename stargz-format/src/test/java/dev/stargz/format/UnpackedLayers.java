package dev.stargz.format;

import dev.stargz.format.fixture.Layers.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a file system holds after layers were unpacked over one another. Written for tests alone and
 * knowing nothing of the library: a map from paths to files.
 */
final class UnpackedLayers {
  /** An entry of a layer; {@code id} is its mtime and no other entry's. */
  record Step(char type, String name, String target, long id) {}

  /** Layers that nothing unpacks. */
  static final class Unmergeable extends Exception {
    private static final long serialVersionUID = 1L;

    Unmergeable(String message) {
      super(message);
    }
  }

  /** What is at a path, as tests compare it. */
  record Shown(char type, long id, String target) {}

  private static final class File {
    private final Step step;
    private File stand; // of a link that came too early

    private File(Step step) {
      this.step = step;
    }

    private File resolved() {
      return stand == null ? this : stand.resolved();
    }

    private boolean isAwaiting() {
      return step.type() == 'h';
    }
  }

  /** A path; one without a file is a directory that nobody listed. */
  private static final class Slot {
    private File file;
    private int layer;

    private Slot(File file, int layer) {
      this.file = file;
      this.layer = layer;
    }

    private boolean isDirectory() {
      return file == null || file.step.type() == 'd';
    }

    private boolean isSymlink() {
      return file != null && file.resolved().step.type() == 'l';
    }
  }

  private static final int MOST_SYMLINKS = 40;

  private final SortedMap<String, Slot> slots = new TreeMap<>();
  private final List<Slot> awaiting = new ArrayList<>();
  private int layer;

  /** The layers, the lowest first. */
  static UnpackedLayers of(List<List<Step>> layers) throws Unmergeable {
    UnpackedLayers merged = new UnpackedLayers();
    for (List<Step> steps : layers) {
      merged.layer++;
      for (Step step : steps) {
        merged.unpack(step);
      }
      merged.endLayer();
    }
    return merged;
  }

  private void unpack(Step step) throws Unmergeable {
    String path = clean(step.name());
    String base = path.substring(path.lastIndexOf('/') + 1);
    String parent = parent(path);
    if (base.equals(".wh..wh..opq")) {
      String directory = find(parent);
      if (directory != null && (directory.isEmpty() || slots.get(directory).isDirectory())) {
        removeLower(directory, false);
      }
    } else if (base.startsWith(".wh.")) {
      String directory = directory(parent, false);
      if (directory != null) {
        removeLower(join(directory, base.substring(4)), true);
      }
    } else {
      put(join(directory(parent, true), base), step);
    }
  }

  private void put(String path, Step step) throws Unmergeable {
    Slot old = slots.get(path);
    if (step.type() == 'd' && old != null && old.isDirectory()) {
      old.file = new File(step);
      old.layer = layer;
      return;
    }
    File file = step.type() == 'h' ? linked(step) : new File(step);
    if (old != null && old.file != null && old.file.resolved() == file) {
      old.layer = layer;
      return;
    }
    slots.keySet().removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
    Slot slot = new Slot(file, layer);
    slots.put(path, slot);
    if (file.isAwaiting()) {
      awaiting.add(slot);
    }
  }

  private File linked(Step step) throws Unmergeable {
    String target = find(clean(step.target()));
    if (target == null) {
      return new File(step);
    }
    return fileAt(target);
  }

  private File fileAt(String path) throws Unmergeable {
    if (path.isEmpty() || slots.get(path).isDirectory()) {
      throw new Unmergeable("a link to the directory " + path);
    }
    return slots.get(path).file.resolved();
  }

  private void removeLower(String path, boolean itself) {
    List<String> paths = new ArrayList<>();
    for (String each : slots.keySet()) {
      boolean below = path.isEmpty() || each.startsWith(path + "/");
      if (below || (itself && each.equals(path))) {
        paths.add(0, each); // what is inside before what it is in
      }
    }
    for (String each : paths) {
      Slot slot = slots.get(each);
      boolean stays = slots.keySet().stream().anyMatch(other -> other.startsWith(each + "/"));
      if (slot.layer < layer && stays) {
        slot.file = null;
        slot.layer = layer;
      } else if (slot.layer < layer) {
        slots.remove(each);
      }
    }
  }

  private void endLayer() throws Unmergeable {
    awaiting.retainAll(slots.values());
    for (Slot slot : awaiting) {
      String target = find(clean(slot.file.step.target()));
      if (target != null && slot.file.resolved() != fileAt(target)) {
        slot.file.resolved().stand = fileAt(target);
      }
    }
    for (Slot slot : awaiting) {
      if (slot.file.resolved().isAwaiting()) {
        throw new Unmergeable("a link to what never came: " + slot.file.step);
      }
    }
    awaiting.clear();
  }

  /** The real path of what a path names, links above it followed; null if there is nothing. */
  private String find(String path) throws Unmergeable {
    if (path.isEmpty()) {
      return path;
    }
    String directory = directory(parent(path), false);
    String found =
        directory == null ? null : join(directory, path.substring(parent(path).length()));
    return found != null && slots.containsKey(found) ? found : null;
  }

  /** The real path of a directory. */
  private String directory(String path, boolean make) throws Unmergeable {
    Deque<String> left = new ArrayDeque<>(List.of(path.split("/", -1)));
    String at = "";
    int links = 0;
    while (!left.isEmpty()) {
      String part = left.removeFirst();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        at = parent(at);
        continue;
      }
      String next = join(at, part);
      Slot slot = slots.get(next);
      if (slot != null && slot.isSymlink()) {
        String target = slot.file.resolved().step.target();
        at = target.startsWith("/") ? "" : at;
        List<String> parts = List.of(target.split("/", -1));
        for (int i = parts.size() - 1; i >= 0; i--) {
          left.addFirst(parts.get(i));
        }
        if (++links > MOST_SYMLINKS) {
          throw new Unmergeable("a circle of links");
        }
        continue;
      }
      if (slot == null && make) {
        slots.put(next, new Slot(null, layer));
      } else if (slot == null) {
        return null;
      } else if (!slot.isDirectory()) {
        if (make) {
          throw new Unmergeable("below the file " + next);
        }
        return null;
      }
      at = next;
    }
    return at;
  }

  private static String join(String directory, String part) {
    String name = part.startsWith("/") ? part.substring(1) : part;
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  private static String clean(String name) {
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

  /** All that was listed, by path; paths that share a file have the same id. */
  Map<String, Shown> shown() {
    Map<String, Shown> shown = new TreeMap<>();
    slots.forEach(
        (path, slot) -> {
          if (slot.file != null) {
            Step step = slot.file.resolved().step;
            shown.put(path, new Shown(step.type(), step.id(), step.target()));
          }
        });
    return shown;
  }

  /**
   * Unpacks one tar that holds each path once, directories before what is in them, files before
   * links to them.
   */
  static Map<String, Shown> unpacked(List<Entry> entries) {
    Map<String, Shown> shown = new TreeMap<>();
    for (Entry entry : entries) {
      Shown file = new Shown(entry.type(), entry.mtime(), entry.linkName());
      if (entry.type() == 'h') {
        file = shown.get(clean(entry.linkName()));
        if (file == null || file.type() == 'd') {
          throw new AssertionError("a link to what isn't there: " + entry);
        }
      }
      boolean late = shown.keySet().stream().anyMatch(path -> path.startsWith(entry.path() + "/"));
      if (late || shown.put(entry.path(), file) != null) {
        throw new AssertionError("too late, or twice: " + entry);
      }
    }
    return shown;
  }
}
