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
import java.util.Optional;

/**
 * What else in a repository speaks of a manifest by its digest: cosign's tags, and referrers. OCI
 * distribution spec, "Listing Referrers".
 */
final class Companions {
  private static final int MAX_LIST = 4 << 20;
  private static final int MOST_SHOWN = 10;
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
    Optional<List<String>> referrers = referrers(digest);
    String list = ReferrersTagPush.tag(digest);
    if (referrers.isEmpty() && isThere(list)) {
      found.add("referrers (tag " + list + ")");
    }
    found.addAll(referrers.orElse(List.of()));
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

  /** Nothing if the registry keeps no list. */
  private Optional<List<String>> referrers(ContentDigest digest) throws InterruptedIOException {
    Request get = Request.of(repository, "GET", repository.uri("referrers/" + digest));
    try (Response answer = http.send(get.with("Accept", ManifestRequests.ACCEPT).once())) {
      if (answer.status() != 200) {
        return Optional.empty();
      }
      JsonObject index = JsonObject.parse(answer.document(MAX_LIST));
      return Optional.of(
          shown(index.array("manifests").orElse(JsonArray.EMPTY).objects().toList()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } catch (IOException e) {
      rethrowInterrupt(e);
      return Optional.empty();
    }
  }

  private static List<String> shown(List<JsonObject> referrers) {
    List<String> shown =
        new ArrayList<>(referrers.stream().limit(MOST_SHOWN).map(Companions::say).toList());
    if (referrers.size() > MOST_SHOWN) {
      shown.add((referrers.size() - MOST_SHOWN) + " more referrers");
    }
    return shown;
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
