package dev.stargz.registry;

import dev.stargz.image.ImageException;
import dev.stargz.registry.TargetBlobs.Held;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Pushes blobs: as often as it takes, each time from the start, and looks whether they arrived. A
 * commit whose answer is lost or strange may have succeeded, so that a look comes before another
 * try.
 */
final class BlobPush {
  private static final int LOOKS = 4;
  private static final int LOOKS_FOR_SLOW = 6;

  private final RegistryHttp http;
  private final TargetBlobs blobs;
  private final UploadSize sizes = new UploadSize();

  BlobPush(RegistryHttp http, TargetBlobs blobs) {
    this.http = http;
    this.blobs = blobs;
  }

  /**
   * Pushes a blob.
   *
   * @param begun a session that is there already
   */
  void push(PushRequest push, Optional<UploadSession> begun) throws IOException {
    Optional<UploadSession> session = begun;
    long chunk = sizes.chunkFor(push.blob().size());
    int failed = 0;
    int damaged = 0;
    while (true) {
      UploadOutcome outcome = checked(push, new UploadAttempt(http, push).run(session, chunk));
      session = Optional.empty();
      if (outcome instanceof UploadOutcome.TooLarge large) {
        chunk = smaller(push, chunk, large);
      } else if (outcome instanceof UploadOutcome.Unclear unclear) {
        damaged += PushRequest.isDamaged(unclear.reason()) ? 1 : 0;
        if (++failed >= http.tries() || damaged > 1) {
          throw unclear.reason();
        }
        http.pause(failed, unclear.answer());
      } else {
        blobs.arrived(push.blob());
        return;
      }
    }
  }

  private long smaller(PushRequest push, long chunk, UploadOutcome.TooLarge large)
      throws ImageException {
    OptionalLong next = sizes.refused(push.blob().size(), chunk, large.leastChunk());
    if (next.isEmpty()) {
      throw large.reason();
    }
    return next.getAsLong();
  }

  /** Looks whether what happened is what it seems. */
  private UploadOutcome checked(PushRequest push, UploadOutcome outcome) throws IOException {
    if (outcome instanceof UploadOutcome.Unclear unclear) {
      int slow = Math.min(LOOKS_FOR_SLOW, http.tries() + 1);
      int looks = unclear.mayBeUnderWay() ? slow : 1;
      return isThere(push, looks) ? new UploadOutcome.Committed() : outcome;
    }
    return outcome instanceof UploadOutcome.Committed ? arrived(push) : outcome;
  }

  /** A registry may move a large blob within its store for longer than anybody waits. */
  private boolean isThere(PushRequest push, int looks) throws IOException {
    for (int looked = 1; blobs.look(push.blob()) != Held.WHOLE; looked++) {
      if (looked == looks) {
        return false;
      }
      http.pause(looked, Optional.empty());
    }
    return true;
  }

  /** Some registries need a moment until they show what they have. */
  private UploadOutcome arrived(PushRequest push) throws IOException {
    for (int looks = 1; ; looks++) {
      switch (blobs.look(push.blob())) {
        case WHOLE, UNKNOWN -> {
          return new UploadOutcome.Committed();
        }
        case DAMAGED ->
            throw push.failure(
                "the registry holds a damaged blob: it took the upload, and says that the blob has"
                    + " another size than the expected "
                    + push.blob().size()
                    + " bytes; delete it there, or repair the registry's storage");
        case ABSENT -> {
          if (looks == LOOKS) {
            return new UploadOutcome.Unclear(
                push.failure("the registry took the upload, but has no such blob"),
                Optional.empty());
          }
          http.pause(looks, Optional.empty());
        }
      }
    }
  }
}
