package dev.stargz.registry;

import dev.stargz.image.BlobContent;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageTarget.ByteListener;
import java.util.Optional;

/**
 * A blob to be pushed, and what the registry's answers mean for it.
 *
 * @param repository where to
 * @param blob its digest and size
 * @param content its bytes
 * @param listener told of what is sent
 */
record PushRequest(
    Repository repository, Descriptor blob, BlobContent content, ByteListener listener) {

  /** For messages. */
  String asked() {
    return "push blob " + blob.digest();
  }

  /** An error that isn't about one answer. */
  ImageException failure(String what) {
    return new ImageException(repository + ": " + asked() + ": " + what);
  }

  /** An error about an answer. */
  RegistryException refused(RegistryHttp http, Response answer) {
    return http.failure(repository, asked(), answer, hint(answer));
  }

  private static String hint(Response answer) {
    return switch (answer.status()) {
      case 404 -> "some registries want the repository to be created first";
      case 413 -> "the registry, or a proxy before it, takes no blob of that size";
      default -> "";
    };
  }

  /**
   * What an answer to a body or to its commit means.
   *
   * @throws RegistryException if another try makes no sense
   */
  UploadOutcome outcome(RegistryHttp http, Response answer, UploadSession session)
      throws RegistryException {
    int status = answer.status();
    if (status == 200 || status == 201 || status == 204) {
      return new UploadOutcome.Committed();
    }
    RegistryException reason = refused(http, answer);
    if (status == 413 || status == 416) {
      return new UploadOutcome.TooLarge(reason, session.leastChunk());
    }
    boolean unclear = status == 202 || status == 404 || Backoff.isTransient(status);
    if (unclear || isStale(answer) || isDamaged(reason)) {
      return new UploadOutcome.Unclear(reason, Optional.of(answer));
    }
    throw reason;
  }

  private static boolean isStale(Response answer) {
    return answer.has("BLOB_UPLOAD_UNKNOWN") || answer.has("BLOB_UPLOAD_INVALID");
  }

  /** Whether the bytes, which were right when they were sent, arrived as others. */
  static boolean isDamaged(ImageException reason) {
    return reason instanceof RegistryException answer
        && (answer.has("DIGEST_INVALID") || answer.has("SIZE_INVALID"));
  }
}
