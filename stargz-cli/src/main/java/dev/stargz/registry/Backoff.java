package dev.stargz.registry;

import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait before a request is tried again: twice as long each time, spread by chance so
 * that many clients don't come back together, or as long as the registry asks for; never more than
 * a minute.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Clock clock;
  private final Sleeper sleeper;

  Backoff(RegistryOptions options) {
    this.clock = options.clock();
    this.sleeper = options.sleeper();
  }

  /** Whether a status says that the same request may succeed later: 408, 429, 5xx. */
  static boolean isTransient(int status) {
    return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
  }

  /**
   * Waits.
   *
   * @param failed how often the request failed so far, from 1
   * @param answer the last answer, which may say how long to wait
   */
  Duration pause(int failed, Optional<Response> answer) throws InterruptedIOException {
    Duration asked =
        answer
            .flatMap(response -> response.header("Retry-After"))
            .flatMap(this::retryAfter)
            .orElseGet(() -> growing(failed));
    Duration pause = asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    try {
      sleeper.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for another try");
    }
    return pause;
  }

  private static Duration growing(int failed) {
    Duration most = FIRST.multipliedBy(1L << Math.min(failed - 1, 10));
    long millis = Math.min(most.toMillis(), LONGEST.toMillis());
    return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  /** RFC 9110, 10.2.3: seconds or a date. */
  private Optional<Duration> retryAfter(String value) {
    String text = value.strip();
    try {
      if (text.matches("\\d{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
      }
      ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration until = Duration.between(clock.instant(), date.toInstant());
      return Optional.of(until.isNegative() ? Duration.ZERO : until);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Lets time pass; tests only write down how much. */
  @FunctionalInterface
  interface Sleeper {
    /** Really sleeps. */
    Sleeper REAL = pause -> TimeUnit.MILLISECONDS.sleep(pause.toMillis());

    /** Returns after {@code pause}. */
    void sleep(Duration pause) throws InterruptedException;
  }
}
