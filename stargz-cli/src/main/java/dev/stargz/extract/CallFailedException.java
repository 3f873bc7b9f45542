package dev.stargz.extract;

import java.io.IOException;

/** A call of the C library that failed; what it was about, whoever called it knows. */
final class CallFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final Errno errno;

  CallFailedException(String call, int number) {
    super(call + ": " + Errno.of(number).describe(number));
    this.call = call;
    this.errno = Errno.of(number);
  }

  /** Whether a call of that name failed for that reason. */
  boolean is(String expectedCall, Errno expectedErrno) {
    return call.equals(expectedCall) && errno == expectedErrno;
  }

  /** Why it failed. */
  Errno errno() {
    return errno;
  }
}
