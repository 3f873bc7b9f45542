package dev.stargz.format.toc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much heap TOCs may take together, so that a hostile one, or a hundred, end with an error and
 * not with all memory. Safe for many threads.
 */
public final class TocBudget {
  private static final int HEAP_SHARE = 2;

  private final long bound;
  private final AtomicLong spent = new AtomicLong();

  /**
   * Creates a budget.
   *
   * @param bound in bytes of heap
   */
  public TocBudget(long bound) {
    this.bound = bound;
  }

  /** A budget of half the heap. */
  public static TocBudget ofHeap() {
    return new TocBudget(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** The bytes that there are in all. */
  long bound() {
    return bound;
  }

  /** Takes some; returns whether there were as many. */
  boolean take(long bytes) {
    return spent.addAndGet(bytes) <= bound;
  }

  /** Gives back what a TOC took that isn't kept. */
  void giveBack(long bytes) {
    spent.addAndGet(-bytes);
  }
}
