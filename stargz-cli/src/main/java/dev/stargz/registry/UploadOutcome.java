package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.Set;

/** How one try to upload a blob ended, if another one may help. */
sealed interface UploadOutcome {
  /** The registry says that it has the blob. */
  record Committed() implements UploadOutcome {}

  /**
   * Perhaps the registry has the blob, perhaps it hasn't: a look tells.
   *
   * @param reason for the case that it doesn't and no try is left
   * @param answer what the registry said, if anything
   */
  record Unclear(ImageException reason, Optional<Response> answer) implements UploadOutcome {
    /** Whether somebody lost patience, and the registry may still be at it. */
    boolean mayBeUnderWay() {
      return answer.isPresent()
          ? Set.of(408, 502, 504).contains(answer.get().status())
          : reason.getCause() instanceof SocketTimeoutException;
    }
  }

  /**
   * The registry, or what stands before it, takes no request of that size.
   *
   * @param reason for the case that smaller ones don't help
   * @param leastChunk the fewest bytes that it wants in a chunk; 0 if it doesn't say
   */
  record TooLarge(ImageException reason, long leastChunk) implements UploadOutcome {}
}
