package dev.stargz.registry;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.http.client.methods.HttpUriRequest;
import org.jspecify.annotations.Nullable;

/** Breaks off what a socket's own timeout doesn't: writes that stand still, errors without end. */
final class Watchdog implements Closeable {
  private static final long ERROR_BODY_SECONDS = 5;

  private final ScheduledThreadPoolExecutor timer;
  private final long stallNanos;

  Watchdog(Duration timeout) {
    this.stallNanos = timeout.toNanos();
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "stargzify-http-watchdog");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Aborts a request if sending its body stands still; to be closed when it is answered. */
  Watch watch(HttpUriRequest request, @Nullable SentBody body) {
    if (body == null || body.getContentLength() == 0) {
      return () -> {};
    }
    long interval = Math.max(TimeUnit.MILLISECONDS.toNanos(1), stallNanos / 4);
    ScheduledFuture<?> check =
        timer.scheduleWithFixedDelay(
            () -> {
              if (body.stalls(stallNanos)) {
                request.abort();
              }
            },
            interval,
            interval,
            TimeUnit.NANOSECONDS);
    return () -> check.cancel(false);
  }

  /** Aborts a request in a few seconds unless that is cancelled. */
  ScheduledFuture<?> abortSoon(HttpUriRequest request) {
    return timer.schedule(request::abort, ERROR_BODY_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Ends when the request does. */
  interface Watch extends Closeable {
    @Override
    void close();
  }
}
