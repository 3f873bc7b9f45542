package dev.stargz.format;

import dev.stargz.format.toc.Footer;

/** The two dialects of the format. */
public enum BlobFormat {
  /** With landmarks, and the footer that readers of both families take. */
  ESTARGZ,
  /** As of 2019: no landmarks, the footer of 47 bytes. */
  STARGZ;

  byte[] footer(long tocOffset) {
    return this == ESTARGZ ? Footer.universal(tocOffset) : Footer.stargz(tocOffset);
  }
}
