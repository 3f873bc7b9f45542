package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DiskBudgetTest {
  @Test
  void what_is_larger_than_the_budget_is_let_in_alone() throws Exception {
    DiskBudget disk = new DiskBudget(100);
    disk.take(1000);
    disk.release(1000);
    disk.take(60);
    disk.take(40);
  }

  @Test
  void one_who_finds_no_room_waits_for_it() throws Exception {
    DiskBudget disk = new DiskBudget(100);
    disk.take(60);
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Void> second =
        CompletableFuture.runAsync(
            () -> {
              asked.countDown();
              take(disk);
            });
    asked.await();
    assertThat(second).isNotDone();
    disk.release(60);
    second.get();
  }

  private static void take(DiskBudget disk) {
    try {
      disk.take(60);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
