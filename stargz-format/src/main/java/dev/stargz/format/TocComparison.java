package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares the TOC that a tar ought to have with the one that it has, path by path. */
final class TocComparison {
  private final Differences differences;
  private final VerifyBudget budget;
  private final Map<EntryName, TocEntry> byPath = new HashMap<>();
  private final Map<EntryName, EntryName> contents = new HashMap<>();

  TocComparison(Differences differences, VerifyBudget budget) {
    this.differences = differences;
    this.budget = budget;
  }

  /** Compares all entries; those of {@code found} may be in any writer's manner. */
  void compare(Iterable<TocEntry> expected, List<TocEntry> found) throws IOException {
    for (TocEntry entry : found) {
      if (entry.type() != TocEntryType.CHUNK) {
        byPath.put(entry.name().cleaned(), entry);
      }
    }
    Set<EntryName> seen = new HashSet<>();
    for (TocEntry entry : expected) {
      EntryName path = pathIn(entry.name());
      TocEntry other = byPath.get(path);
      seen.add(path);
      if (other == null) {
        differences.add(entry.name(), "TOC entry", entry.type().jsonName(), "none");
      } else {
        compare(entry, other);
      }
    }
    checkOrder(found);
    for (TocEntry entry : found) {
      if (entry.type() != TocEntryType.CHUNK && !seen.contains(entry.name().cleaned())) {
        differences.add(entry.name(), "TOC entry", "none", entry.type().jsonName());
      }
    }
    if (differences.more() == 0 && !isSameSequence(expected, found)) {
      new TreeDifferences(differences, budget, this).compare(expected, found);
    }
  }

  /**
   * Whether the TOC has the paths and links in the order in which they are expected, each once:
   * then it makes the same tree, if each entry is as expected.
   */
  private static boolean isSameSequence(Iterable<TocEntry> expected, List<TocEntry> found) {
    Iterator<TocEntry> left = expected.iterator();
    for (TocEntry entry : found) {
      if (entry.type() != TocEntryType.CHUNK && !(left.hasNext() && isSame(left.next(), entry))) {
        return false;
      }
    }
    return !left.hasNext();
  }

  /** The path under which the TOC has a name: its own, or the one that lossy writers make of it. */
  private EntryName pathIn(EntryName name) {
    EntryName path = name.cleaned();
    if (byPath.containsKey(path) || path.isUtf8()) {
      return path;
    }
    EntryName lossy = path.withReplacementCharacters();
    return byPath.containsKey(lossy) ? lossy : path;
  }

  private static boolean isSame(TocEntry expected, TocEntry found) {
    boolean link = expected.type() == TocEntryType.HARDLINK;
    EntryName target = link ? found.linkName().cleaned() : found.linkName();
    return expected.type() == found.type()
        && expected.name().cleaned().equals(found.name().cleaned())
        && target.equals(link ? expected.linkName().cleaned() : expected.linkName());
  }

  private void compare(TocEntry expected, TocEntry found) {
    EntryName name = expected.name();
    if (!found.name().isUtf8()) {
      differences.compare(name, "name", expected.readableName(), found.readableName());
    }
    compareFields(name, expected, found);
  }

  /** Compares all but the names. */
  void compareFields(EntryName name, TocEntry expected, TocEntry found) {
    differences.compare(name, "type", expected.type().jsonName(), found.type().jsonName());
    if (expected.type() != found.type()) {
      return;
    }
    if (expected.type() == TocEntryType.HARDLINK) {
      compareLinks(name, expected, found);
      return;
    }
    differences.compare(name, "size", expected.size(), found.size());
    differences.compare(name, "mode", expected.mode(), found.mode());
    differences.compare(name, "uid", expected.uid(), found.uid());
    differences.compare(name, "gid", expected.gid(), found.gid());
    differences.compare(name, "userName", expected.userName(), found.userName());
    differences.compare(name, "groupName", expected.groupName(), found.groupName());
    differences.compare(name, "devMajor", expected.devMajor(), found.devMajor());
    differences.compare(name, "devMinor", expected.devMinor(), found.devMinor());
    if (found.modTime() != expected.modTime() + 1) { // rounded up
      differences.compare(name, "modtime", expected.modTime(), found.modTime());
    }
    if (!found.linkName().equals(expected.linkName().withReplacementCharacters())) {
      differences.compare(name, "linkName", expected.linkName(), found.linkName());
    }
    compareXattrs(name, expected, found);
    compareContent(name, expected, found);
  }

  /** A link may go to its content, as ours do, or by way of other links. */
  private void compareLinks(EntryName name, TocEntry expected, TocEntry found) {
    EntryName target = pathIn(expected.linkName());
    if (!target.equals(found.linkName().cleaned())) {
      differences.compare(name, "linkName", target, content(found));
    }
  }

  /** The path that a found hard link's content is listed under; an expected one names it itself. */
  private EntryName content(TocEntry link) {
    EntryName path = pathIn(link.linkName());
    Set<EntryName> followed = new HashSet<>();
    TocEntry target = byPath.get(path);
    while (target != null && target.type() == TocEntryType.HARDLINK && followed.add(path)) {
      EntryName known = contents.get(path);
      path = known == null ? target.linkName().cleaned() : known;
      target = byPath.get(path);
    }
    for (EntryName each : followed) {
      contents.put(each, path); // or a chain of links would be followed from each of them
    }
    return path;
  }

  private void compareXattrs(EntryName name, TocEntry expected, TocEntry found) {
    Set<String> keys = new TreeSet<>(expected.xattrs().keySet());
    keys.addAll(found.xattrs().keySet());
    for (String key : keys) {
      byte[] theirs = found.xattrs().get(key);
      byte[] ours = expected.xattrs().get(key);
      if (!Arrays.equals(ours, theirs)) {
        differences.add(name, "xattr " + key, bytes(ours), bytes(theirs));
      }
    }
  }

  private static String bytes(byte @Nullable [] value) {
    return value == null ? "none" : HexFormat.of().formatHex(value);
  }

  private void compareContent(EntryName name, TocEntry expected, TocEntry found) {
    if (!expected.hasContent()) {
      return;
    }
    differences.compare(name, "offset", expected.offset(), found.offset());
    differences.compare(name, "innerOffset", expected.innerOffset(), found.innerOffset());
    Digest digest = found.digest();
    if (digest != null) {
      differences.compare(name, "digest", expected.digest(), digest);
    }
  }

  /** Readers that go through a TOC once need content in the blob's order. */
  private void checkOrder(List<TocEntry> found) {
    TocEntry before = null;
    for (TocEntry entry : found) {
      if (entry.hasContent()) {
        boolean ascends =
            before == null
                || entry.offset() > before.offset()
                || (entry.offset() == before.offset()
                    && entry.innerOffset() > before.innerOffset());
        if (!ascends && before != null) {
          differences.add(
              entry.name(), "order of offsets", "one behind " + before.offset(), entry.offset());
        }
        before = entry;
      }
    }
  }
}
