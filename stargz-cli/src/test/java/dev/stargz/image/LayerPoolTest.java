package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LayerPoolTest {
  private static List<LayerWork> works(int count) {
    List<LayerWork> works = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Descriptor layer =
          Descriptor.of(MediaTypes.OCI_LAYER, ContentDigest.of(new byte[] {(byte) i}), i);
      works.add(new LayerWork(LayerWork.Treatment.CONVERT, layer, Optional.empty()));
    }
    return works;
  }

  private static LayerOutcome done(LayerWork work) {
    return new LayerOutcome(work.descriptor(), Action.COPIED, Arrival.NONE, Optional.empty());
  }

  @Test
  void all_work_is_done_and_so_many_at_once() throws Exception {
    CountDownLatch three = new CountDownLatch(3);
    List<LayerOutcome> told = new ArrayList<>();
    var outcomes =
        new LayerPool(3)
            .run(
                works(10),
                work -> {
                  three.countDown();
                  try {
                    three.await(); // for ever, unless three run at once
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  return done(work);
                },
                told::add);
    assertThat(outcomes).hasSize(10);
    assertThat(told).hasSize(10);
  }

  @Test
  void the_first_failure_interrupts_the_rest_and_waits_for_it() {
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                new LayerPool(2)
                    .run(
                        works(5),
                        work -> {
                          if (work.descriptor().size() == 0) {
                            return waitForEver(started, ended);
                          }
                          await(started);
                          throw new ImageException("no");
                        },
                        outcome -> {}))
        .isInstanceOf(ImageException.class)
        .hasMessage("no");
    assertThat(ended).isTrue();
  }

  private static LayerOutcome waitForEver(CountDownLatch started, AtomicBoolean ended)
      throws InterruptedIOException {
    started.countDown();
    try {
      await(new CountDownLatch(1));
      throw new AssertionError("nobody counts down");
    } finally {
      ended.set(true);
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedIOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  @Test
  void an_interrupt_of_the_caller_ends_all_work() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () ->
                new LayerPool(2)
                    .run(
                        works(2),
                        work -> {
                          await(new CountDownLatch(1));
                          return done(work);
                        },
                        outcome -> {}))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
