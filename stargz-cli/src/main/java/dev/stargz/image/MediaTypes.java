package dev.stargz.image;

import java.util.List;
import java.util.Map;

/** The media types of the two families, OCI's and Docker's, and how one maps to the other. */
public final class MediaTypes {
  /** An OCI index: several platforms' manifests. */
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /** An OCI manifest. */
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** An OCI image's config. */
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

  /** A plain layer. */
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

  /** A layer compressed with gzip, which a stargz is. */
  public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";

  /** A layer compressed with zstd. */
  public static final String OCI_LAYER_ZSTD = OCI_LAYER + "+zstd";

  /** A plain layer that registries needn't hold. */
  public static final String OCI_FOREIGN =
      "application/vnd.oci.image.layer.nondistributable.v1.tar";

  /** A layer compressed with gzip that registries needn't hold. */
  public static final String OCI_FOREIGN_GZIP = OCI_FOREIGN + "+gzip";

  /** Docker's index. */
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  /** Docker's manifest, schema 2. */
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /** Docker's manifest, schema 1, which has no config and isn't converted. */
  public static final String DOCKER_SCHEMA1 =
      "application/vnd.docker.distribution.manifest.v1+json";

  /** The same, signed. */
  public static final String DOCKER_SCHEMA1_SIGNED =
      "application/vnd.docker.distribution.manifest.v1+prettyjws";

  /** A Docker image's config. */
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

  /** A plain layer of a Docker manifest. */
  public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

  /** A layer of a Docker manifest compressed with gzip, as they are. */
  public static final String DOCKER_LAYER_GZIP = DOCKER_LAYER + ".gzip";

  /** A layer of a Docker manifest compressed with zstd. */
  public static final String DOCKER_LAYER_ZSTD = DOCKER_LAYER + ".zstd";

  /** A layer of a Docker manifest that registries needn't hold. */
  public static final String DOCKER_FOREIGN =
      "application/vnd.docker.image.rootfs.foreign.diff.tar";

  /** The same, compressed with gzip. */
  public static final String DOCKER_FOREIGN_GZIP = DOCKER_FOREIGN + ".gzip";

  /**
   * What a registry is asked for, always all of it: without the list it may answer with schema 1.
   */
  public static final List<String> MANIFESTS =
      List.of(OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST);

  private static final Map<String, String> TO_OCI =
      Map.of(
          DOCKER_LIST, OCI_INDEX,
          DOCKER_MANIFEST, OCI_MANIFEST,
          DOCKER_CONFIG, OCI_CONFIG,
          DOCKER_LAYER, OCI_LAYER,
          DOCKER_LAYER_GZIP, OCI_LAYER_GZIP,
          DOCKER_LAYER_ZSTD, OCI_LAYER_ZSTD,
          DOCKER_FOREIGN, OCI_FOREIGN,
          DOCKER_FOREIGN_GZIP, OCI_FOREIGN_GZIP);

  private MediaTypes() {}

  /** The OCI type that means the same; {@code type} itself if there is none. */
  public static String toOci(String type) {
    return TO_OCI.getOrDefault(type, type);
  }

  /** Whether this is the type of an index, in either family. */
  public static boolean isIndex(String type) {
    return type.equals(OCI_INDEX) || type.equals(DOCKER_LIST);
  }

  /** Whether this is the type of a manifest, in either family. */
  public static boolean isManifest(String type) {
    return type.equals(OCI_MANIFEST) || type.equals(DOCKER_MANIFEST);
  }

  /** Whether this is schema 1, signed or not. */
  public static boolean isSchema1(String type) {
    return type.equals(DOCKER_SCHEMA1) || type.equals(DOCKER_SCHEMA1_SIGNED);
  }

  /**
   * Whether what an index lists under this type is a manifest or an index; without a type it is
   * taken for one.
   */
  public static boolean namesManifest(String type) {
    return type.isEmpty() || isManifest(type) || isIndex(type) || isSchema1(type);
  }

  /** Whether this is the type of an image's config, in either family. */
  public static boolean isImageConfig(String type) {
    return type.equals(OCI_CONFIG) || type.equals(DOCKER_CONFIG);
  }

  /** Whether this is the type of a layer that can be converted, in either family. */
  public static boolean isLayer(String type) {
    String oci = toOci(type);
    return oci.equals(OCI_LAYER) || oci.equals(OCI_LAYER_GZIP) || oci.equals(OCI_LAYER_ZSTD);
  }

  /** Whether this is the type of a layer in gzip that registries hold, in either family. */
  public static boolean isGzipLayer(String type) {
    return toOci(type).equals(OCI_LAYER_GZIP);
  }

  /** Whether this is the type of a layer that registries needn't hold. */
  public static boolean isForeign(String type) {
    String oci = toOci(type);
    return oci.equals(OCI_FOREIGN)
        || oci.equals(OCI_FOREIGN_GZIP)
        || oci.equals(OCI_FOREIGN + "+zstd");
  }
}
