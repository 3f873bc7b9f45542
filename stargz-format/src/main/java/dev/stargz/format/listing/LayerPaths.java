package dev.stargz.format.listing;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.tar.EntryKind;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each path of a layer names while its entries are unpacked one after the other: a later entry
 * replaces an earlier one, what isn't a directory replaces all below, a hard link holds on to
 * content whose own name is gone. FORMAT.md, "One entry a path".
 *
 * <p>Memory: a tree node for each path. Time: a few look-ups for each entry.
 */
final class LayerPaths {
  private static final int MAX_SYMLINKS = 40;

  private final NavigableMap<EntryName, TocDraft> paths = new TreeMap<>();
  private final Set<TocDraft> dangling = new HashSet<>();
  private @Nullable EntryName checkedParent;

  /** What is at each path now. */
  NavigableMap<EntryName, TocDraft> all() {
    return paths;
  }

  /**
   * Unpacks one more entry.
   *
   * @return the symbolic link above it, if there is one: where it really goes is not for the layer
   *     to say
   * @throws StargzException if no unpacker could do it
   */
  Optional<TocDraft> put(TocDraft draft) throws StargzException {
    if (draft.path().isEmpty() && !draft.isDirectory()) {
      throw new CorruptException(
          "the root of the layer can't be a " + kind(draft), draft.entry().location());
    }
    Optional<TocDraft> symlink = checkParents(draft);
    if (draft.isHardlink() && !resolve(draft)) {
      return symlink;
    }
    TocDraft replaced = paths.put(draft.path(), draft);
    if (replaced != null) {
      replaced.bound = false;
    }
    if (!draft.isDirectory()) {
      removeBelow(draft.path());
    }
    return symlink;
  }

  /** Finds a link's content; false if the link's path names that content already. */
  private boolean resolve(TocDraft link) throws StargzException {
    TocDraft target = lookUp(link.entry().linkName().cleaned());
    if (target == null) {
      return true;
    }
    checkNoDirectory(link, target.isDirectory());
    link.origin = target.origin;
    link.bound = !target.path().equals(link.path());
    return link.bound;
  }

  /** Finds the content of a link whose target came later; still none if that isn't in the layer. */
  void resolveLate(TocDraft link) throws StargzException {
    Set<TocDraft> chain = new LinkedHashSet<>();
    TocDraft at = link;
    while (at != null && at.origin == null && !dangling.contains(at) && chain.add(at)) {
      at = lookUp(at.entry().linkName().cleaned());
    }
    if (at == null || at.origin == null) {
      EntryName missing = link.entry().linkName().cleaned();
      checkNoDirectory(link, missing.isEmpty() || hasEntriesBelow(missing));
      dangling.addAll(chain);
      return;
    }
    checkNoDirectory(link, at.isDirectory());
    for (TocDraft each : chain) {
      each.origin = at.origin;
    }
  }

  private static void checkNoDirectory(TocDraft link, boolean toDirectory) throws StargzException {
    if (toDirectory) {
      throw new UnsupportedException(
          "a hard link to the directory '" + link.entry().linkName() + "': nothing unpacks that",
          link.entry().location());
    }
  }

  private boolean hasEntriesBelow(EntryName path) {
    return !paths.subMap(path.append('/'), path.append('0')).isEmpty();
  }

  /** Looks at the entries above a path: directories, or a symbolic link, or an error. */
  private Optional<TocDraft> checkParents(TocDraft draft) throws StargzException {
    EntryName parent = draft.path().parent().orElse(EntryName.ROOT);
    if (checkedParent != null && checkedParent.equals(parent)) {
      return Optional.empty();
    }
    for (EntryName above = parent; !above.isEmpty(); above = above.parent().orElseThrow()) {
      TocDraft at = paths.get(above);
      if (at != null && isSymlink(at)) {
        return Optional.of(at);
      }
      if (at != null && !at.isDirectory()) {
        throw new CorruptException(
            "it lies below '" + above + "', which is a " + kind(at) + ", not a directory",
            draft.entry().location());
      }
    }
    checkedParent = parent;
    return Optional.empty();
  }

  private static boolean isSymlink(TocDraft draft) {
    return draft.origin != null && draft.origin.entry().kind() == EntryKind.SYMLINK;
  }

  private static String kind(TocDraft draft) {
    return TocBuilder.type(draft.entry().kind()).jsonName();
  }

  private void removeBelow(EntryName path) {
    // '/' and '0' are neighbours, so that these enclose all that starts with the path and a slash
    EntryName first = path.append('/');
    EntryName end = path.append('0');
    Collection<TocDraft> below = paths.subMap(first, end).values();
    below.forEach(draft -> draft.bound = false);
    below.clear();
    EntryName parent = checkedParent;
    boolean hit = parent != null && parent.compareTo(path) >= 0 && parent.compareTo(end) < 0;
    checkedParent = hit ? null : parent;
  }

  /** What is at a path, symbolic links above it followed inside the layer; null if nothing is. */
  private @Nullable TocDraft lookUp(EntryName path) {
    TocDraft direct = paths.get(path);
    return direct != null ? direct : lookUpThroughLinks(path);
  }

  private @Nullable TocDraft lookUpThroughLinks(EntryName path) {
    EntryName followed = path;
    for (int i = 0; i < MAX_SYMLINKS; i++) {
      Optional<EntryName> next = followFirstLink(followed);
      if (next.isEmpty()) {
        return paths.get(followed);
      }
      followed = next.get();
    }
    return null;
  }

  /** The path with the topmost symbolic link above it replaced by that link's target. */
  private Optional<EntryName> followFirstLink(EntryName path) {
    byte[] bytes = path.bytes();
    for (int slash = 0; slash < bytes.length; slash++) {
      if (bytes[slash] == '/') {
        EntryName above = EntryName.of(bytes, 0, slash);
        TocDraft at = paths.get(above);
        if (at != null && at.origin != null && isSymlink(at)) {
          EntryName rest = EntryName.of(bytes, slash + 1, bytes.length);
          return Optional.of(targetOf(above, at.origin).resolve(rest).cleaned());
        }
      }
    }
    return Optional.empty();
  }

  private static EntryName targetOf(EntryName link, TocDraft symlink) {
    EntryName target = symlink.entry().linkName();
    boolean absolute = target.length() > 0 && target.bytes()[0] == '/';
    return absolute ? target : link.parent().orElse(EntryName.ROOT).resolve(target);
  }
}
