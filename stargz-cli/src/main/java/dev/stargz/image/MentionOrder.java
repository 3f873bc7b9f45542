package dev.stargz.image;

import dev.stargz.image.Node.Child;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The order in which the entries of an index are rewritten: attestations and signatures name what
 * they speak of by its digest, so they have to wait until its new one is known. There may be chains
 * of them.
 */
final class MentionOrder {
  /**
   * What matters of an entry.
   *
   * @param position in the index
   * @param digests of all manifests at and below it
   * @param mentions digests of manifests that any of those speaks of
   */
  private record Entry(int position, Set<String> digests, Set<String> mentions) {
    static Entry of(int position, Child child) {
      Entry entry = new Entry(position, new HashSet<>(), new HashSet<>());
      entry.add(child);
      entry.mentions.removeAll(entry.digests);
      return entry;
    }

    private void add(Child child) {
      child.attests().ifPresent(mentions::add);
      child.node().ifPresent(this::add);
    }

    private void add(Node node) {
      digests.add(node.raw().digest().toString());
      node.json().object("subject").flatMap(s -> s.string("digest")).ifPresent(mentions::add);
      if (node instanceof Node.Index index) {
        index.children().forEach(this::add);
      }
    }
  }

  private MentionOrder() {}

  /** The positions of all entries, in the order in which they are to be done. */
  static List<Integer> of(List<Child> children) {
    List<Entry> waiting = new ArrayList<>();
    Set<String> undone = new HashSet<>();
    for (int i = 0; i < children.size(); i++) {
      Entry entry = Entry.of(i, children.get(i));
      waiting.add(entry);
      undone.addAll(entry.digests());
    }
    List<Integer> order = new ArrayList<>();
    while (!waiting.isEmpty()) {
      List<Entry> ready = new ArrayList<>();
      List<Entry> others = new ArrayList<>();
      for (Entry entry : waiting) {
        (Collections.disjoint(entry.mentions(), undone) ? ready : others).add(entry);
      }
      if (ready.isEmpty()) {
        ready.add(others.remove(0)); // they speak of each other in a circle
      }
      for (Entry entry : ready) {
        order.add(entry.position());
        undone.removeAll(entry.digests());
      }
      waiting = others;
    }
    return order;
  }
}
