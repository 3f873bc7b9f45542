package dev.stargz.format;

import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;
import java.io.IOException;

/**
 * Counts the heap that verifying a blob takes beside its TOC: a few kilobytes of gzip hold millions
 * of tar headers or members.
 */
final class VerifyBudget {
  /** Heap of a TOC's entry, in bytes. */
  private static final long ENTRY_COST = 300;

  /** The budget is spent. Not one of the blob's faults, which are differences. */
  static final class ExceededException extends IOException {
    private static final long serialVersionUID = 1;

    private final UnsupportedException failure;

    private ExceededException(UnsupportedException failure) {
      super(failure);
      this.failure = failure;
    }

    /** What callers of the verifier are told. */
    UnsupportedException failure() {
      return failure;
    }
  }

  private final long bound;
  private long spent;

  /** A budget of {@code bound} bytes. */
  VerifyBudget(long bound) {
    this.bound = bound;
  }

  /** What the TOC leaves of three quarters of the heap, at least an eighth. */
  static VerifyBudget beside(StargzReader reader) {
    long heap = Runtime.getRuntime().maxMemory();
    long left = heap / 4 * 3 - ENTRY_COST * reader.toc().entries().size();
    return new VerifyBudget(Math.max(heap / 8, left));
  }

  /** Takes {@code bytes} for what was found at a place. */
  void spend(long bytes, Location location) throws ExceededException {
    spent += bytes;
    if (spent > bound) {
      throw new ExceededException(
          new UnsupportedException(
              "to compare the tar with its TOC takes more than "
                  + bound
                  + " bytes of memory; give the JVM more (-Xmx)",
              location));
    }
  }

  /** Bytes that may still be spent. */
  long left() {
    return bound - spent;
  }
}
