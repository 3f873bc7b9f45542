package dev.stargz.image;

import java.util.List;
import java.util.Optional;

/**
 * What a conversion made: old and new digest of everything.
 *
 * @param source name of what was read
 * @param target name of what was written
 * @param sourceDigest of the manifest or index that was read
 * @param root the manifest or index that was written; nothing after a dry run, unless it is known
 * @param tagMoved whether the target's tag stands for something else than before
 * @param manifests each manifest and index, children before parents
 * @param layers each layer once, lowest first
 * @param meta the variant without files, if one was asked for
 * @param warnings what the owner of the image may want to know
 */
public record ConversionReport(
    String source,
    String target,
    ContentDigest sourceDigest,
    Optional<RawManifest> root,
    boolean tagMoved,
    List<Manifest> manifests,
    List<Layer> layers,
    Optional<Meta> meta,
    List<String> warnings) {

  /** What was done with a layer. */
  public enum Action {
    /** Read and written as a stargz. */
    CONVERTED,
    /** An earlier run's result was found and taken. */
    REUSED,
    /** It was a verifiable stargz before, and its descriptor says so. */
    PASSED_THROUGH,
    /** It was a stargz before; its descriptor now says so. */
    ANNOTATED,
    /** It is what it was: foreign, encrypted, of an unknown type, or not to be converted. */
    COPIED,
    /** It and others were merged into one. */
    FLATTENED
  }

  /** How a layer got to where it belongs. */
  public enum Arrival {
    /** Its bytes were sent. */
    PUSHED,
    /** The registry took it over from another of its repositories. */
    MOUNTED,
    /** It was there. */
    PRESENT,
    /** Nothing was done: a dry run, or a foreign layer that isn't kept there. */
    NONE
  }

  /**
   * A layer.
   *
   * @param source its descriptor in the source's manifest
   * @param target its descriptor now; nothing if a dry run can't know it
   * @param action what was done
   * @param arrival how the result got to the target
   * @param nanos how long it took
   */
  public record Layer(
      Descriptor source, Optional<Descriptor> target, Action action, Arrival arrival, long nanos) {}

  /** What a manifest is. */
  public enum Kind {
    /** A list of manifests. */
    INDEX,
    /** An image: config and layers. */
    IMAGE,
    /** Statements on an image. */
    ATTESTATION,
    /** Anything else: copied as it is. */
    ARTIFACT
  }

  /**
   * A manifest or index.
   *
   * @param kind what it is
   * @param platform of an image, if known
   * @param source its digest in the source
   * @param target its digest now; nothing if a dry run can't know it
   */
  public record Manifest(
      Kind kind,
      Optional<Platform> platform,
      ContentDigest source,
      Optional<ContentDigest> target) {}

  /**
   * The variant that has the config and no files.
   *
   * @param target name of where it was written
   * @param root its manifest or index; nothing after a dry run that can't know it
   */
  public record Meta(String target, Optional<RawManifest> root) {}
}
