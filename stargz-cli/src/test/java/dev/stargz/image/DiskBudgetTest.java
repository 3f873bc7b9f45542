package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DiskBudgetTest {
  private final DiskBudget disk = new DiskBudget(100);
  private final AtomicReference<IOException> failure = new AtomicReference<>();

  /** A thread that has asked for room, and found none so far. */
  private Thread waiting(long bytes) {
    Thread thread =
        new Thread(
            () -> {
              try {
                disk.take(bytes);
              } catch (IOException e) {
                failure.set(e);
              }
            });
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(thread.getState()).as("it did not wait").isNotEqualTo(Thread.State.TERMINATED);
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  @Timeout(10)
  void what_is_larger_than_the_budget_is_let_in_alone() throws Exception {
    disk.take(1000);
    disk.release(1000);
    disk.take(60);
    disk.take(40);
  }

  @Test
  @Timeout(10)
  void one_who_finds_no_room_waits_for_it() throws Exception {
    disk.take(60);
    Thread second = waiting(60);
    disk.release(60);
    second.join();
    assertThat(failure).hasNullValue();
    waiting(41).interrupt();
  }

  @Test
  @Timeout(10)
  void the_largest_numbers_there_are_do_not_let_everybody_in() throws Exception {
    disk.take(Long.MAX_VALUE);
    Thread second = waiting(Long.MAX_VALUE);
    disk.release(Long.MAX_VALUE);
    second.join();
    waiting(1).interrupt();
  }

  @Test
  @Timeout(10)
  void who_is_interrupted_waits_no_longer() throws Exception {
    disk.take(60);
    Thread second = waiting(60);
    second.interrupt();
    second.join();
    assertThat(failure.get()).isInstanceOf(InterruptedIOException.class);
  }
}
