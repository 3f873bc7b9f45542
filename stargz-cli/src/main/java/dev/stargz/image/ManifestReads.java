package dev.stargz.image;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads manifests and configs of one source, each once, and not without end: a few small documents
 * that name each other often enough would else take all time and memory there is.
 */
final class ManifestReads {
  /** The largest config that is read, in bytes. */
  static final int MAX_CONFIG = 8 << 20;

  private static final int MAX_COUNT = 10_000;
  private static final long MAX_BYTES = 256L << 20;

  private final ImageSource source;
  private final long maxBytes;
  private final Map<ContentDigest, RawManifest> manifests = new HashMap<>();
  private final Map<ContentDigest, byte[]> configs = new HashMap<>();
  private int count;
  private long bytes;

  ManifestReads(ImageSource source) {
    this(source, MAX_BYTES);
  }

  /** Creates reads of at most so many bytes together. */
  ManifestReads(ImageSource source, long maxBytes) {
    this.source = source;
    this.maxBytes = maxBytes;
  }

  /** A manifest or index that another one names. */
  RawManifest manifest(Descriptor descriptor) throws IOException {
    visit();
    RawManifest raw = manifests.get(descriptor.digest());
    if (raw == null) {
      raw = source.manifest(descriptor);
      keep(raw.size());
      manifests.put(descriptor.digest(), raw);
    }
    return raw;
  }

  /** An image's config. */
  byte[] config(Descriptor descriptor) throws IOException {
    byte[] config = configs.get(descriptor.digest());
    if (config == null) {
      config = Blobs.read(source, descriptor, "the config", MAX_CONFIG);
      keep(config.length);
      configs.put(descriptor.digest(), config);
    }
    return config;
  }

  private void visit() throws ImageException {
    if (++count > MAX_COUNT) {
      throw new ImageException(
          source.name() + ": leads to more than " + MAX_COUNT + " manifests: refused");
    }
  }

  private void keep(long more) throws ImageException {
    bytes += more;
    if (bytes > maxBytes) {
      throw new ImageException(
          source.name()
              + ": its manifests and configs have more than "
              + maxBytes
              + " bytes: refused");
    }
  }
}
