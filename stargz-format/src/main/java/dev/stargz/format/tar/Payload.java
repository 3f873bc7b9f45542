package dev.stargz.format.tar;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tar.SparseMap.Fragment;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** The bytes of one file: as stored, or with the holes of a sparse file filled. */
final class Payload {
  private static final String PART = "a payload";

  private final TarInput input;
  private final EntryName entry;
  private final long size;
  private final long storedSize;
  private final boolean sparse;
  private final Iterator<Fragment> fragments;
  private Fragment fragment;
  private long position;
  private long stored;

  private Payload(
      TarInput input,
      EntryName entry,
      long size,
      long storedSize,
      List<Fragment> fragments,
      boolean sparse) {
    this.input = input;
    this.entry = entry;
    this.size = size;
    this.storedSize = storedSize;
    this.sparse = sparse;
    this.fragments = fragments.iterator();
    this.fragment = nextFragment();
  }

  /** A payload of {@code size} stored bytes. */
  static Payload plain(TarInput input, EntryName entry, long size) {
    return new Payload(input, entry, size, size, List.of(new Fragment(0, size)), false);
  }

  /** A payload of {@code storedSize} stored bytes that {@code map} spreads over a file. */
  static Payload sparse(TarInput input, EntryName entry, long storedSize, SparseMap map) {
    return new Payload(input, entry, map.realSize(), storedSize, map.fragments(), true);
  }

  private Fragment nextFragment() {
    while (fragments.hasNext()) {
      Fragment next = fragments.next();
      if (next.length() > 0) {
        return next;
      }
    }
    return new Fragment(size, 0);
  }

  /** Reads at least one byte; -1 at the end. */
  int read(byte[] buffer, int offset, int length) throws IOException {
    if (position == size) {
      return -1;
    }
    int n;
    if (position < fragment.offset()) {
      n = (int) Math.min(length, fragment.offset() - position);
      Arrays.fill(buffer, offset, offset + n, (byte) 0);
    } else {
      n = (int) Math.min(length, fragment.end() - position);
      n = input.readSome(buffer, offset, n, PART, entry);
      stored += n;
    }
    position += n;
    if (position == fragment.end() && position < size) {
      fragment = nextFragment();
    }
    return n;
  }

  /** Skips what is left; returns the bytes that fill the last block of what was read. */
  byte[] finish() throws IOException {
    if (stored < storedSize) {
      skipStored();
    }
    byte[] padding = new byte[TarBlock.padding(storedSize)];
    input.readFully(padding, 0, padding.length, "the padding behind a payload", entry);
    return sparse ? new byte[TarBlock.padding(size)] : padding;
  }

  private void skipStored() throws IOException {
    byte[] buffer = new byte[8192];
    while (stored < storedSize) {
      int n = (int) Math.min(buffer.length, storedSize - stored);
      input.readFully(buffer, 0, n, PART, entry);
      stored += n;
    }
  }
}
