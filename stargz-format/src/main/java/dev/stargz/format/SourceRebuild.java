package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarBlock;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import dev.stargz.format.toc.Landmark;
import dev.stargz.format.toc.Toc;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Hashes the tar that a blob was made from: the blob's entries without the ones that the writer
 * added, then the zeros that stood behind them.
 *
 * <p>What is left out must be exactly what the writer adds, once each: a landmark with other
 * content would be a file that the source doesn't vouch for.
 */
final class SourceRebuild {
  private static final EntryName TOC_NAME = EntryName.of(Toc.ENTRY_NAME);
  private static final int BUFFER = 1 << 16;

  private final OptionalLong tail;
  private final MessageDigest sha256 = Digest.sha256();
  private boolean possible;
  private boolean ended;
  private boolean landmarkSeen;
  private boolean tocSeen;
  private Part part = Part.SOURCE;

  /** What the current entry is. */
  private enum Part {
    SOURCE,
    LANDMARK,
    TOC
  }

  /** Hashes nothing if there is no tail, or one that the writer never records. */
  SourceRebuild(OptionalLong tail) {
    this.tail = tail;
    this.possible =
        tail.isPresent() && tail.getAsLong() >= 0 && tail.getAsLong() <= SourceFacts.MAX_TAIL;
  }

  /** Takes the header of the entry that {@code tar} stands at. */
  void start(TarReader tar, TarEntry entry) {
    possible &= !entry.extras().sparse();
    if (!possible) {
      return;
    }
    part = partOf(entry);
    if (part == Part.SOURCE) {
      sha256.update(tar.header(), 0, tar.headerLength());
      return;
    }
    boolean again = part == Part.TOC ? tocSeen : landmarkSeen;
    tocSeen |= part == Part.TOC;
    landmarkSeen |= part == Part.LANDMARK;
    byte[] ours = TarBlock.plainHeader(entry.name().cleaned().text(), entry.size());
    boolean same = Arrays.equals(tar.header(), 0, tar.headerLength(), ours, 0, ours.length);
    possible = same && !again && (part == Part.TOC || entry.size() == 1);
  }

  private static Part partOf(TarEntry entry) {
    EntryName path = entry.name().cleaned();
    if (entry.kind() == EntryKind.GLOBAL_RECORDS || !Landmark.isReserved(path)) {
      return Part.SOURCE;
    }
    return path.equals(TOC_NAME) ? Part.TOC : Part.LANDMARK;
  }

  /** Takes the next bytes of the entry's payload. */
  void payload(byte[] buffer, int length) {
    if (possible && part == Part.SOURCE) {
      sha256.update(buffer, 0, length);
    } else if (possible && part == Part.LANDMARK) {
      possible = buffer[0] == Landmark.CONTENT;
    }
  }

  /** Takes the bytes that fill the last block of a payload. */
  void padding(byte[] padding) {
    if (possible && part == Part.SOURCE) {
      sha256.update(padding);
    }
  }

  /** The end of the tar has come. */
  void end(TarReader tar) {
    possible &= !tar.hasDataBehindEnd();
    ended = true;
  }

  /** The digest of the source, if all of the blob was seen and what it holds allows to tell. */
  Optional<Digest> diffId() {
    if (!possible || !ended) {
      return Optional.empty();
    }
    byte[] zeros = new byte[BUFFER];
    for (long left = tail.orElseThrow(); left > 0; left -= BUFFER) {
      sha256.update(zeros, 0, (int) Math.min(BUFFER, left));
    }
    possible = false;
    return Optional.of(Digest.of(sha256));
  }
}
