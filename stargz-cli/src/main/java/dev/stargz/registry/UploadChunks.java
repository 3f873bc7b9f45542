package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends a blob in chunks, for registries and proxies that take no large request. Holds one chunk in
 * memory. The last one is sent only if all bytes have the blob's digest. OCI distribution spec,
 * "Pushing a blob in chunks".
 */
final class UploadChunks {
  private static final Pattern HELD = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

  private final RegistryHttp http;
  private final UploadSession session;
  private final PushRequest push;
  private final int length;

  UploadChunks(RegistryHttp http, UploadSession session, PushRequest push, int length) {
    this.http = http;
    this.session = session;
    this.push = push;
    this.length = length;
  }

  /** Sends all chunks; nothing if all of them arrived. */
  Optional<UploadOutcome> send() throws IOException {
    MessageDigest hash = push.blob().digest().newHash();
    push.listener().sent(0);
    try (InputStream in = push.content().open()) {
      for (long offset = 0; offset < push.blob().size(); offset += length) {
        byte[] chunk = next(in, offset, hash);
        Optional<UploadOutcome> failure = send(chunk, offset);
        if (failure.isPresent()) {
          return failure;
        }
        push.listener().sent(offset + chunk.length);
      }
    }
    return Optional.empty();
  }

  private byte[] next(InputStream in, long offset, MessageDigest hash) throws IOException {
    int wanted = (int) Math.min(length, push.blob().size() - offset);
    byte[] chunk = in.readNBytes(wanted);
    hash.update(chunk);
    long read = offset + chunk.length;
    if (chunk.length < wanted || read == push.blob().size()) {
      UploadBody.check(push.blob(), read, in, hash);
    }
    return chunk;
  }

  /** Sends a chunk, and again what the registry didn't take of it. */
  private Optional<UploadOutcome> send(byte[] chunk, long offset) throws IOException {
    int sent = 0;
    while (sent < chunk.length) {
      byte[] rest = sent == 0 ? chunk : Arrays.copyOfRange(chunk, sent, chunk.length);
      try (Response answer = session.patch(offset + sent, RequestBody.of(rest))) {
        boolean accepted = answer.status() / 100 == 2;
        if (!accepted && answer.status() != 416) {
          return Optional.of(push.outcome(http, answer, session));
        }
        OptionalLong held = held(answer);
        long next = held.isPresent() ? held.getAsLong() - offset : chunk.length;
        if (next <= sent || next > chunk.length || (!accepted && held.isEmpty())) {
          return Optional.of(lost(answer, offset + chunk.length));
        }
        sent = (int) next;
      }
    }
    return Optional.empty();
  }

  /** How many bytes the registry has by now; nothing if it doesn't say. */
  private static OptionalLong held(Response answer) {
    Matcher range = HELD.matcher(answer.header("Range").orElse("").strip());
    if (!range.matches()) {
      return OptionalLong.empty();
    }
    long last = Long.parseLong(range.group(1));
    // 0-0 is what registries say of an upload without bytes, too: not one byte to be relied on.
    return OptionalLong.of(last == 0 ? 0 : last + 1);
  }

  private UploadOutcome lost(Response answer, long expected) {
    String found = answer.header("Range").map(Redaction::of).orElse("nothing");
    ImageException reason =
        push.failure(
            "expected the registry to have "
                + expected
                + " bytes by now, it has: "
                + found
                + " (status "
                + answer.status()
                + ")");
    return new UploadOutcome.Unclear(reason, Optional.of(answer));
  }
}
