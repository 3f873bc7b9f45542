package dev.stargz.extract;

import dev.stargz.extract.LeftOut.Kind;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.OverlayXattr;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sets what a file is besides its content: first the owner, because that clears set-id bits and
 * capabilities, then the extended attributes, the permissions, which may be none at all, and last
 * the time. What the process may not set is counted. Safe for many threads.
 */
final class Attributes {
  /** What {@code chown} has no room for: all ones mean "as it is". */
  private static final long MAX_ID = 0xfffffffeL;

  private static final int SET_UID = 04000;
  private static final int SET_GID = 02000;
  private static final String USER_XATTR = "user.";
  private static final String TRUSTED_OVERLAY = "trusted.overlay.";
  private static final String USER_OVERLAY = "user.overlay.";
  private static final byte[] OPAQUE = {'y'};

  private final boolean sameOwner;
  private final Optional<OverlayXattr> overlay;
  private final LeftOuts leftOuts;
  private final long uid;
  private final long gid;

  Attributes(Linux linux, ExtractOptions options, LeftOuts leftOuts) {
    this.sameOwner = options.sameOwner();
    this.overlay = options.overlay();
    this.leftOuts = leftOuts;
    this.uid = linux.uid();
    this.gid = linux.gid();
  }

  /**
   * Sets all attributes that the tree has of a file. A directory that only the paths of others
   * imply keeps the owner and time that it was made with.
   *
   * @param path for messages
   */
  void set(OpenNode file, FileNode node, Supplier<EntryName> path) throws IOException {
    boolean said = node.entry().isPresent();
    boolean owned = said && setOwner(file, node, path);
    for (Map.Entry<String, byte[]> xattr : node.xattrs().entrySet()) {
      setXattr(file, node, xattr.getKey(), xattr.getValue(), path);
    }
    if (!node.isSymbolicLink()) {
      file.setPermissions(owned ? node.permissions() : permissions(file, node, path));
    }
    if (said) {
      file.setModTime(node.modTime());
    }
  }

  // ---- the owner

  /** Returns whether the file now has its owner for certain. */
  private boolean setOwner(OpenNode file, FileNode node, Supplier<EntryName> path)
      throws IOException {
    if (!sameOwner) {
      return false;
    }
    if (uid != 0) {
      if (node.uid() != uid || node.gid() != gid) {
        leftOuts.add(Kind.OWNER, () -> path.get().text());
      }
      return false;
    }
    checkId("owner", node.uid());
    checkId("group", node.gid());
    try {
      file.setOwner(node.uid(), node.gid());
      return true;
    } catch (CallFailedException e) {
      if (e.errno() != Errno.EPERM && e.errno() != Errno.EINVAL) {
        throw e;
      }
      // root of a user namespace, in which not every owner has a number
      leftOuts.add(Kind.OWNER, () -> path.get().text());
      return false;
    }
  }

  private static void checkId(String whose, long id) throws ExtractException {
    if (id < 0 || id > MAX_ID) {
      throw new ExtractException(
          "its "
              + whose
              + " is "
              + id
              + ", and no file system has more than "
              + MAX_ID
              + "; --no-same-owner leaves owners out");
    }
  }

  // ---- permissions

  /** Those of a file that may not have its owner: the bits that lend the owner's rights fall. */
  private int permissions(OpenNode file, FileNode node, Supplier<EntryName> path)
      throws IOException {
    int permissions = node.permissions();
    if (node.isDirectory() || (permissions & (SET_UID | SET_GID)) == 0) {
      return permissions;
    }
    Map<String, Object> status = file.status();
    int lent = 0;
    lent |= id(status, "uid") == node.uid() ? 0 : SET_UID;
    lent |= id(status, "gid") == node.gid() ? 0 : SET_GID;
    if ((permissions & lent) != 0) {
      leftOuts.add(Kind.SET_ID, () -> path.get().text());
    }
    return permissions & ~lent;
  }

  private static long id(Map<String, Object> status, String name) {
    return status.get(name) instanceof Integer id ? Integer.toUnsignedLong(id) : -1;
  }

  // ---- extended attributes

  private void setXattr(
      OpenNode file, FileNode node, String name, byte[] value, Supplier<EntryName> path)
      throws IOException {
    Supplier<String> what = () -> name + " of " + path.get().text();
    boolean mark = isMark(node, name, value);
    if (!mark && isOverlays(name)) {
      leftOuts.add(isOpaqueName(name) ? Kind.OVERLAY_MARK : Kind.OVERLAY_XATTR, what);
      return;
    }
    try {
      file.setXattr(name, value);
    } catch (CallFailedException e) {
      Kind kind = kindOf(e, node, name);
      leftOuts.add(mark ? Kind.OVERLAY_MARK : kind, what);
    }
  }

  /**
   * Whether an attribute is the tree's mark of an opaque directory. One that the layer stores of
   * its own isn't; where that has the mark's value, nobody can tell.
   */
  private boolean isMark(FileNode node, String name, byte[] value) {
    if (!isOpaqueName(name) || !Arrays.equals(value, OPAQUE)) {
      return false;
    }
    return node.entry().filter(entry -> Arrays.equals(value, entry.xattrs().get(name))).isEmpty();
  }

  private boolean isOpaqueName(String name) {
    return overlay.isPresent() && overlay.get().opaqueName().equals(name);
  }

  /**
   * Whether overlayfs would take it for its own where the files are mounted as a layer: a tree that
   * is no view of overlayfs's has no say in what it hides or redirects.
   */
  private boolean isOverlays(String name) {
    return name.startsWith(TRUSTED_OVERLAY)
        || (overlay.isPresent() && name.startsWith(USER_OVERLAY));
  }

  /** Why an attribute can't be set, if the file may go without it. */
  private static Kind kindOf(CallFailedException failure, FileNode node, String name)
      throws CallFailedException {
    boolean plain = node.isRegularFile() || node.isDirectory();
    return switch (failure.errno()) {
      // no room for attributes (ext4: a block a file), a name or value that no file system or
      // policy knows
      case EOPNOTSUPP, ENOSPC, E2BIG, ERANGE, EINVAL, ENODATA -> Kind.UNSUPPORTED_XATTR;
      case EPERM, EACCES ->
          // of other kinds of files nobody may set these (man 7 xattr)
          name.startsWith(USER_XATTR) && !plain ? Kind.UNSUPPORTED_XATTR : Kind.XATTR;
      default -> throw failure;
    };
  }
}
