package dev.stargz.image;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A place for images in memory: blobs, manifests and tags, as a registry has them, and as strict as
 * one: a manifest whose parts are missing is refused. It remembers what was asked of it.
 */
public final class MemoryPlace {
  private final String host;
  private final Map<String, byte[]> blobs = new LinkedHashMap<>();
  private final Map<String, RawManifest> manifests = new LinkedHashMap<>();
  private final Map<String, String> tags = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private final Set<String> mountable = new LinkedHashSet<>();
  private boolean withoutRanges;

  /** Creates an empty place. */
  public MemoryPlace(String host) {
    this.host = host;
  }

  /** What was asked: {@code "push blob sha256:..."}, {@code "open blob ..."} and so on. */
  public synchronized List<String> log() {
    return List.copyOf(log);
  }

  /** Forgets what was asked. */
  public synchronized void clearLog() {
    log.clear();
  }

  /** The lines of the log that start so. */
  public List<String> asked(String start) {
    return log().stream().filter(line -> line.startsWith(start)).toList();
  }

  /** Puts a blob there. */
  public synchronized Descriptor put(String mediaType, byte[] bytes) {
    ContentDigest digest = ContentDigest.of(bytes);
    blobs.put(digest.toString(), bytes);
    return Descriptor.of(mediaType, digest, bytes.length);
  }

  /** Changes a blob's bytes and leaves its name; null removes it. */
  public synchronized void damage(ContentDigest digest, byte[] bytes) {
    if (bytes == null) {
      blobs.remove(digest.toString());
    } else {
      blobs.put(digest.toString(), bytes);
    }
  }

  /** Puts a manifest there, whatever it names. */
  public synchronized RawManifest put(JsonObject manifest, String mediaType) {
    RawManifest raw = RawManifest.of(manifest.toBytes(), mediaType);
    manifests.put(raw.digest().toString(), raw);
    return raw;
  }

  /** Sets a tag. */
  public synchronized void tag(String tag, RawManifest raw) {
    manifests.put(raw.digest().toString(), raw);
    tags.put(tag, raw.digest().toString());
  }

  /** A blob's bytes. */
  public synchronized byte[] blob(ContentDigest digest) {
    return blobs.get(digest.toString());
  }

  /** What a tag stands for. */
  public synchronized Optional<RawManifest> tagged(String tag) {
    return Optional.ofNullable(tags.get(tag)).map(manifests::get);
  }

  /** A manifest. */
  public synchronized RawManifest manifest(ContentDigest digest) {
    return manifests.get(digest.toString());
  }

  /** A manifest as JSON. */
  public JsonObject json(ContentDigest digest) {
    return JsonObject.parse(manifest(digest).bytes());
  }

  /** Lets blobs of another place be taken over without moving them. */
  public void mountFrom(MemoryPlace other) {
    mountable.add(other.host);
  }

  /** Refuses reads of parts of blobs from now on. */
  public void refuseRanges() {
    withoutRanges = true;
  }

  /** A source on a tag. */
  public ImageSource source(String tag) {
    return new Source(tag);
  }

  /** A target on a tag. */
  public ImageTarget target(String tag) {
    return new Target(tag);
  }

  private synchronized void note(String line) {
    log.add(line);
  }

  private synchronized byte[] bytes(Descriptor descriptor) throws BlobMissingException {
    byte[] bytes = blobs.get(descriptor.digest().toString());
    if (bytes == null) {
      throw new BlobMissingException(host + ": no blob " + descriptor.digest());
    }
    return bytes;
  }

  private final class Source implements ImageSource {
    private final String tag;

    Source(String tag) {
      this.tag = tag;
    }

    MemoryPlace place() {
      return MemoryPlace.this;
    }

    @Override
    public String name() {
      return host + ":" + tag;
    }

    @Override
    public RawManifest root() throws IOException {
      return tagged(tag).orElseThrow(() -> new BlobMissingException(name() + ": no such tag"));
    }

    @Override
    public RawManifest manifest(Descriptor descriptor) throws IOException {
      note("get manifest " + descriptor.digest());
      RawManifest raw = MemoryPlace.this.manifest(descriptor.digest());
      if (raw == null) {
        throw new BlobMissingException(name() + ": no manifest " + descriptor.digest());
      }
      return raw;
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) throws IOException {
      note("open blob " + descriptor.digest());
      return new ByteArrayInputStream(bytes(descriptor));
    }

    @Override
    public RandomAccessSource openRanges(Descriptor descriptor) throws IOException {
      note("open ranges " + descriptor.digest());
      if (withoutRanges) {
        throw new ImageException(name() + ": answers ranges with all of the blob");
      }
      return RandomAccessSource.of(bytes(descriptor));
    }

    @Override
    public void close() {}
  }

  private final class Target implements ImageTarget {
    private final String tag;

    Target(String tag) {
      this.tag = tag;
    }

    @Override
    public String name() {
      return host + ":" + tag;
    }

    @Override
    public Optional<ImageSource> existing() {
      return MemoryPlace.this.tagged(tag).map(raw -> new Source(tag));
    }

    @Override
    public boolean hasBlob(Descriptor blob) {
      byte[] bytes = MemoryPlace.this.blob(blob.digest());
      return bytes != null && bytes.length == blob.size();
    }

    @Override
    public boolean mount(Descriptor blob, ImageSource from) throws IOException {
      boolean may =
          from instanceof Source source
              && (source.place() == MemoryPlace.this || mountable.contains(source.place().host));
      if (!may) {
        return false;
      }
      MemoryPlace place = ((Source) from).place();
      note("mount blob " + blob.digest());
      byte[] bytes = place.blob(blob.digest());
      if (bytes == null || bytes.length != blob.size()) {
        return false;
      }
      damage(blob.digest(), bytes);
      return true;
    }

    @Override
    public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener)
        throws IOException {
      byte[] bytes;
      try (InputStream in = content.open()) {
        bytes = in.readAllBytes();
      }
      note("push blob " + blob.digest());
      if (bytes.length != blob.size() || !blob.digest().matches(bytes)) {
        throw new ImageException(name() + ": what was pushed is not " + blob.digest());
      }
      damage(blob.digest(), bytes);
      listener.sent(bytes.length);
    }

    @Override
    public void pushManifest(RawManifest manifest) throws IOException {
      note("push manifest " + manifest.digest());
      store(manifest);
    }

    private void store(RawManifest manifest) throws IOException {
      JsonObject json = JsonObject.parse(manifest.bytes());
      for (String field : List.of("layers", "blobs", "manifests")) {
        for (JsonObject part : json.array(field).orElse(JsonArray.EMPTY).objects().toList()) {
          checkThere(Descriptor.of(part));
        }
      }
      if (json.object("config").isPresent()) {
        checkThere(Descriptor.of(json.object("config").get()));
      }
      synchronized (MemoryPlace.this) {
        manifests.put(manifest.digest().toString(), manifest);
      }
    }

    private void checkThere(Descriptor part) throws ImageException {
      boolean there =
          hasBlob(part)
              || MemoryPlace.this.manifest(part.digest()) != null
              || MediaTypes.isForeign(part.mediaType());
      if (!there) {
        throw new ImageException(name() + ": MANIFEST_BLOB_UNKNOWN " + part.digest());
      }
    }

    @Override
    public Optional<ContentDigest> tagged(Optional<String> other) {
      return MemoryPlace.this.tagged(other.orElse(tag)).map(RawManifest::digest);
    }

    @Override
    public void tag(RawManifest root, Optional<String> other) throws IOException {
      note("tag " + other.orElse(tag) + " " + root.digest());
      store(root);
      MemoryPlace.this.tag(other.orElse(tag), root);
    }

    @Override
    public void close() {}
  }
}
