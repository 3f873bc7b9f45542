package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The names that one layer has put into directories: its own removals don't concern them. */
final class OwnNames {
  private final Map<FileNode, Set<EntryName>> names = new HashMap<>();

  void add(FileNode parent, EntryName part) {
    names.computeIfAbsent(parent, each -> new HashSet<>(4)).add(part);
  }

  boolean contains(FileNode parent, EntryName part) {
    return names.getOrDefault(parent, Set.of()).contains(part);
  }
}
