package dev.stargz.format.tree;

/** The extended attributes that overlayfs takes its marks from. */
public enum OverlayXattr {
  /** {@code trusted.overlay.*}: for mounts by root. */
  TRUSTED("trusted.overlay.opaque"),
  /** {@code user.overlay.*}: for mounts with the option {@code userxattr}. */
  USER("user.overlay.opaque");

  private final String opaqueName;

  OverlayXattr(String opaqueName) {
    this.opaqueName = opaqueName;
  }

  /** The attribute that makes a directory hide what lower layers have in it, if it is {@code y}. */
  public String opaqueName() {
    return opaqueName;
  }
}
