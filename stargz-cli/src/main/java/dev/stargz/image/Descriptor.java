package dev.stargz.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a manifest or index names a blob or another manifest: type, digest, size, annotations. What
 * else it holds is kept. Immutable. OCI image spec, "Content Descriptors".
 */
public final class Descriptor {
  private static final String MEDIA_TYPE = "mediaType";
  private static final String DIGEST = "digest";
  private static final String SIZE = "size";
  private static final String ANNOTATIONS = "annotations";

  /** Eight petabytes: sums of sizes don't overflow. */
  private static final long MAX_SIZE = 1L << 53;

  private final JsonObject json;
  private final ContentDigest digest;
  private final long size;

  private Descriptor(JsonObject json, ContentDigest digest, long size) {
    this.json = json;
    this.digest = digest;
    this.size = size;
  }

  /**
   * Reads a descriptor.
   *
   * @throws IllegalArgumentException if it has no digest or no size that can be
   */
  public static Descriptor of(JsonObject json) {
    String digest =
        json.string(DIGEST)
            .orElseThrow(() -> new IllegalArgumentException("a descriptor without digest"));
    OptionalLong size = json.number(SIZE);
    if (size.isEmpty() || size.getAsLong() < 0 || size.getAsLong() > MAX_SIZE) {
      throw new IllegalArgumentException(
          "the descriptor of " + digest + " has no size that can be");
    }
    return new Descriptor(json, ContentDigest.parse(digest), size.getAsLong());
  }

  /** Makes a descriptor. */
  public static Descriptor of(String mediaType, ContentDigest digest, long size) {
    JsonObject json =
        JsonObject.EMPTY
            .with(MEDIA_TYPE, mediaType)
            .with(DIGEST, digest.toString())
            .with(SIZE, JsonScalar.of(size));
    return new Descriptor(json, digest, size);
  }

  /** Makes a descriptor of a manifest or index. */
  public static Descriptor of(RawManifest manifest) {
    return of(manifest.mediaType(), manifest.digest(), manifest.size());
  }

  /** All of it. */
  public JsonObject json() {
    return json;
  }

  /** The media type; empty if it says none. */
  public String mediaType() {
    return json.string(MEDIA_TYPE).orElse("");
  }

  /** The digest. */
  public ContentDigest digest() {
    return digest;
  }

  /** The size in bytes. */
  public long size() {
    return size;
  }

  /** The annotations. */
  public Map<String, String> annotations() {
    return json.object(ANNOTATIONS).map(JsonObject::strings).orElse(Map.of());
  }

  /** One annotation. */
  public Optional<String> annotation(String key) {
    return json.object(ANNOTATIONS).flatMap(annotations -> annotations.string(key));
  }

  /** Where else the blob may be had. */
  public List<String> urls() {
    return json.array("urls").map(urls -> urls.strings().toList()).orElse(List.of());
  }

  /** The platform, if it says one. */
  public Optional<JsonObject> platform() {
    return json.object("platform");
  }

  /** This descriptor for other bytes: {@code data}, which are the old ones, goes. */
  public Descriptor withContent(ContentDigest newDigest, long newSize) {
    if (newDigest.equals(digest) && newSize == size) {
      return this;
    }
    JsonObject changed =
        json.with(DIGEST, newDigest.toString()).with(SIZE, JsonScalar.of(newSize)).without("data");
    return new Descriptor(changed, newDigest, newSize);
  }

  /** This descriptor with another media type. */
  public Descriptor withMediaType(String mediaType) {
    return mediaType.equals(mediaType())
        ? this
        : new Descriptor(json.with(MEDIA_TYPE, mediaType), digest, size);
  }

  /** This descriptor with an annotation set. */
  public Descriptor withAnnotation(String key, String value) {
    JsonObject annotations = json.object(ANNOTATIONS).orElse(JsonObject.EMPTY).with(key, value);
    return new Descriptor(json.with(ANNOTATIONS, annotations), digest, size);
  }

  /** This descriptor without an annotation. */
  public Descriptor withoutAnnotation(String key) {
    JsonObject annotations = json.object(ANNOTATIONS).orElse(JsonObject.EMPTY).without(key);
    JsonObject changed =
        annotations.fields().isEmpty()
            ? json.without(ANNOTATIONS)
            : json.with(ANNOTATIONS, annotations);
    return new Descriptor(changed, digest, size);
  }

  /** This descriptor without a field. */
  public Descriptor without(String field) {
    return new Descriptor(json.without(field), digest, size);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Descriptor that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** Digest, type and size. */
  @Override
  public String toString() {
    return digest + " (" + mediaType() + ", " + size + " bytes)";
  }
}
