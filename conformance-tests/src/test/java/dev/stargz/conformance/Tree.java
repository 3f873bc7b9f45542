package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The files below a directory: names, modes, owners, times, links, devices, xattrs, hashes. */
final class Tree {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 10;

  /** What Go shows as the time of what has none: 1 January of the year 1. */
  private static final String NO_TIME = "-62135596800000000000";

  private final SortedMap<String, ObjectNode> lines;

  private Tree(SortedMap<String, ObjectNode> lines) {
    this.lines = lines;
  }

  /** What is there now. */
  static Tree of(Path directory) throws IOException, InterruptedException {
    SortedMap<String, ObjectNode> lines = new TreeMap<>();
    byte[] output = Command.run("python3", Needs.script("treelist.py"), directory);
    for (String json : new String(output, UTF_8).lines().toList()) {
      ObjectNode line = (ObjectNode) JSON.readTree(json);
      lines.put(line.get("path").asText(), line);
    }
    return new Tree(lines);
  }

  /** The paths, the root being the empty one. */
  Set<String> paths() {
    return lines.keySet();
  }

  /** A path's line. */
  ObjectNode line(String path) {
    assertThat(lines).containsKey(path);
    return lines.get(path);
  }

  /** Without what every stargz brings: the TOC, and a landmark, which have to be there. */
  Tree withoutTocAndLandmark() {
    assertThat(lines).containsKeys("stargz.index.json", ".no.prefetch.landmark");
    lines.keySet().removeAll(List.of("stargz.index.json", ".no.prefetch.landmark"));
    return this;
  }

  /**
   * Without the times of directories that no header says: unpackers make or change those after
   * {@code start}, and what Go mounts shows them with no time at all.
   *
   * @param start in nanoseconds since 1970
   */
  Tree withoutTimesSince(long start) {
    for (ObjectNode line : lines.values()) {
      boolean isDirectory = line.get("mode").asText().startsWith("d");
      long time = line.get("mtime").asLong();
      if (isDirectory && (time >= start || line.get("mtime").asText().equals(NO_TIME))) {
        line.put("mtime", "unsaid");
      }
    }
    return this;
  }

  /** With times in whole seconds, rounded down: a TOC has no finer ones. */
  Tree inWholeSeconds() {
    for (ObjectNode line : lines.values()) {
      if (line.get("mtime").isNumber()) {
        line.put("mtime", Math.floorDiv(line.get("mtime").asLong(), 1_000_000_000L));
      }
    }
    return this;
  }

  /** Without some of the lines. */
  Tree without(Predicate<ObjectNode> which) {
    lines.values().removeIf(which);
    return this;
  }

  /** Without what some unpackers don't keep, such as {@code mtime}. */
  Tree withoutFields(String... names) {
    lines.values().forEach(line -> line.remove(List.of(names)));
    return this;
  }

  /** Without a kind of xattrs. */
  Tree withoutXattrs(String prefix) {
    for (ObjectNode line : lines.values()) {
      List<String> names = new ArrayList<>();
      line.get("xattrs").fieldNames().forEachRemaining(names::add);
      names.removeIf(name -> !name.startsWith(prefix));
      ((ObjectNode) line.get("xattrs")).remove(names);
    }
    return this;
  }

  /** Fails unless the other has the same lines; shows the first that differ. */
  void shouldEqual(Tree expected) {
    Set<String> all = new TreeSet<>(expected.lines.keySet());
    all.addAll(lines.keySet());
    List<String> differences =
        all.stream()
            .filter(path -> !String.valueOf(lines.get(path)).equals("" + expected.lines.get(path)))
            .map(path -> "expected " + expected.lines.get(path) + "\n   found " + lines.get(path))
            .toList();
    if (!differences.isEmpty()) {
      List<String> shown = differences.subList(0, Math.min(SHOWN, differences.size()));
      fail("%d of %d lines differ\n%s", differences.size(), all.size(), String.join("\n", shown));
    }
  }
}
