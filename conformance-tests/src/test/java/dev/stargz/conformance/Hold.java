package dev.stargz.conformance;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A place where an exchange stops until it is let go. */
final class Hold {
  private static final long LIMIT_SECONDS = 60;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** Stops whoever comes here. */
  void reach() throws IOException {
    reached.countDown();
    try {
      released.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IOException("the proxy ends", e);
    }
  }

  /** Whether somebody has come here. */
  boolean isReached() {
    return reached.getCount() == 0;
  }

  /** Lets all go on. */
  void release() {
    released.countDown();
  }
}
