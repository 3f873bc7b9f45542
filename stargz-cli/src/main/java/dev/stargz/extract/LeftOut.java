package dev.stargz.extract;

import java.util.Locale;

/**
 * What was left out, because the process may not make or set it, the file system can't hold it, or
 * the source doesn't have it.
 *
 * @param kind of what
 * @param count how often
 * @param first the path of the first file, and the attribute's name before it; in readable form
 */
public record LeftOut(Kind kind, long count, String first) {
  /** What it is that files went without. */
  public enum Kind {
    /** Character and block devices as a whole. */
    DEVICE,
    /** User and group: the files belong to who extracts them. */
    OWNER,
    /** Set-user-id and set-group-id bits of files whose owner was left out. */
    SET_ID,
    /** An extended attribute that the process may not set. */
    XATTR,
    /** An extended attribute that the file system doesn't hold. */
    UNSUPPORTED_XATTR,
    /** An extended attribute by which a layer would tell overlayfs what to hide. */
    OVERLAY_XATTR,
    /** In overlayfs's terms: what hides a removed file. A failure. */
    OVERLAY_MARK,
    /** A hard link whose content isn't in the source. A failure. */
    HARD_LINK
  }

  /** Whether the files aren't what was asked for; all else is worth a warning. */
  public boolean isFailure() {
    return kind == Kind.OVERLAY_MARK || kind == Kind.HARD_LINK;
  }

  /** The kind as it is spelled in JSON. */
  public String kindName() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** A sentence of it. */
  public String message() {
    return switch (kind) {
      case DEVICE ->
          leftOut("device")
              + ": this process may not make them; that takes root, outside of user namespaces, with"
              + " CAP_MKNOD";
      case OWNER ->
          "the owners of "
              + leftOut("file")
              + ": this process may not set them; that takes root, in a user namespace one that has"
              + " these ids";
      case SET_ID ->
          "the set-id bits of "
              + leftOut("file")
              + ": without the owners that they are meant for, they would be for yours";
      case XATTR ->
          leftOut("extended attribute")
              + ": this process may not set them; that takes root, with CAP_SYS_ADMIN or CAP_SETFCAP";
      case UNSUPPORTED_XATTR ->
          leftOut("extended attribute") + ": the file system doesn't hold them";
      case OVERLAY_XATTR ->
          leftOut("extended attribute") + ": overlayfs would hide or move files by them";
      case OVERLAY_MARK ->
          leftOut("mark of removed files", "marks of removed files")
              + ": they can't be set, and the files would show again; whiteouts take Linux 5.8 or"
              + " root, trusted.overlay.opaque takes root, --overlay-user marks directories without";
      case HARD_LINK ->
          leftOut("hard link")
              + ": what they are links to isn't in this layer; the whole image has it";
    };
  }

  /** Whether it is they themselves that were left out, and not something of them. */
  private boolean isSubject() {
    return kind != Kind.OWNER && kind != Kind.SET_ID;
  }

  private String leftOut(String noun) {
    return leftOut(noun, noun + "s");
  }

  private String leftOut(String noun, String plural) {
    return count
        + " "
        + (count == 1 ? noun : plural)
        + (count == 1 && isSubject() ? " was" : " were")
        + " left out (first: "
        + first
        + ")";
  }
}
