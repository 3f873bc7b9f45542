package dev.stargz.registry;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.RawManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a registry holds, and how it answers when nothing is wrong. OCI distribution spec. */
final class FakeStore {
  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(manifests|blobs|referrers|tags)/(.+)");
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

  /** By repository and digest. */
  final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

  /** By repository and digest. */
  final Map<String, RawManifest> manifests = new ConcurrentHashMap<>();

  /** Digests, by repository and tag. */
  final Map<String, String> tags = new ConcurrentHashMap<>();

  /** Bytes so far, by upload. */
  final Map<String, byte[]> uploads = new ConcurrentHashMap<>();

  private final AtomicInteger count = new AtomicInteger();

  static String key(String repository, Object name) {
    return repository + "|" + name;
  }

  Descriptor putBlob(String repository, byte[] bytes) {
    ContentDigest digest = ContentDigest.of(bytes);
    blobs.put(key(repository, digest), bytes);
    return Descriptor.of("application/octet-stream", digest, bytes.length);
  }

  Descriptor putManifest(String repository, String tag, String mediaType, String json) {
    RawManifest manifest = RawManifest.of(json.getBytes(StandardCharsets.UTF_8), mediaType);
    manifests.put(key(repository, manifest.digest()), manifest);
    tags.put(key(repository, tag), manifest.digest().toString());
    return Descriptor.of(manifest);
  }

  FakeAnswer answer(FakeRequest request) throws IOException {
    if (request.path().equals("/v2/")) {
      return FakeAnswer.of(200).withBody("{}");
    }
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      return FakeAnswer.error(404, "NAME_UNKNOWN", "no such path");
    }
    String repository = path.group(1);
    return switch (path.group(2)) {
      case "manifests" -> manifest(request, repository, path.group(3));
      case "blobs" ->
          path.group(3).startsWith("uploads/")
              ? upload(request, repository)
              : blob(request, repository, path.group(3));
      default -> FakeAnswer.error(404, "UNSUPPORTED", "not here");
    };
  }

  private FakeAnswer manifest(FakeRequest request, String repository, String name)
      throws IOException {
    if (request.method().equals("PUT")) {
      return put(request, repository, name);
    }
    String digest = tags.getOrDefault(key(repository, name), name);
    RawManifest manifest = manifests.get(key(repository, digest));
    if (manifest == null) {
      return FakeAnswer.error(404, "MANIFEST_UNKNOWN", "manifest unknown");
    }
    return FakeAnswer.of(200)
        .with("Content-Type: " + manifest.mediaType())
        .with("Docker-Content-Digest: " + manifest.digest())
        .withBody(manifest.bytes());
  }

  private FakeAnswer put(FakeRequest request, String repository, String name) throws IOException {
    String type = request.header("Content-Type").orElse("");
    RawManifest manifest = RawManifest.of(request.body(), type);
    manifests.put(key(repository, manifest.digest()), manifest);
    if (!name.startsWith("sha256:")) {
      tags.put(key(repository, name), manifest.digest().toString());
    }
    return FakeAnswer.of(201)
        .with("Location: /v2/" + repository + "/manifests/" + manifest.digest())
        .with("Docker-Content-Digest: " + manifest.digest());
  }

  private FakeAnswer blob(FakeRequest request, String repository, String digest) {
    byte[] bytes = blobs.get(key(repository, digest));
    if (bytes == null) {
      return FakeAnswer.error(404, "BLOB_UNKNOWN", "blob unknown to registry");
    }
    FakeAnswer whole =
        FakeAnswer.of(200)
            .with("Content-Type: application/octet-stream")
            .with("Accept-Ranges: bytes")
            .with("Docker-Content-Digest: " + digest);
    return request
        .header("Range")
        .map(range -> part(whole, bytes, range))
        .orElse(whole.withBody(bytes));
  }

  private static FakeAnswer part(FakeAnswer whole, byte[] bytes, String range) {
    Matcher asked = RANGE.matcher(range);
    if (!asked.matches()) {
      return whole.withBody(bytes);
    }
    int length = bytes.length;
    boolean suffix = asked.group(1).isEmpty();
    String end = asked.group(2);
    int from =
        suffix ? Math.max(0, length - Integer.parseInt(end)) : Integer.parseInt(asked.group(1));
    int to = suffix || end.isEmpty() ? length : (int) Math.min(length, Long.parseLong(end) + 1);
    if (from >= to) {
      // As docker-registry 2.8 has it: the length is that of the blob.
      return FakeAnswer.of(416, "Content-Range: bytes */" + length)
          .withBody("{\"errors\":[]}")
          .announcing(length);
    }
    return whole
        .withStatus(206)
        .with("Content-Range: bytes " + from + "-" + (to - 1) + "/" + length)
        .withBody(Arrays.copyOfRange(bytes, from, to));
  }

  private FakeAnswer upload(FakeRequest request, String repository) throws IOException {
    String path = request.path();
    return switch (request.method()) {
      case "POST" -> begin(request, repository);
      case "PATCH" -> append(request, path);
      case "PUT" -> commit(request, repository, path);
      case "DELETE" -> {
        uploads.remove(path);
        yield FakeAnswer.of(204);
      }
      default -> progress(path);
    };
  }

  private FakeAnswer begin(FakeRequest request, String repository) {
    Optional<String> mount = request.query("mount").stream().findFirst();
    Optional<String> from = request.query("from").stream().findFirst();
    if (mount.isPresent() && from.isPresent()) {
      byte[] bytes = blobs.get(key(from.get(), mount.get()));
      if (bytes != null) {
        blobs.put(key(repository, mount.get()), bytes);
        return stored(repository, mount.get());
      }
    }
    String path = "/v2/" + repository + "/blobs/uploads/" + count.incrementAndGet();
    uploads.put(path, new byte[0]);
    return FakeAnswer.of(202).with("Location: " + path + "?_state=a%3D").with("Range: 0-0");
  }

  private FakeAnswer append(FakeRequest request, String path) throws IOException {
    byte[] before = uploads.get(path);
    if (before == null) {
      return unknownUpload();
    }
    String start = request.header("Content-Range").orElse(before.length + "-").split("-", -1)[0];
    if (Integer.parseInt(start) != before.length) {
      return FakeAnswer.of(416).with("Range: 0-" + Math.max(0, before.length - 1));
    }
    uploads.put(path, joined(before, request.body()));
    return progress(path).withStatus(202);
  }

  private FakeAnswer progress(String path) {
    byte[] bytes = uploads.get(path);
    return bytes == null
        ? unknownUpload()
        : FakeAnswer.of(204)
            .with("Location: " + path + "?_state=b")
            .with("Range: 0-" + Math.max(0, bytes.length - 1));
  }

  private FakeAnswer commit(FakeRequest request, String repository, String path)
      throws IOException {
    byte[] before = uploads.get(path);
    if (before == null) {
      return unknownUpload();
    }
    byte[] bytes = joined(before, request.body());
    String digest = request.query("digest").stream().findFirst().orElse("");
    if (!ContentDigest.parse(digest).matches(bytes)) {
      return FakeAnswer.error(400, "DIGEST_INVALID", "provided digest did not match");
    }
    uploads.remove(path);
    blobs.put(key(repository, digest), bytes);
    return stored(repository, digest);
  }

  private static FakeAnswer stored(String repository, String digest) {
    return FakeAnswer.of(201)
        .with("Location: /v2/" + repository + "/blobs/" + digest)
        .with("Docker-Content-Digest: " + digest);
  }

  private static FakeAnswer unknownUpload() {
    return FakeAnswer.error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
