package dev.stargz.format.nio;

import dev.stargz.format.tree.FileNode;
import java.nio.file.LinkOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Attributes by the names of views and of single attributes. */
final class AttributeViews {
  /** All there are. */
  static final Set<String> NAMES = Set.of("basic", "owner", "posix", "unix", "user");

  private AttributeViews() {}

  /** A view, or null if there is none of that type. */
  static <V extends FileAttributeView> @Nullable V view(
      TreePath path, Class<V> type, LinkOption... options) {
    if (type == BasicFileAttributeView.class) {
      return type.cast(new PosixView(path, "basic", options));
    }
    if (type == FileOwnerAttributeView.class) {
      return type.cast(new PosixView(path, "owner", options));
    }
    if (type == PosixFileAttributeView.class) {
      return type.cast(new PosixView(path, "posix", options));
    }
    return type == UserDefinedFileAttributeView.class
        ? type.cast(new XattrView(path, options))
        : null;
  }

  /**
   * Attributes by name.
   *
   * @param wanted {@code [VIEW:]NAME,NAME...}, or {@code *} for all of a view
   */
  static Map<String, Object> read(FileNode node, String wanted) {
    int colon = wanted.indexOf(':');
    String view = colon < 0 ? "basic" : wanted.substring(0, colon);
    Map<String, Object> all = all(node, view);
    Map<String, Object> chosen = new HashMap<>();
    for (String name : wanted.substring(colon + 1).split(",", -1)) {
      if (name.equals("*")) {
        return all;
      }
      Object value = all.get(name);
      if (value == null) {
        throw new IllegalArgumentException("no attribute '" + name + "' in view '" + view + "'");
      }
      chosen.put(name, value);
    }
    return chosen;
  }

  private static Map<String, Object> all(FileNode node, String view) {
    TreeAttributes attributes = new TreeAttributes(node);
    Map<String, Object> all = new TreeMap<>();
    switch (view) {
      case "basic" -> putBasic(attributes, all);
      case "owner" -> all.put("owner", attributes.owner());
      case "posix" -> putPosix(attributes, all);
      case "unix" -> {
        putPosix(attributes, all);
        putUnix(node, attributes, all);
      }
      case "user" -> node.xattrs().forEach((name, value) -> all.put(name, value.clone()));
      default -> throw new UnsupportedOperationException("no view '" + view + "'");
    }
    return all;
  }

  private static void putBasic(TreeAttributes attributes, Map<String, Object> all) {
    all.put("size", attributes.size());
    all.put("creationTime", attributes.creationTime());
    all.put("lastAccessTime", attributes.lastAccessTime());
    all.put("lastModifiedTime", attributes.lastModifiedTime());
    all.put("isDirectory", attributes.isDirectory());
    all.put("isRegularFile", attributes.isRegularFile());
    all.put("isSymbolicLink", attributes.isSymbolicLink());
    all.put("isOther", attributes.isOther());
    all.put("fileKey", attributes.fileKey());
  }

  private static void putPosix(TreeAttributes attributes, Map<String, Object> all) {
    putBasic(attributes, all);
    all.put("owner", attributes.owner());
    all.put("group", attributes.group());
    all.put("permissions", attributes.permissions());
  }

  /** With the names and types of the JDK's own, whose numbers of owners have 32 bits. */
  private static void putUnix(FileNode node, TreeAttributes attributes, Map<String, Object> all) {
    all.put("mode", node.statMode());
    all.put("ino", (long) node.inode());
    all.put("dev", 0L);
    all.put("rdev", device(node.devMajor(), node.devMinor()));
    all.put("nlink", node.linkCount());
    all.put("uid", (int) node.uid());
    all.put("gid", (int) node.gid());
    all.put("ctime", attributes.lastModifiedTime());
  }

  /** As {@code makedev} of the GNU C library puts it. */
  private static long device(long major, long minor) {
    return (minor & 0xff)
        | (major & 0xfff) << 8
        | (minor & 0xffffff00L) << 12
        | (major & 0xfffff000L) << 32;
  }
}
