package dev.stargz.image;

import java.util.List;

/**
 * Learns how a conversion goes. Called by the threads that do the work, several at once; an
 * implementation returns soon.
 */
public interface ConversionListener {
  /** Wants to know nothing. */
  ConversionListener NONE = new ConversionListener() {};

  /** What is being done to a layer. */
  enum Phase {
    /** Its source is read and converted, or only read. */
    READING,
    /** What was made is sent. */
    PUSHING
  }

  /** The layers are known, each once, lowest first; nothing was read or written of them yet. */
  default void planned(List<Descriptor> layers) {}

  /**
   * A layer is worked on.
   *
   * @param source of the layer
   * @param done bytes so far; starts anew with each phase, and after a retry
   * @param total bytes in all
   */
  default void progress(Descriptor source, Phase phase, long done, long total) {}

  /** A layer is where it belongs, or, in a dry run, is decided upon. */
  default void layerDone(ConversionReport.Layer layer) {}

  /**
   * A manifest or index is known, and all below it is where it belongs, or would be without {@link
   * ConverterOptions#dryRun()}. The last one, the root, is written with the tag.
   */
  default void manifestDone(ConversionReport.Manifest manifest) {}

  /** Something that the owner of the image may want to know. */
  default void warning(String message) {}
}
