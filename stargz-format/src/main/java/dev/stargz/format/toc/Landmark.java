package dev.stargz.format.toc;

import dev.stargz.format.blob.EntryName;
import java.util.Set;

/**
 * Files in the root that tell a lazy reader what to fetch ahead: the members before a prefetch
 * landmark, or nothing. A landmark is a regular file of the one byte {@link #CONTENT}, mode 0.
 */
public enum Landmark {
  /** Stands behind the prioritized files: fetch what lies before. */
  PREFETCH(".prefetch.landmark"),
  /** Stands first: fetch nothing ahead. */
  NO_PREFETCH(".no.prefetch.landmark");

  /** The one byte in a landmark. */
  public static final byte CONTENT = 0x0f;

  private static final Set<EntryName> RESERVED =
      Set.of(
          EntryName.of(Toc.ENTRY_NAME),
          EntryName.of(PREFETCH.entryName),
          EntryName.of(NO_PREFETCH.entryName));

  private final String entryName;

  Landmark(String entryName) {
    this.entryName = entryName;
  }

  /** The name of its tar entry. */
  public String entryName() {
    return entryName;
  }

  /**
   * Whether a path belongs to the format itself: the TOC or a landmark. Such entries of a source
   * are dropped.
   *
   * @param path a {@linkplain EntryName#cleaned() cleaned} name
   */
  public static boolean isReserved(EntryName path) {
    return RESERVED.contains(path);
  }
}
