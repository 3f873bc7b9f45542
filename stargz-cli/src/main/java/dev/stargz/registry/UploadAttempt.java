package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.util.Optional;

/** One try to upload a blob, from its start: in one request, or in chunks. */
final class UploadAttempt {
  private final RegistryHttp http;
  private final PushRequest push;

  UploadAttempt(RegistryHttp http, PushRequest push) {
    this.http = http;
    this.push = push;
  }

  /**
   * Uploads.
   *
   * @param begun a session to be used; nothing to begin one
   * @param chunk the length of a chunk; 0 to send all in one request
   * @throws ImageException if another try makes no sense
   */
  UploadOutcome run(Optional<UploadSession> begun, long chunk) throws IOException {
    UploadSession session = begun.isPresent() ? begun.get() : begin();
    try {
      UploadOutcome outcome = chunk == 0 ? whole(session) : chunks(session, chunk);
      if (outcome instanceof UploadOutcome.TooLarge) {
        session.cancel();
      }
      return outcome;
    } catch (BrokenConnectionException e) {
      return new UploadOutcome.Unclear(e, Optional.empty());
    } catch (RequestBodyException e) {
      session.cancel();
      throw e.getCause() instanceof IOException cause ? cause : e;
    } catch (IOException e) {
      session.cancel();
      throw e;
    }
  }

  private UploadSession begin() throws IOException {
    Request request =
        Request.of(push.repository(), "POST", push.repository().uri("blobs/uploads/"))
            .withScopes(UploadSession.scopes(push.repository()));
    try (Response answer = http.send(request)) {
      if (answer.status() != 202) {
        throw push.refused(http, answer);
      }
      return UploadSession.begun(http, push.repository(), answer, push.asked());
    }
  }

  private UploadOutcome whole(UploadSession session) throws IOException {
    UploadBody body = new UploadBody(push.blob(), push.content(), push.listener());
    try (Response answer = session.put(push.blob().digest(), body)) {
      return push.outcome(http, answer, session);
    }
  }

  private UploadOutcome chunks(UploadSession session, long chunk) throws IOException {
    long least = session.leastChunk();
    long length =
        UploadSize.length(chunk, least)
            .orElseThrow(
                () -> push.failure("the registry wants chunks of " + least + " bytes at least"));
    Optional<UploadOutcome> failure = new UploadChunks(http, session, push, (int) length).send();
    if (failure.isPresent()) {
      return failure.get();
    }
    try (Response answer = session.commit(push.blob().digest())) {
      UploadOutcome outcome = push.outcome(http, answer, session);
      // It has all chunks: smaller ones don't help.
      return outcome instanceof UploadOutcome.TooLarge large
          ? new UploadOutcome.Unclear(large.reason(), Optional.of(answer))
          : outcome;
    }
  }
}
