package dev.stargz.format.tar;

/** What a tar entry is, from its typeflag and, for old archives, its trailing slash. */
public enum EntryKind {
  REGULAR,
  HARDLINK,
  SYMLINK,
  CHARACTER_DEVICE,
  BLOCK_DEVICE,
  DIRECTORY,
  FIFO,
  /** PAX records for all following entries ({@code g}); container engines ignore them. */
  GLOBAL_RECORDS,
  /** A typeflag that no container engine unpacks, such as a socket's. */
  UNSUPPORTED;

  static EntryKind of(byte typeflag, boolean trailingSlash) {
    return switch (typeflag) {
      case 0 -> trailingSlash ? DIRECTORY : REGULAR;
      case '0', '7', 'S' -> REGULAR;
      case '1' -> HARDLINK;
      case '2' -> SYMLINK;
      case '3' -> CHARACTER_DEVICE;
      case '4' -> BLOCK_DEVICE;
      case '5' -> DIRECTORY;
      case '6' -> FIFO;
      case 'g' -> GLOBAL_RECORDS;
      default -> UNSUPPORTED;
    };
  }

  /** Whether the header's size counts bytes that follow it; that of the others is ignored. */
  boolean hasPayload() {
    return this == REGULAR || this == UNSUPPORTED;
  }
}
