package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.ImageException;
import dev.stargz.image.JsonObject;
import dev.stargz.image.MediaTypes;
import dev.stargz.image.RawManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Gets manifests and indexes, and checks that they are what was asked for. */
final class ManifestRequests {
  /** What is asked for, always all of it. */
  static final String ACCEPT = String.join(", ", MediaTypes.MANIFESTS);

  private static final Set<String> SAYS_NOTHING =
      Set.of("", "application/json", "text/plain", "application/octet-stream", "text/html");

  private ManifestRequests() {}

  /**
   * Gets a manifest.
   *
   * @param qualifier a tag or a digest; the bytes are checked against a digest
   * @param scopes what the token must allow
   * @param tries how often it is asked for, at most
   * @return nothing if the registry doesn't have it
   * @throws RegistryException if the registry refuses
   * @throws MalformedManifestException if what comes isn't a manifest, or not the one
   */
  static Optional<RawManifest> get(
      RegistryHttp http, Repository repository, String qualifier, List<String> scopes, int tries)
      throws IOException {
    Request request =
        Request.of(repository, "GET", repository.uri("manifests/" + qualifier))
            .with("Accept", ACCEPT)
            .withScopes(scopes);
    Request sent = tries > 1 ? request : request.once();
    String asked = "get manifest " + qualifier;
    for (int tried = 1; ; tried++) {
      try (Response answer = http.send(sent)) {
        if (answer.status() == 404) {
          return Optional.empty();
        }
        if (answer.status() != 200) {
          throw http.failure(repository, asked, answer, "");
        }
        return Optional.of(manifest(repository, qualifier, answer));
      } catch (ImageException e) {
        throw e;
      } catch (IOException e) {
        if (tried >= tries || Thread.currentThread().isInterrupted()) {
          throw http.broken(request, e);
        }
      }
      http.pause(tried, Optional.empty());
    }
  }

  private static RawManifest manifest(Repository repository, String qualifier, Response answer)
      throws IOException {
    String where = repository + ": manifest " + qualifier + ": ";
    byte[] bytes = bytes(answer, where);
    check(bytes, "the registry's Docker-Content-Digest", header(answer), where);
    Optional<ContentDigest> wanted =
        qualifier.contains(":") ? Optional.of(ContentDigest.parse(qualifier)) : Optional.empty();
    check(bytes, "the digest that was asked for", wanted, where);
    String type = type(bytes, answer.contentType(), where);
    return new RawManifest(bytes, type, wanted.orElseGet(() -> ContentDigest.of(bytes)));
  }

  private static byte[] bytes(Response answer, String where) throws IOException {
    byte[] bytes = atMost(answer.document(RawManifest.MAX_SIZE + 1), where);
    long announced = answer.contentLength();
    if (announced >= 0 && announced != bytes.length) {
      throw new IOException("cut after " + bytes.length + " of " + announced + " bytes");
    }
    String encoding = answer.header("Content-Encoding").orElse("").strip();
    boolean packed = bytes.length > 1 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
    if (encoding.toLowerCase(Locale.ROOT).endsWith("gzip") && packed) {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return atMost(in.readNBytes(RawManifest.MAX_SIZE + 1), where);
      }
    }
    return bytes;
  }

  private static byte[] atMost(byte[] bytes, String where) throws MalformedManifestException {
    if (bytes.length > RawManifest.MAX_SIZE) {
      throw new MalformedManifestException(
          where + "larger than " + RawManifest.MAX_SIZE + " bytes");
    }
    return bytes;
  }

  private static Optional<ContentDigest> header(Response answer) {
    try {
      return answer.header("Docker-Content-Digest").map(String::strip).map(ContentDigest::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // in an algorithm that isn't known here
    }
  }

  private static void check(byte[] bytes, String what, Optional<ContentDigest> digest, String where)
      throws MalformedManifestException {
    if (digest.isPresent() && !digest.get().matches(bytes)) {
      throw new MalformedManifestException(
          where
              + "expected "
              + what
              + " "
              + digest.get()
              + ", found "
              + bytes.length
              + " bytes of "
              + ContentDigest.of(bytes));
    }
  }

  /** OCI image spec, "Media Types": the document and the header must say the same. */
  private static String type(byte[] bytes, String header, String where)
      throws MalformedManifestException {
    JsonObject json;
    try {
      json = JsonObject.parse(bytes);
    } catch (IllegalArgumentException e) {
      String found = header.isEmpty() ? "something else" : "something else (" + header + ")";
      throw new MalformedManifestException(
          where + "expected a manifest in JSON, found " + found + "; is that a registry?");
    }
    boolean index = json.array("manifests").isPresent();
    if (index && (json.array("layers").isPresent() || json.object("config").isPresent())) {
      throw new MalformedManifestException(
          where + "both an index and an image's manifest: which one is open");
    }
    String own = json.string("mediaType").orElse("");
    if (known(own) && known(header) && !own.equals(header)) {
      throw new MalformedManifestException(
          where + "the registry says it is " + header + ", the document " + own);
    }
    if (!SAYS_NOTHING.contains(header)) {
      return header;
    }
    return own.isEmpty() ? guess(json, index, header) : own;
  }

  private static boolean known(String type) {
    return MediaTypes.MANIFESTS.contains(type) || MediaTypes.isSchema1(type);
  }

  private static String guess(JsonObject json, boolean index, String header) {
    if (json.number("schemaVersion").orElse(2) == 1) {
      return MediaTypes.DOCKER_SCHEMA1;
    }
    if (index) {
      return MediaTypes.OCI_INDEX;
    }
    return json.array("layers").isPresent() ? MediaTypes.OCI_MANIFEST : header;
  }
}
