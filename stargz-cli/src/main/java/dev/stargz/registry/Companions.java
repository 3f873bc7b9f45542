package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What else in a repository speaks of a manifest by its digest: cosign's tags, and referrers. OCI
 * distribution spec, "Listing Referrers".
 */
final class Companions {
  private static final int MAX_LIST = 4 << 20;
  private static final Map<String, String> TAGS = new LinkedHashMap<>();

  static {
    TAGS.put("sig", "a signature");
    TAGS.put("att", "an attestation");
    TAGS.put("sbom", "an SBOM");
  }

  private final RegistryHttp http;
  private final Repository repository;

  Companions(RegistryHttp http, Repository repository) {
    this.http = http;
    this.repository = repository;
  }

  /** One phrase each; what can't be known is left out. */
  List<String> of(ContentDigest digest) throws InterruptedIOException {
    List<String> found = new ArrayList<>();
    String prefix = digest.algorithm() + "-" + digest.hex() + ".";
    for (Map.Entry<String, String> tag : TAGS.entrySet()) {
      if (isThere(prefix + tag.getKey())) {
        found.add(tag.getValue() + " (tag " + prefix + tag.getKey() + ")");
      }
    }
    found.addAll(referrers(digest));
    return found;
  }

  private boolean isThere(String tag) throws InterruptedIOException {
    Request head =
        Request.of(repository, "HEAD", repository.uri("manifests/" + tag))
            .with("Accept", ManifestRequests.ACCEPT);
    try (Response answer = http.send(head.once())) {
      return answer.status() == 200;
    } catch (IOException e) {
      rethrowInterrupt(e);
      return false;
    }
  }

  private List<String> referrers(ContentDigest digest) throws InterruptedIOException {
    Request get = Request.of(repository, "GET", repository.uri("referrers/" + digest));
    try (Response answer = http.send(get.with("Accept", ManifestRequests.ACCEPT).once())) {
      if (answer.status() != 200) {
        return List.of();
      }
      JsonObject index = JsonObject.parse(answer.body().readNBytes(MAX_LIST));
      return index
          .array("manifests")
          .orElse(JsonArray.EMPTY)
          .objects()
          .map(Companions::say)
          .toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    } catch (IOException e) {
      rethrowInterrupt(e);
      return List.of();
    }
  }

  private static void rethrowInterrupt(IOException e) throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted() && e instanceof InterruptedIOException interrupted) {
      throw interrupted;
    }
  }

  private static String say(JsonObject referrer) {
    String type = Redaction.of(referrer.string("artifactType").orElse("unknown type"));
    String digest = Redaction.of(referrer.string("digest").orElse("?"));
    return "a referrer of " + type + " (" + digest + ")";
  }
}
